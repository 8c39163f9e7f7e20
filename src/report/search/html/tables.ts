/** The tables of a search's page. */
import { visibleText } from '../../escape.ts';
import {
  formatBytes,
  formatCount,
  formatKib,
  formatMilliseconds,
  formatRatio,
  formatShape,
} from '../../format.ts';
import { type Html, html, nothing } from '../../html/template.ts';
import { accuracyWords } from '../accuracy-words.ts';
import { type FoundRow, foundRows } from '../facts.ts';
import { spaceRows } from '../spaces.ts';
import type { SearchEvolution, SearchLayer, SearchReport } from '../types.ts';

/** Figures of the found network: estimated, measured, allowed. */
export function figuresTable(report: SearchReport): Html {
  const isMeasured = report.measured !== null;
  const head = ['', 'Estimated', ...(isMeasured ? ['Measured'] : []), 'Limit'];
  return html`<table class="summary found"><thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead><tbody>
${foundRows(report).map((row) => figureRow(row, isMeasured))}</tbody></table>`;
}

function figureRow(row: FoundRow, isMeasured: boolean): Html {
  const measured = isMeasured
    ? html`<td data-label="Measured" class="${row.status}">${figure(row.measured, row.measuredLabel)}</td>`
    : nothing;
  return html`<tr><th scope="row">${row.title}</th><td data-label="Estimated" class="${isMeasured && row.measured !== null ? 'estimate' : 'only'}">${figure(row.estimated, row.estimatedLabel)}</td>${measured}<td data-label="Limit" class="${row.status}">${limitOf(row)}</td></tr>
`;
}

function figure(value: string | null, label: string | null): Html {
  if (value === null) return html`<span class="none">–</span>`;
  return html`<span class="value">${value}</span>${label === null ? nothing : html`<small>${label}</small>`}`;
}

function limitOf({ limit, headroom, status, used }: FoundRow): Html {
  if (limit === null) return html`<span class="none">–</span>`;
  const percent = Math.min(100, (used ?? 0) * 100).toFixed(1);
  const meter =
    used === null
      ? nothing
      : html`<span class="meter ${status}" aria-hidden="true"><i style="width:${percent}%"></i></span>`;
  return html`<span class="limit">${limit.replace(/^of /, '')}</span>${meter}${headroom === null ? nothing : html`<small>${headroom}</small>`}`;
}

/** Spaces from the `first` to before the `last` in the order of the rule. */
export function spacesTable(report: SearchReport, first: number, last: number): Html {
  const rows = spaceRows(report)
    .slice(first, last)
    .map(
      ({
        space,
        isChosen,
        within,
        share,
        mean,
        p80,
        layerwise,
        note,
      }) => html`<tr class="${isChosen ? 'chosen' : 'other'}"><th scope="row">${visibleText(space, 24)}${note === '' ? nothing : html`<small>${note}</small>`}</th><td>${within}<span class="meter" aria-hidden="true"><i style="width:${(share * 100).toFixed(1)}%"></i></span></td><td>${mean}<small>${p80}</small></td><td>${layerwise.mean}<small>${layerwise.share}</small></td></tr>
`,
    );
  const head = [
    ['Space', ''],
    ['Within limits', ''],
    ['Mean MACs', '80th percentile'],
    ['Layer by layer', 'mean, within'],
  ] as const;
  return html`<div class="scroll"><table class="parts spaces"><thead><tr>${head.map(([title, below]) => html`<th scope="col">${title}${below === '' ? nothing : html`<small>${below}</small>`}</th>`)}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}

/** More are in search.json. */
const mostNetworks = 500;

export function frontTable({ front, accuracy, found }: SearchEvolution): Html {
  const head = [accuracyWords(accuracy).title, 'Latency', 'SRAM', 'Flash', 'MACs', 'Network'];
  const rows = front.slice(0, mostNetworks).map(
    ({
      network,
      accuracy: value,
      cost,
    }) => html`<tr class="${network === found.network ? 'chosen' : 'other'}"><td>${formatRatio(value)}</td><td>${formatMilliseconds(cost.latencyMs)}</td><td>${formatKib(cost.sramBytes)}</td><td>${formatKib(cost.flashBytes)}</td><td>${formatCount(cost.macs)}</td><td><code>${network}</code></td></tr>
`,
  );
  const note =
    front.length > mostNetworks
      ? html`<small>The ${mostNetworks} most accurate of ${formatCount(front.length)}; all are in search.json.</small>`
      : nothing;
  return html`<div class="scroll"><table class="layers front"><thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead><tbody>
${rows}</tbody></table></div>${note}`;
}

/** Every layer, its live bytes also as a bar against the arena. */
export function layersTable({ layers, cost }: SearchEvolution['found']): Html {
  const head = [
    '#',
    'Layer',
    'Operator',
    'Kernel',
    'Output',
    'MACs',
    'Parameters',
    'Constants',
    'Live SRAM',
    '',
  ];
  const widest = Math.max(1, cost.arenaBytes, ...layers.map(({ peakBytes }) => peakBytes));
  return html`<div class="scroll"><table class="layers net"><thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead><tbody>
${layers.map((layer, index) => layerRow(layer, index, widest))}</tbody></table></div>`;
}

function layerRow(layer: SearchLayer, index: number, widest: number): Html {
  const percent = ((layer.peakBytes / widest) * 100).toFixed(1);
  return html`<tr><td>${index}</td><th scope="row">${layer.name}</th><td>${layer.kind}</td><td>${layer.kernel === null ? '' : formatShape(layer.kernel)}</td><td>${formatShape(layer.output)}</td><td>${formatCount(layer.macs)}</td><td>${formatCount(layer.parameters)}</td><td>${formatBytes(layer.constantBytes)}</td><td>${formatBytes(layer.peakBytes)}</td><td><span class="meter" aria-hidden="true"><i style="width:${percent}%"></i></span></td></tr>
`;
}
