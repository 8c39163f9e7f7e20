/** The figures of a branch over its last commits. */
import { formatFigure } from '../format.ts';
import { type HistoryRow, seriesOf } from '../history.ts';
import { type Chart, drawFigure, textStyle, valueAxis } from './chart.ts';
import { type Html, html, nothing } from './template.ts';

const shownCommits = 100;
const shownModels = 50;

type Figure = {
  readonly metric: 'sram' | 'flash' | 'latency' | 'accuracy';
  readonly title: string;
  readonly unit: string;
  readonly colour: string;
  readonly of: (row: HistoryRow) => number | null;
  /** From the unit of the row to that of the axis. */
  readonly scale: number;
};

const figures: readonly Figure[] = [
  {
    metric: 'sram',
    title: 'SRAM',
    unit: 'KiB',
    colour: 'var(--blue)',
    of: (row) => row.sramBytes,
    scale: 1 / 1024,
  },
  {
    metric: 'flash',
    title: 'Flash',
    unit: 'KiB',
    colour: 'var(--violet)',
    of: (row) => row.flashBytes,
    scale: 1 / 1024,
  },
  {
    metric: 'latency',
    title: 'Latency',
    unit: 'ms',
    colour: 'var(--orange)',
    of: (row) => row.latencyMs,
    scale: 1,
  },
  {
    metric: 'accuracy',
    title: 'Accuracy',
    unit: '%',
    colour: 'var(--aqua)',
    of: (row) => row.accuracy,
    scale: 100,
  },
];

/** A section for the history of all models that have two commits or more; nothing where there is none. */
export function trendSection(history: readonly HistoryRow[]): Html {
  const models = seriesOf(history).slice(0, shownModels);
  if (models.length === 0) return nothing;
  const parts = models.map((rows, index) => modelTrend(rows.slice(-shownCommits), `t${index}`));
  return html`<section id="history"><h2>Over the last commits</h2>
${parts}</section>
`;
}

function modelTrend(rows: readonly HistoryRow[], id: string): Html {
  const first = rows[0];
  if (first === undefined) return nothing;
  const charts = figures
    .filter((figure) => rows.filter((row) => figure.of(row) !== null).length > 1)
    .map((figure) => drawFigure(`${id}-${figure.metric}`, trend(figure, rows)));
  return html`<p class="meta trend"><b>${first.model}</b> · ${first.target}</p>
<div class="figures">
${charts}
</div>
`;
}

function trend(figure: Figure, rows: readonly HistoryRow[]): Chart {
  const known = rows.flatMap((row) => {
    const value = figure.of(row);
    return value === null ? [] : [{ commit: row.commit.slice(0, 7), value }];
  });
  const first = known[0]?.value ?? 0;
  const last = known.at(-1)?.value ?? 0;
  const format = (value: number) => formatFigure(figure.metric, value);
  const change = first === last ? 'unchanged' : `from ${format(first)}`;
  return {
    title: figure.title,
    description: `${format(last)}, ${change} over ${known.length} commits.`,
    legend: [],
    option: {
      xAxis: commitAxis(known.map(({ commit }) => commit)),
      yAxis: fromNearby(
        valueAxis(figure.unit),
        figure,
        known.map(({ value }) => value),
      ),
      series: [
        {
          type: 'line',
          step: 'end',
          symbol: 'circle',
          symbolSize: known.length > 40 ? 3 : 6,
          showAllSymbol: true,
          lineStyle: { color: figure.colour, width: 2 },
          itemStyle: { color: figure.colour },
          data: known.map(({ value }) => Number((value * figure.scale).toFixed(3))),
        },
      ],
    },
  };
}

/** Accuracy from 0 would be a straight line at the top, and one that fills the axis a cliff: whole points around it. */
function fromNearby(
  axis: Readonly<Record<string, unknown>>,
  { metric, scale }: Figure,
  values: readonly number[],
): Readonly<Record<string, unknown>> {
  if (metric !== 'accuracy') return axis;
  const min = Math.max(0, Math.floor(Math.min(...values) * scale) - 1);
  const max = Math.min(100, Math.ceil(Math.max(...values) * scale) + 1);
  return { ...axis, min, max };
}

/** First and last by name; those between by their place. */
function commitAxis(commits: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    type: 'category',
    boundaryGap: false,
    data: commits,
    axisLabel: {
      ...textStyle,
      fontSize: 11,
      interval: (index: number) => index === 0 || index === commits.length - 1,
      alignMinLabel: 'left',
      alignMaxLabel: 'right',
    },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: 'var(--rule)' } },
  };
}
