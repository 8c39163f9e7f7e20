/** The tables of the page: the summary of all models, where bytes go, and all layers. */
import type { LayerMeasurement } from '../../measurement/index.ts';
import { layerTitle } from '../blame.ts';
import { type Fact, latencyFacts, layerMethod, planFacts } from '../facts.ts';
import { decidingVerdict, type FigureCell, figureCell, metrics, metricTitles } from '../figures.ts';
import { formatBytes, formatCount, formatKib, formatRatio, formatShape } from '../format.ts';
import { proposalNote, proposalRows } from '../proposal-words.ts';
import { weightsLabel } from '../remarks.ts';
import type { ReportFlash, ReportModel, ReportSram } from '../types.ts';
import { type Html, html, nothing } from './template.ts';

export const statusWords = { pass: 'pass', fail: 'over a limit', error: 'not verified' } as const;

/** Marks that every system's text font has. */
export const plainMarks = { pass: '✓', fail: '✕', error: '!' } as const;

/** A row for each model, linking to its section. */
export function summaryTable(models: readonly ReportModel[]): Html {
  const shown = metrics.filter(
    (metric) => metric !== 'accuracy' || models.some((model) => figureCell(model, metric) !== null),
  );
  const head = shown.map((metric) => html`<th scope="col">${metricTitles[metric]}</th>`);
  const rows = models.map((model, index) => {
    const cells = shown.map((metric) => summaryCell(model, figureCell(model, metric), metricTitles[metric]));
    return html`<tr class="${model.status}"><th scope="row"><a href="#model-${index}">${model.name}</a><small><span class="chip ${model.status}">${statusWords[model.status]}</span> ${[model.target, weightsLabel(model)].filter((part) => part !== null).join(', ')}</small></th>${cells}</tr>
`;
  });
  return html`<table class="summary"><thead><tr><th scope="col">Model</th>${head}</tr></thead>
<tbody>
${rows}</tbody></table>`;
}

function summaryCell(model: ReportModel, cell: FigureCell | null, title: string): Html {
  if (cell === null) return html`<td data-label="${title}"><span class="none">–</span></td>`;
  const limit = cell.limit === null ? nothing : html` <span class="limit">${cell.limit}</span>`;
  const change = cell.delta === null ? null : cell.delta === '=' ? 'as base' : `${cell.delta} since base`;
  const notes = [cell.headroom, cell.label, change].filter((part) => part !== null).join(', ');
  const note = notes === '' ? nothing : html`<small>${notes}</small>`;
  return html`<td data-label="${title}" class="${cell.status}"><span class="value">${cell.value}</span>${limit}${meter(model, cell)}${note}</td>`;
}

/** How much of the limit is used; for accuracy there is nothing to use up. */
function meter(model: ReportModel, cell: FigureCell): Html {
  const verdict = decidingVerdict(model, cell.metric);
  if (verdict === undefined || cell.metric === 'accuracy' || verdict.limit === 0) return nothing;
  const percent = Math.min(100, (verdict.value / verdict.limit) * 100).toFixed(1);
  return html`<span class="meter ${cell.status}" aria-hidden="true"><i style="width:${percent}%"></i></span>`;
}

/** SRAM and flash in parts that add up to their totals. */
export function partsTables(sram: ReportSram, flash: ReportFlash): Html {
  const { stackHighWaterBytes } = sram;
  const ram = partsTable(
    'SRAM',
    sram.totalBytes,
    [
      ['arena', sram.arenaBytes],
      ['stack, worst case', sram.stackBytes],
      ['static data', sram.staticBytes],
    ],
    stackHighWaterBytes === null
      ? ''
      : `The simulated run used ${formatBytes(stackHighWaterBytes)} of the stack.`,
  );
  const rom = partsTable('Flash', flash.totalBytes, [
    ['weights', flash.weightBytes],
    ['kernels', flash.kernelBytes],
    ['runtime', flash.runtimeBytes],
    ['initial data', flash.dataImageBytes],
    ['other', flash.otherBytes],
  ]);
  return html`<div class="pair">${ram}${rom}</div>`;
}

function partsTable(
  caption: string,
  total: number,
  parts: readonly (readonly [string, number])[],
  note = '',
): Html {
  const rows = parts.map(([name, bytes]) => {
    const share = total === 0 ? 0 : bytes / total;
    return html`<tr><th scope="row">${name}<span class="meter" aria-hidden="true"><i style="width:${(share * 100).toFixed(1)}%"></i></span></th><td>${formatBytes(bytes)}</td><td>${formatKib(bytes)}</td><td>${formatRatio(share)}</td></tr>
`;
  });
  const below = note === '' ? nothing : html`<tfoot><tr><td colspan="4">${note}</td></tr></tfoot>`;
  return html`<table class="parts"><caption>${caption}</caption><thead><tr><th scope="col">Part</th><th scope="col">Bytes</th><th scope="col">KiB</th><th scope="col">Share</th></tr></thead><tbody>
${rows}<tr class="total"><th scope="row">total</th><td>${formatBytes(total)}</td><td>${formatKib(total)}</td><td></td></tr></tbody>${below}</table>`;
}

/** The plan and the inference, each as names and values. */
export function factsTables(model: ReportModel): { readonly planned: Html; readonly counted: Html } {
  return {
    planned: factsTable('Plan', planFacts(model)),
    counted: factsTable('Latency', latencyFacts(model)),
  };
}

function factsTable(caption: string, facts: readonly Fact[]): Html {
  if (facts.length === 0) return nothing;
  const rows = facts.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>
`,
  );
  return html`<table class="parts facts"><caption>${caption}</caption><tbody>
${rows}</tbody></table>`;
}

/** Versions of the network that were planned, since it is over a limit. */
export function proposalTable(model: ReportModel): Html {
  const titles = ['Tried', 'SRAM', 'Flash', 'Latency', 'MACs', 'Limits'];
  const rows = proposalRows(model).map(
    ({ title, sram, flash, latency, macs, fits }) =>
      html`<tr><th scope="row">${title}</th><td>${sram}</td><td>${flash}</td><td>${latency}</td><td>${macs}</td><td class="${fits ? 'kept' : 'broken'}">${fits ? 'kept' : 'exceeded'}</td></tr>
`,
  );
  return html`<div class="scroll"><table class="parts"><thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead><tbody>
${rows}</tbody></table></div><small>${proposalNote(model)}</small>`;
}

/** Every layer with every figure. */
export function layersTable(model: ReportModel): Html {
  const milliseconds = model.latency?.milliseconds ?? 0;
  const perCycle =
    model.latency === null || model.latency.cycles === 0 ? 0 : milliseconds / model.latency.cycles;
  const cycles = `Cycles, ${layerMethod(model)}`;
  const head = ['#', 'Layer', 'Operator', 'Output', 'MACs', cycles, 'ms', 'Live SRAM, B', 'Weights, B'];
  return html`<div class="scroll"><table class="layers"><thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead><tbody>
${model.layers.map((layer) => layerRow(layer, perCycle))}</tbody></table></div>`;
}

function layerRow(layer: LayerMeasurement, millisecondsPerCycle: number): Html {
  return html`<tr><td>${layer.index}</td><th scope="row" title="${layer.name}">${layerTitle(layer)}</th><td>${layer.op}</td><td>${formatShape(layer.outputShape)}</td><td>${formatCount(layer.macs)}</td><td>${formatCount(layer.cycles)}</td><td>${(layer.cycles * millisecondsPerCycle).toFixed(3)}</td><td>${formatCount(layer.liveBytes)}</td><td>${formatCount(layer.weightBytes)}</td></tr>
`;
}

/** Symbols and stack frames, largest and outermost first. */
export function imageTables(model: ReportModel): Html {
  const symbols = model.largestSymbols.map(
    ({ name, bytes, section }) =>
      html`<tr><th scope="row">${name}</th><td>${section}</td><td>${formatBytes(bytes)}</td></tr>
`,
  );
  const frames = model.deepestStack.map(
    ({
      symbol,
      frameBytes,
    }) => html`<tr><th scope="row">${symbol}</th><td>${formatBytes(frameBytes)}</td></tr>
`,
  );
  return html`<div class="pair">
<table class="parts"><caption>Largest symbols</caption><thead><tr><th scope="col">Symbol</th><th scope="col">Section</th><th scope="col">Bytes</th></tr></thead><tbody>
${symbols}</tbody></table>
<table class="parts"><caption>Deepest stack, outermost first</caption><thead><tr><th scope="col">Function</th><th scope="col">Frame</th></tr></thead><tbody>
${frames}</tbody></table>
</div>`;
}
