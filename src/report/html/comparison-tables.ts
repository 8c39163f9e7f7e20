/** Head against base, layer by layer and symbol by symbol, as the comment has it: folded tables. */
import { visibleText } from '../escape.ts';
import { formatDifference } from '../format.ts';
import type { LayerChange, ReportComparison, SymbolChange } from '../types.ts';
import { type Html, html, nothing } from './template.ts';

/** What changed most; nothing where nothing did, or where there is no base. */
export function changeTables(comparison: ReportComparison | null): Html {
  if (comparison === null || comparison.layers.length + comparison.symbols.length === 0) return nothing;
  const { layers, symbols } = comparison;
  return html`<details><summary>Layers and symbols against the base</summary>${layerTable(layers)}${symbolTable(symbols)}</details>`;
}

function layerTable(layers: readonly LayerChange[]): Html {
  if (layers.length === 0) return nothing;
  const head = ['Layer', 'Operator', 'State', 'Cycles', 'Weights, B', 'Live SRAM, B'];
  const rows = layers.map(
    (layer) =>
      html`<tr><th scope="row" title="${layer.name}">${visibleText(layer.name, 40)}</th><td>${layer.op}</td><td>${layer.state}</td><td>${formatDifference(layer.cycles)}</td><td>${formatDifference(layer.weightBytes)}</td><td>${formatDifference(layer.liveBytes)}</td></tr>
`,
  );
  return html`<div class="scroll"><table class="layers changes"><thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}

function symbolTable(symbols: readonly SymbolChange[]): Html {
  if (symbols.length === 0) return nothing;
  const rows = symbols.map(
    ({ name, bytes }) =>
      html`<tr><th scope="row">${name}</th><td>${formatDifference(bytes)}</td></tr>
`,
  );
  return html`<table class="parts wrapped"><thead><tr><th scope="col">Symbol</th><th scope="col">Flash, B</th></tr></thead><tbody>
${rows}</tbody></table>`;
}
