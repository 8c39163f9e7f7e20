/** Mermaid charts, as GitHub draws them in comments: numbers only, so that no name can break one. */
import { layerMethod } from './facts.ts';
import { formatKib, formatMilliseconds } from './format.ts';
import type { ReportModel } from './types.ts';

/** More columns than this cannot be told apart in a comment. */
const columnCount = 80;

/** Low enough to see with the tables; Mermaid's own colour can hardly be seen on a light page. */
const chartStyle = (colour: string): string =>
  `%%{init: {"xyChart": {"width": 720, "height": 280}, "themeVariables": {"xyChart": {"plotColorPalette": "${colour}"}}}}%%`;

/** Stand out on light and on dark pages. */
export const chartColours = {
  sram: '#2a78d6',
  flash: '#8a7be0',
  latency: '#d9622b',
  accuracy: '#12966a',
} as const;

type XyChart = {
  readonly colour: string;
  /** As Mermaid writes a title with a range or a list of labels. */
  readonly x: string;
  readonly unit: string;
  /** Upper end of the axis, which begins at 0. */
  readonly highest: number;
  readonly kind: 'bar' | 'line';
  readonly values: readonly string[];
};

/** A fenced chart. */
export function xyChart({ colour, x, unit, highest, kind, values }: XyChart): string {
  return [
    '```mermaid',
    chartStyle(colour),
    'xychart-beta',
    `  x-axis ${x}`,
    `  y-axis "${unit}" 0 --> ${plainNumber(highest)}`,
    `  ${kind} [${values.join(', ')}]`,
    '```',
  ].join('\n');
}

/** Mermaid reads no exponents. */
function plainNumber(value: number): string {
  return String(value >= 1000 ? Math.ceil(value) : Number(value.toPrecision(4)));
}

/** SRAM over the layers with its sentence, or nothing where there are no layers. */
export function memoryChart({ layers, sram }: ReportModel): string {
  if (sram === null) return '';
  return liveBytesChart(
    layers.map((layer) => layer.liveBytes),
    sram.arenaBytes,
  );
}

/** Bytes in use at each layer, with a sentence, or nothing where there are no layers. */
export function liveBytesChart(liveBytes: readonly number[], arenaBytes: number): string {
  if (liveBytes.length < 2) return '';
  const { columns, perColumn, x } = columnsOf(liveBytes);
  const peaks = columns.map((group) => Math.max(...group));
  const highest = Math.max(arenaBytes, ...peaks);
  const chart = xyChart({
    colour: chartColours.sram,
    x,
    unit: 'KiB',
    highest: Math.max(1, Math.ceil(highest / 1024)),
    kind: 'bar',
    values: peaks.map((bytes) => (bytes / 1024).toFixed(1)),
  });
  const grouped = perColumn === 1 ? '' : `; each column is the largest of ${perColumn} layers`;
  return `Arena bytes in use at each layer, peak ${formatKib(Math.max(...peaks))}${grouped}:\n\n${chart}`;
}

/** Milliseconds of each layer with their sentence, or nothing where they are not known. */
export function latencyChart(model: ReportModel): string {
  const { layers, latency } = model;
  if (layers.length < 2 || latency === null || latency.cycles === 0) return '';
  const perCycle = latency.milliseconds / latency.cycles;
  const { columns, perColumn, x } = columnsOf(layers);
  const sums = columns.map((group) => group.reduce((sum, layer) => sum + layer.cycles * perCycle, 0));
  const highest = Math.max(...sums);
  if (highest === 0) return '';
  const chart = xyChart({
    colour: chartColours.latency,
    x,
    unit: 'ms',
    highest: highest * 1.05,
    kind: 'bar',
    values: sums.map((milliseconds) => milliseconds.toFixed(3)),
  });
  const grouped = perColumn === 1 ? '' : `; each column is the sum of ${perColumn} layers`;
  return `Latency of each layer, ${layerMethod(model)}, ${formatMilliseconds(latency.milliseconds)} in all${grouped}:\n\n${chart}`;
}

type Columns<Layer> = {
  readonly columns: readonly (readonly Layer[])[];
  readonly perColumn: number;
  readonly x: string;
};

function columnsOf<Layer>(layers: readonly Layer[]): Columns<Layer> {
  const perColumn = Math.ceil(layers.length / columnCount);
  const count = Math.ceil(layers.length / perColumn);
  const columns = Array.from({ length: count }, (_, column) =>
    layers.slice(column * perColumn, (column + 1) * perColumn),
  );
  return { columns, perColumn, x: `"layer" ${placesFrom(0, layers.length)}` };
}

/** A place for each of `count` things from `first` on; labels collide where there are many: a range instead. */
export function placesFrom(first: number, count: number): string {
  if (count > 16) return `${first} --> ${first + count - 1}`;
  return `[${Array.from({ length: count }, (_, index) => first + index).join(', ')}]`;
}
