/** Stage two in two pictures: how the evolution went, and between what its best networks choose. */
import { visibleText } from '../../escape.ts';
import { formatCount, formatKib, formatMilliseconds, formatRatio } from '../../format.ts';
import { bareAxis, type Chart, textStyle, valueAxis } from '../../html/chart.ts';
import { accuracyWords } from '../accuracy-words.ts';
import type { SearchEvolution, SearchNetwork, SearchReport } from '../types.ts';

const best = { name: 'best so far', colour: 'var(--blue)' } as const;
const mean = { name: 'mean of those that live', colour: 'var(--muted)' } as const;

/** Best and mean of each generation over the networks evaluated up to it. */
export function curveChart({ curve, accuracy, evaluations }: SearchEvolution): Chart {
  const { title } = accuracyWords(accuracy);
  const first = curve[0];
  const last = curve.at(-1);
  const words =
    first === undefined || last === undefined
      ? ''
      : ` Best: ${formatRatio(first.best)} of a random generation, ${formatRatio(last.best)} at the end.`;
  const showSymbol = curve.length <= 60;
  const percents = curve.flatMap((point) => [point.best * 100, point.mean * 100]);
  return {
    title: 'Search, generation by generation',
    description: `${title}; ${formatCount(evaluations)} networks in ${formatCount(Math.max(0, curve.length - 1))} generations after the first.${words}`,
    legend: [best, mean],
    option: {
      xAxis: bottomAxis('networks evaluated', 0, last?.evaluations ?? 1),
      yAxis: { ...valueAxis('%'), ...bareAxis, ...nearby(percents) },
      series: [mean, best].map((series) => ({
        type: 'line',
        silent: true,
        symbol: 'circle',
        symbolSize: 5,
        showSymbol,
        showAllSymbol: true,
        ...(series === best ? { step: 'end' } : {}),
        itemStyle: { color: series.colour },
        lineStyle: { color: series.colour, width: series === best ? 2.5 : 1.5 },
        data: curve.map((point) => [
          point.evaluations,
          rounded((series === best ? point.best : point.mean) * 100),
        ]),
      })),
    },
  };
}

/** More could not be told apart, and the page would be slow. */
const mostPoints = 1500;
/** Steps from little SRAM to much. */
const steps = ['var(--step-1)', 'var(--step-2)', 'var(--step-3)', 'var(--step-4)'] as const;

/** Accuracy against latency, coloured by SRAM, of the networks that nothing beats in all three. */
export function frontChart(evolution: SearchEvolution, limits: SearchReport['limits']): Chart {
  const { accuracy, found } = evolution;
  const front = evolution.front.slice(0, mostPoints);
  const shown = front.some(({ network }) => network === found.network) ? front : [...front, found];
  const bands = bandsOf(shown);
  const { title } = accuracyWords(accuracy);
  const omitted = evolution.front.length - front.length;
  const latencies = shown.map(({ cost }) => cost.latencyMs);
  return {
    title: 'Pareto front: latency, SRAM',
    description: `${title} against estimated latency; colour is estimated SRAM. ${formatCount(evolution.front.length)} networks that no other beats in all three; ringed: the one found, ${formatRatio(found.accuracy)}, ${formatMilliseconds(found.cost.latencyMs)}, ${formatKib(found.cost.sramBytes)}.${omitted > 0 ? ` The ${formatCount(omitted)} least accurate are left out.` : ''}`,
    legend: bands.map(({ name, colour }) => ({ name, colour })),
    option: {
      xAxis: bottomAxis('ms, estimated', ...around(latencies, limits.latencyMs)),
      yAxis: { ...valueAxis('%'), ...bareAxis, ...nearby(shown.map((network) => network.accuracy * 100)) },
      series: [latencyLimit(limits.latencyMs), points(shown, found.network, bands)],
    },
  };
}

type Band = { readonly name: string; readonly colour: string; readonly upToBytes: number };

/** Equal parts of the range of SRAM; a single one where all need the same. */
function bandsOf(networks: readonly SearchNetwork[]): readonly Band[] {
  const sram = networks.map(({ cost }) => cost.sramBytes);
  const least = Math.min(...sram);
  const most = Math.max(...sram);
  const colours = most - least < 1 ? steps.slice(2, 3) : steps;
  return colours.map((colour, index) => {
    const upToBytes = least + ((most - least) * (index + 1)) / colours.length;
    return { colour, upToBytes, name: `${index === 0 ? 'SRAM ' : ''}≤ ${formatKib(upToBytes)}` };
  });
}

function bandOf(bytes: number, bands: readonly Band[]): string {
  return (bands.find(({ upToBytes }) => bytes <= upToBytes + 0.5) ?? bands.at(-1))?.colour ?? steps[2];
}

type Point = readonly [x: number, y: number];
type Placing = { coord(point: Point): Point };

function points(
  networks: readonly SearchNetwork[],
  found: string,
  bands: readonly Band[],
): Readonly<Record<string, unknown>> {
  // The last is drawn on top.
  const ordered = networks.toSorted((a, b) => Number(a.network === found) - Number(b.network === found));
  const data = ordered.map(({ cost, accuracy }): Point => [cost.latencyMs, accuracy * 100]);
  return {
    type: 'custom',
    silent: true,
    data,
    renderItem: ({ dataIndex }: { readonly dataIndex: number }, placing: Placing) => {
      const network = ordered[dataIndex];
      const point = data[dataIndex];
      if (network === undefined || point === undefined) return undefined;
      const [cx, cy] = placing.coord(point);
      const colour = bandOf(network.cost.sramBytes, bands);
      return { type: 'group', children: circles(cx, cy, colour, network.network === found) };
    },
  };
}

function circles(
  cx: number,
  cy: number,
  colour: string,
  isFound: boolean,
): readonly Readonly<Record<string, unknown>>[] {
  const point = {
    type: 'circle',
    shape: { cx, cy, r: isFound ? 5.5 : 4 },
    style: { fill: colour, stroke: 'var(--surface)', lineWidth: 1 },
  };
  if (!isFound) return [point];
  const ring = {
    type: 'circle',
    shape: { cx, cy, r: 10 },
    style: { fill: 'none', stroke: 'var(--orange)', lineWidth: 2.5 },
  };
  return [point, ring];
}

function latencyLimit(limit: number | undefined): Readonly<Record<string, unknown>> {
  return {
    type: 'line',
    lineStyle: { color: 'var(--red)' },
    itemStyle: { color: 'var(--red)' },
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      data: limit === undefined ? [] : [{ xAxis: limit }],
      lineStyle: { color: 'var(--red)', width: 1.5, type: 'dashed' },
      label: {
        ...textStyle,
        align: 'right',
        formatter: limit === undefined ? '' : visibleText(`limit ${Number(limit.toFixed(2))} ms`, 40),
        color: 'var(--red)',
        textBorderWidth: 0,
      },
    },
  };
}

/** Latencies with a margin, and the limit where it is near enough not to flatten the picture. */
function around(values: readonly number[], limit: number | undefined): readonly [number, number] {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const isNear = limit !== undefined && limit < most + (most - least);
  const end = isNear ? Math.max(limit, most) : most;
  const margin = Math.max((end - least) * 0.06, end * 0.01, 1e-6);
  return [Math.max(0, least - margin), end + margin];
}

/** Not from 0, where all would lie at the top, nor so near that a thousandth looks like much. */
function nearby(percents: readonly number[]): Readonly<Record<string, number>> {
  const least = Math.min(...percents);
  const most = Math.max(...percents);
  const interval = [1, 2, 5, 10].find((step) => most - least <= step * 6) ?? 20;
  const min = Math.floor(least / interval) * interval;
  return { min: Math.max(0, min), max: Math.max(min + 2, Math.ceil(most / interval) * interval), interval };
}

function bottomAxis(title: string, min: number, max: number): Readonly<Record<string, unknown>> {
  return {
    ...valueAxis(title),
    min,
    max,
    nameLocation: 'middle',
    nameGap: 24,
    nameTextStyle: textStyle,
    splitLine: { show: false },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: 'var(--rule)' } },
    axisLabel: { ...textStyle, showMinLabel: min === 0, showMaxLabel: false, hideOverlap: true },
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
