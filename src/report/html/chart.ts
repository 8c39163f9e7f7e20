/** Draws a chart as SVG text: no browser, no script in the page, colours from the page's style. */
import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type Html, html, nothing, trusted } from './template.ts';

use([BarChart, CustomChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export type Chart = {
  readonly title: string;
  /** What the picture shows, in words with the main figures: for those who cannot see it. */
  readonly description: string;
  /** Names of the colours; a single one needs none. */
  readonly legend: readonly { readonly name: string; readonly colour: string }[];
  readonly option: EChartsCoreOption;
  /** Of the drawing, which is 460 wide; 260 without it. */
  readonly height?: number;
};

const width = 460;
const fontFamily = 'system-ui, sans-serif';

export const textStyle: Readonly<Record<string, unknown>> = {
  color: 'var(--ink-soft)',
  fontFamily,
  fontSize: 12,
};

/** A figure with its caption. `id` must be unique in the page. */
export function drawFigure(id: string, chart: Chart): Html {
  return html`<figure>
<figcaption><b>${chart.title}</b> <span>${chart.description}</span></figcaption>
${legend(chart)}
${drawSvg(id, chart)}
</figure>`;
}

function legend(chart: Chart): Html {
  if (chart.legend.length < 2) return nothing;
  const keys = chart.legend.map(
    ({ name, colour }) => html`<span><i style="background:${colour}"></i>${name}</span>`,
  );
  return html`<div class="legend">${keys}</div>`;
}

function drawSvg(id: string, chart: Chart): Html {
  const { height = 260 } = chart;
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  drawing.setOption({
    animation: false,
    grid: { left: 48, right: 10, top: 26, bottom: 40 },
    ...chart.option,
  });
  const svg = drawing.renderToSVGString();
  drawing.dispose();
  const head = html`<svg role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg"><title id="${id}-title">${chart.title}</title><desc id="${id}-desc">${chart.description}</desc>`;
  return trusted(head.html + plainSvg(svg, id));
}

/** Without the frame, hover styles, clips (all lies within the axes) and bookkeeping; names in the drawing count drawings of this process. */
function plainSvg(svg: string, id: string): string {
  return svg
    .replace(/^<svg[^>]*>/, '')
    .replaceAll(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replaceAll(/<defs ?>[\s\S]*?<\/defs>| clip-path="url\([^)]*\)"/g, '')
    .replaceAll(/ (?:ecmeta_\w+|class|pointer-events|xml:space)="[^"]*"/g, '')
    .replaceAll(/zr\d+-/g, `${id}-`)
    .replaceAll(/\n+/g, '\n');
}

/** An axis of layers, by operator index; labels that would touch are left out. */
export function layerAxis(labels: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    type: 'category',
    data: labels,
    name: 'layer',
    nameLocation: 'middle',
    nameGap: 24,
    nameTextStyle: textStyle,
    axisLabel: { ...textStyle, fontSize: 11, hideOverlap: true },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: 'var(--rule)' } },
  };
}

/** An axis of values from 0, its unit written above. */
export function valueAxis(unit: string, max?: number): Readonly<Record<string, unknown>> {
  return {
    type: 'value',
    min: 0,
    ...(max === undefined ? {} : { max }),
    name: unit,
    nameGap: 10,
    nameTextStyle: { ...textStyle, align: 'right', padding: [0, 6, 0, 0] },
    axisLabel: { ...textStyle, showMaxLabel: max === undefined },
    splitLine: { lineStyle: { color: 'var(--rule-faint)' } },
  };
}

/** Of values beside an axis of values, where ECharts would draw a line with ticks. */
export const bareAxis: Readonly<Record<string, unknown>> = {
  axisLine: { show: false },
  axisTick: { show: false },
};
