/** A search as one page that needs nothing else: what was found, among which spaces, how, and what it is made of. */
import { plainWords, visibleText } from '../../escape.ts';
import { formatCount } from '../../format.ts';
import { drawFigure } from '../../html/chart.ts';
import { madeSection, page, sentence } from '../../html/page.ts';
import { partsTables, plainMarks } from '../../html/tables.ts';
import { type Html, html, nothing } from '../../html/template.ts';
import { scopeWords, searchHeadline, searchNotes, searchStatus } from '../headline.ts';
import { searchProvenance } from '../provenance.ts';
import { choiceSentence, layerwiseSentence } from '../spaces.ts';
import type { SearchEvolution, SearchReport } from '../types.ts';
import { distributionChart } from './distribution-chart.ts';
import { curveChart, frontChart } from './evolution-charts.ts';
import { constantsChart, liveBytesChart } from './network-charts.ts';
import { searchStyle } from './style.ts';
import { figuresTable, frontTable, layersTable, spacesTable } from './tables.ts';

/** Beside the drawing; the rest is folded. */
const topSpaces = 7;

/** A whole HTML document; the same bytes every time. */
export function toSearchHtml(report: SearchReport): string {
  const { evolution } = report;
  const status = searchStatus(report);
  const mark = plainMarks[status];
  const headline = searchHeadline(report);
  const content = html`<h1>${report.generator.name} search</h1>
<p class="verdict ${status}">${mark} ${sentence(headline)}</p>
<p class="meta">${sentence(scopeWords(report))}</p>
${noteList(report)}
${evolution === null ? nothing : html`<div class="card">${figuresTable(report)}</div>`}
${spacesSection(report)}
${evolution === null ? nothing : evolutionSection(report, evolution)}
${evolution === null ? nothing : networkSection(report, evolution)}
<section><h2>The same result again</h2><pre><code>${visibleText(report.command, 4000)}</code></pre></section>
${madeSection(searchProvenance(report))}`;
  return page(`${mark} ${plainWords(headline)}`, content, searchStyle);
}

function noteList(report: SearchReport): Html {
  const items = searchNotes(report).map((words) => html`<li>${sentence(words)}</li>`);
  return items.length === 0 ? nothing : html`<ul class="reasons pass">${items}</ul>`;
}

function spacesSection(report: SearchReport): Html {
  const { surveys } = report;
  const chart = distributionChart(report);
  const rest =
    surveys.length <= topSpaces
      ? nothing
      : html`<details><summary>Further spaces: ${formatCount(surveys.length - topSpaces)}</summary>${spacesTable(report, topSpaces, surveys.length)}</details>`;
  return html`<section><h2>Spaces</h2>
<p class="meta">${sentence(choiceSentence(report))} ${sentence(layerwiseSentence(report))}</p>
<div class="pair wide">
${chart === undefined ? nothing : drawFigure('spaces', chart)}
${spacesTable(report, 0, topSpaces)}
</div>
${rest}
</section>`;
}

function evolutionSection(report: SearchReport, evolution: SearchEvolution): Html {
  if (evolution.curve.length === 0) return nothing;
  return html`<section><h2>Search</h2>
<div class="figures">
${drawFigure('curve', curveChart(evolution))}
${drawFigure('front', frontChart(evolution, report.limits))}
</div>
<details><summary>Pareto front: ${formatCount(evolution.front.length)} networks, costs estimated</summary>${frontTable(evolution)}</details>
</section>`;
}

function networkSection({ measured }: SearchReport, { found }: SearchEvolution): Html {
  const { sram = null, flash = null } = measured ?? {};
  const drawings =
    found.layers.length === 0
      ? nothing
      : html`<div class="figures">
${drawFigure('live', liveBytesChart(found))}
${drawFigure('constants', constantsChart(found))}
</div>`;
  return html`<section><h2>The network</h2>
${strip(found.network)}
<p class="meta">Blocks of each stage: k is the extent of the depthwise kernel, e the expansion before it.</p>
${drawings}
${sram === null || flash === null ? nothing : partsTables(sram, flash)}
<details><summary>All ${formatCount(found.layers.length)} layers, estimated</summary>${layersTable(found)}</details>
</section>`;
}

/** Stages and their blocks, kernel and expansion each, from first to last. */
function strip(network: string): Html {
  const stages = network.split('|').map((stage) => {
    const blocks = stage.split(',').map((block) => html`<i class="${kernelClass(block)}">${block}</i>`);
    return html`<span>${blocks}</span>`;
  });
  const ends = (title: string) => html`<span><i class="end">${title}</i></span>`;
  return html`<div class="strip" role="img" aria-label="Blocks of each stage: kernel and expansion">${ends('first convolution')}${stages}${ends('classifier')}</div>`;
}

function kernelClass(block: string): string {
  return /^k[357](?=e)/.exec(block)?.[0] ?? 'k';
}
