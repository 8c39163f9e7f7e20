/** The found network, layer by layer: bytes in use, and constants in flash. */
import { visibleText } from '../../escape.ts';
import { formatKib } from '../../format.ts';
import { type Chart, layerAxis, valueAxis } from '../../html/chart.ts';
import { columnsOf, columnWords } from '../../html/columns.ts';
import { familyBars } from '../../html/layer-charts.ts';
import type { SearchEvolution, SearchLayer } from '../types.ts';

type Found = SearchEvolution['found'];
type IndexedLayer = SearchLayer & { readonly index: number };

/** Bytes of the arena that hold something while each layer runs. */
export function liveBytesChart({ layers, cost }: Found): Chart {
  const columns = columnsOf(indexed(layers));
  const peaks = columns.groups.map((group) => Math.max(...group.map(({ peakBytes }) => peakBytes)));
  const peak = layers.toSorted((a, b) => b.peakBytes - a.peakBytes)[0];
  const where = peak === undefined ? '' : `, first at ${visibleText(firstAt(layers, peak.peakBytes), 60)}`;
  return {
    title: 'SRAM over the layers (estimated)',
    description: `Buffers in use peak at ${formatKib(Math.max(...peaks))}${where}; the arena is ${formatKib(cost.arenaBytes)}. Layers that run row by row together have the same height.${columnWords(columns, 'largest')}`,
    legend: [],
    option: {
      xAxis: layerAxis(columns.labels),
      yAxis: valueAxis('KiB'),
      series: [
        {
          type: 'bar',
          barCategoryGap: '12%',
          itemStyle: { color: 'var(--blue)' },
          data: peaks.map(kib),
        },
      ],
    },
  };
}

function firstAt(layers: readonly SearchLayer[], peakBytes: number): string {
  return layers.find((layer) => layer.peakBytes === peakBytes)?.name ?? '';
}

/** Constants of each layer, by its kind. */
export function constantsChart({ layers, cost }: Found): Chart {
  const columns = columnsOf(indexed(layers));
  const total = layers.reduce((sum, { constantBytes }) => sum + constantBytes, 0);
  return {
    title: 'Flash by layer (estimated)',
    description: `Weights and how their sums are scaled are ${formatKib(total)} of ${formatKib(cost.flashBytes)}.${columnWords(columns, 'sum')}`,
    ...familyBars(
      columns,
      'KiB',
      ({ constantBytes }) => constantBytes / 1024,
      ({ kind }) => operators.get(kind) ?? kind,
    ),
  };
}

const operators: ReadonlyMap<string, string> = new Map([
  ['conv', 'CONV_2D'],
  ['depthwise', 'DEPTHWISE_CONV_2D'],
  ['linear', 'FULLY_CONNECTED'],
]);

function indexed(layers: readonly SearchLayer[]): readonly IndexedLayer[] {
  return layers.map((layer, index) => ({ ...layer, index }));
}

function kib(bytes: number): number {
  return Math.round((bytes / 1024) * 100) / 100;
}
