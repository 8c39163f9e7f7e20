/** The trade-off between SRAM and latency: every plan that was considered, and the one that was taken. */
import type { PlanChoice, PlanMeasurement } from '../../measurement/index.ts';
import { formatKib, formatMilliseconds } from '../format.ts';
import type { ReportLatency } from '../types.ts';
import { bareAxis, type Chart, textStyle, valueAxis } from './chart.ts';

const considered = { name: 'considered', colour: 'var(--blue)', radius: 3 } as const;
const taken = { name: 'chosen', colour: 'var(--orange)', radius: 6 } as const;

/** Peak of the arena against estimated latency, as a step: between two points the smaller arena is not to be had. */
export function tradeOffPlot(plan: PlanMeasurement, latency: ReportLatency): Chart {
  const choices = plan.tradeOff.toSorted((a, b) => a.cycles - b.cycles);
  return {
    title: 'SRAM against latency',
    description: describe(plan, latency),
    legend: [considered, taken],
    option: {
      xAxis: latencyAxis(choices.map((choice) => choice.milliseconds)),
      yAxis: { ...valueAxis('KiB'), ...bareAxis },
      series: [
        {
          type: 'custom',
          data: choices.map(pointOf),
          renderItem: ({ dataIndex }: { readonly dataIndex: number }, placing: Placing) =>
            step(choices, dataIndex, placing),
        },
      ],
    },
  };
}

function describe({ tradeOff, objective }: PlanMeasurement, latency: ReportLatency): string {
  const chosen = tradeOff.find((choice) => choice.chosen);
  const found =
    latency.method === 'estimated' ? '' : `, ${latency.method} ${formatMilliseconds(latency.milliseconds)}`;
  const choice =
    chosen === undefined
      ? ''
      : ` Chosen for ${objective}: ${formatKib(chosen.peakBytes)}, estimated ${formatMilliseconds(chosen.milliseconds)}${found}.`;
  return `${tradeOff.length} plans were considered: peak of the arena, before buffers are placed, against estimated latency.${choice}`;
}

type Point = readonly [milliseconds: number, kib: number];
type Placing = { coord(point: Point): readonly [number, number] };

function pointOf({ milliseconds, peakBytes }: PlanChoice): Point {
  return [milliseconds, peakBytes / 1024];
}

/** A point, and the line from it to the next. */
function step(
  choices: readonly PlanChoice[],
  index: number,
  placing: Placing,
): Readonly<Record<string, unknown>> | undefined {
  const choice = choices[index];
  if (choice === undefined) return undefined;
  const next = choices[index + 1] ?? choice;
  const [x, y] = placing.coord(pointOf(choice));
  const [nextX, nextY] = placing.coord(pointOf(next));
  const { colour, radius } = choice.chosen ? taken : considered;
  return {
    type: 'group',
    children: [
      {
        type: 'polyline',
        shape: {
          points: [
            [x, y],
            [nextX, y],
            [nextX, nextY],
          ],
        },
        style: { stroke: considered.colour, lineWidth: 1.5, fill: 'none' },
      },
      { type: 'circle', shape: { cx: x, cy: y, r: radius }, style: { fill: colour }, z2: 1 },
    ],
  };
}

/** Not from 0, since plans may differ by little, nor so near that a thousandth looks like much. */
function latencyAxis(milliseconds: readonly number[]): Readonly<Record<string, unknown>> {
  const least = Math.min(...milliseconds);
  const most = Math.max(...milliseconds);
  const margin = Math.max((most - least) * 0.05, most * 0.01, 1e-6);
  return {
    ...valueAxis('ms, estimated'),
    min: least - margin,
    max: most + margin,
    nameLocation: 'middle',
    nameGap: 24,
    nameTextStyle: textStyle,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: 'var(--rule)' } },
    axisLabel: { ...textStyle, showMinLabel: false, showMaxLabel: false, hideOverlap: true },
  };
}
