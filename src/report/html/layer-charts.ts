/** Flash and latency by layer, coloured by the kind of operator. */
import type { LayerMeasurement } from '../../measurement/index.ts';
import { heaviestLayers, layerTitle, slowestLayers } from '../blame.ts';
import { visibleText } from '../escape.ts';
import { layerMethod } from '../facts.ts';
import { formatKib, formatMilliseconds, formatRatio } from '../format.ts';
import type { ReportFlash, ReportLatency, ReportModel } from '../types.ts';
import { type Chart, layerAxis, valueAxis } from './chart.ts';
import { type Columns, columnsOf, columnWords } from './columns.ts';

const families = [
  { name: 'convolution', ops: ['CONV_2D'], colour: 'var(--blue)' },
  { name: 'depthwise', ops: ['DEPTHWISE_CONV_2D'], colour: 'var(--aqua)' },
  { name: 'fully connected', ops: ['FULLY_CONNECTED'], colour: 'var(--yellow)' },
  { name: 'other', ops: [], colour: 'var(--violet)' },
] as const;

type Family = (typeof families)[number];

const opOf = ({ op }: LayerMeasurement): string => op;

/** Weights of each layer; code is not split by layer. */
export function flashByLayer(model: ReportModel, flash: ReportFlash): Chart {
  const columns = columnsOf(model.layers);
  const [heaviest] = heaviestLayers(model, 1);
  const words =
    heaviest === undefined
      ? ''
      : ` Heaviest: layer ${heaviest.layer.index}, ${visibleText(layerTitle(heaviest.layer), 60)}, ${formatKib(heaviest.layer.weightBytes)}.`;
  return {
    title: 'Flash by layer',
    description: `Weights are ${formatKib(flash.weightBytes)} of ${formatKib(flash.totalBytes)}.${words}${columnWords(columns, 'sum')}`,
    ...familyBars(columns, 'KiB', (layer) => layer.weightBytes / 1024, opOf),
  };
}

/** Each layer's share of the milliseconds of one inference. */
export function latencyByLayer(model: ReportModel, latency: ReportLatency): Chart {
  const columns = columnsOf(model.layers);
  const perCycle = latency.cycles === 0 ? 0 : latency.milliseconds / latency.cycles;
  const [slowest] = slowestLayers(model, 1);
  const words =
    slowest === undefined
      ? ''
      : ` Slowest: layer ${slowest.layer.index}, ${visibleText(layerTitle(slowest.layer), 60)}, ${formatRatio(slowest.share)}.`;
  return {
    title: `Latency by layer (${layerMethod(model)})`,
    description: `${formatMilliseconds(latency.milliseconds)} in all.${words}${columnWords(columns, 'sum')}`,
    ...familyBars(columns, 'ms', (layer) => layer.cycles * perCycle, opOf),
  };
}

/** Stacked by the kind of operator; `opOf` is as TensorFlow Lite names it. */
export function familyBars<Layer>(
  columns: Columns<Layer>,
  unit: string,
  amount: (layer: Layer) => number,
  opOf: (layer: Layer) => string,
): Pick<Chart, 'legend' | 'option'> {
  const series = families
    .map((family) => ({
      ...family,
      data: columns.groups.map((group) =>
        rounded(sumOf(group.filter((layer) => familyOf(opOf(layer)) === family).map(amount))),
      ),
    }))
    .filter(({ data }) => data.some((value) => value > 0));
  return {
    legend: series,
    option: {
      xAxis: layerAxis(columns.labels),
      yAxis: valueAxis(unit),
      series: series.map(({ name, colour, data }) => ({
        type: 'bar',
        name,
        stack: 'all',
        barCategoryGap: '12%',
        itemStyle: { color: colour },
        data,
      })),
    },
  };
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

function familyOf(op: string): Family {
  return families.find(({ ops }) => ops.some((known) => known === op)) ?? families[3];
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
