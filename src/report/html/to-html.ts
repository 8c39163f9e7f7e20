/** The report as one page that needs nothing else: no scripts, no fonts, no network. */
import { isAsBase } from '../comparison.ts';
import { plainWords, visibleText } from '../escape.ts';
import { formatCount } from '../format.ts';
import type { HistoryRow } from '../history.ts';
import { notices } from '../notices.ts';
import { proposalWords } from '../proposal-words.ts';
import { provenance } from '../provenance.ts';
import { problemWords, reasons } from '../reasons.ts';
import { remarks, weightsLabel } from '../remarks.ts';
import type { Report, ReportModel } from '../types.ts';
import { headline } from '../verdict.ts';
import { waiverWords } from '../waivers.ts';
import { drawFigure } from './chart.ts';
import { changeTables } from './comparison-tables.ts';
import { flashByLayer, latencyByLayer } from './layer-charts.ts';
import { arenaMap, memoryTimeline } from './memory-charts.ts';
import { madeSection, page, sentence } from './page.ts';
import { tradeOffPlot } from './plan-chart.ts';
import {
  factsTables,
  imageTables,
  layersTable,
  partsTables,
  plainMarks,
  proposalTable,
  statusWords,
  summaryTable,
} from './tables.ts';
import { type Html, html, nothing } from './template.ts';
import { trendSection } from './trend-charts.ts';

type HtmlOptions = {
  /** Figures of earlier commits, to be drawn below the models. */
  readonly history?: readonly HistoryRow[];
  /** Plots of `changed` models alone leave out those that pass and are as their base; of `all` unless told. */
  readonly plots?: 'all' | 'changed';
};

/** A whole HTML document: verdict, summary, then each model with its plots and tables; the same bytes every time. */
export function toHtml(report: Report, { history = [], plots = 'all' }: HtmlOptions = {}): string {
  const verdict = headline(report, (name) => visibleText(name, 80));
  const mark = plainMarks[report.status];
  const title = `${mark} ${verdict}`;
  const content = html`<h1>${report.generator.name} report</h1>
<p class="verdict ${report.status}">${mark} ${verdict}</p>
${noticeList(report)}
${report.models.length === 0 ? nothing : html`<div class="card">${summaryTable(report.models)}</div>`}
${report.models.map((model, index) => modelSection(model, index, plots))}
${trendSection(history)}
${madeSection(provenance(report))}`;
  return page(title, content);
}

function modelSection(model: ReportModel, index: number, plots: 'all' | 'changed'): Html {
  const isDrawn = plots === 'all' || model.status !== 'pass' || !isAsBase(model);
  return html`<section id="model-${index}">
<h2>${model.name} <span class="chip ${model.status}">${statusWords[model.status]}</span></h2>
${metaLine(model)}
${reasonList(model)}
${proposal(model)}
${isDrawn ? figures(model, `m${index}`) : asBase}
${plan(model, `m${index}`, isDrawn)}
${tables(model)}
</section>
`;
}

const asBase = html`<p class="as-base">Every figure is as in the base, so nothing is drawn here. <code>mcunet report --report report.json --format html</code> draws all.</p>`;

function metaLine(model: ReportModel): Html {
  const weights = weightsLabel(model);
  const parts = [
    html`<code>${model.path}</code>`,
    html`<b>${model.target}</b>`,
    ...(model.macs === null ? [] : [html`<b>${formatCount(model.macs)}</b> MACs executed`]),
    ...(model.modelMacs === null || model.modelMacs === model.macs
      ? []
      : [html`<b>${formatCount(model.modelMacs)}</b> in the file`]),
    ...(model.parameters === null ? [] : [html`<b>${formatCount(model.parameters)}</b> parameters`]),
    ...(weights === null ? [] : [html`<b>${weights}</b>`]),
    ...(model.sha256 === null
      ? []
      : [html`sha256 <code title="${model.sha256}">${model.sha256.slice(0, 12)}</code>`]),
  ];
  return html`<p class="meta">${parts.map((part, index) => (index === 0 ? part : html` · ${part}`))}</p>`;
}

/** Below the reasons: what would help. */
function proposal(model: ReportModel): Html {
  const words = proposalWords(model);
  if (words === undefined) return nothing;
  const planned =
    model.proposal === null
      ? nothing
      : html`<details><summary>All that was planned</summary>${proposalTable(model)}</details>`;
  return html`<div class="proposal"><p><b>What would help.</b> ${plainWords(words)}</p>
${planned}</div>`;
}

/** What holds for the whole report. */
function noticeList(report: Report): Html {
  const items = [
    ...notices(report).map((notice) => html`<li>${notice}</li>`),
    ...report.waivers.map((waiver) => html`<li>${sentence(waiverWords(waiver))}</li>`),
  ];
  return items.length === 0 ? nothing : html`<ul class="reasons pass">${items}</ul>`;
}

function reasonList(model: ReportModel): Html {
  const items = [
    ...reasons(model).map((words) => html`<li>${sentence(words)}</li>`),
    ...problemWords(model).map((words) => html`<li class="problem">${sentence(words)}</li>`),
    ...remarks(model).map((remark) => html`<li>${remark}</li>`),
  ];
  return items.length === 0 ? nothing : html`<ul class="reasons ${model.status}">${items}</ul>`;
}

function figures(model: ReportModel, id: string): Html {
  const { sram, flash, latency } = model;
  if (sram === null || flash === null || latency === null || model.layers.length === 0) return nothing;
  return html`<div class="figures">
${drawFigure(`${id}-sram`, memoryTimeline(model, sram))}
${drawFigure(`${id}-arena`, arenaMap(model, sram))}
${drawFigure(`${id}-flash`, flashByLayer(model, flash))}
${drawFigure(`${id}-latency`, latencyByLayer(model, latency))}
</div>`;
}

/** The plan and its latency in figures, beside the plans that were considered. */
function plan(model: ReportModel, id: string, isDrawn: boolean): Html {
  if (model.plan === null || model.latency === null) return nothing;
  const { planned, counted } = factsTables(model);
  if (!isDrawn || model.plan.tradeOff.length < 2) return html`<div class="pair">${planned}${counted}</div>`;
  return html`<div class="pair">
${drawFigure(`${id}-plan`, tradeOffPlot(model.plan, model.latency))}
<div>${planned}
${counted}</div>
</div>`;
}

function tables(model: ReportModel): Html {
  if (model.sram === null || model.flash === null) return nothing;
  return html`${partsTables(model.sram, model.flash)}
${changeTables(model.comparison)}
<details><summary>All ${model.layers.length} layers</summary>${layersTable(model)}</details>
<details><summary>Largest symbols and deepest stack</summary>${imageTables(model)}</details>`;
}
