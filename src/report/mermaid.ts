/** A Mermaid chart of SRAM over the layers: numbers only, so that no name can break it. */
import type { LayerMeasurement } from '../measurement/index.ts';
import { formatKib } from './format.ts';
import type { ReportModel } from './types.ts';

/** More columns than this cannot be told apart in a comment. */
const columnCount = 80;

/** Low enough to see with the tables, in a colour that stands out on light and on dark pages. */
const chartStyle =
  '%%{init: {"xyChart": {"width": 720, "height": 280}, "themeVariables": {"xyChart": {"plotColorPalette": "#2a78d6"}}}}%%';

/** A fenced Mermaid chart with its sentence, or nothing where there are no layers. */
export function memoryChart(model: ReportModel): string {
  const { layers, sram } = model;
  if (layers.length < 2 || sram === null) return '';
  const perColumn = Math.ceil(layers.length / columnCount);
  const columns = groupPeaks(layers, perColumn);
  const highest = Math.max(sram.arenaBytes, ...columns);
  const grouped = perColumn === 1 ? '' : `; each column is the largest of ${perColumn} layers`;
  return [
    `Arena bytes in use at each layer, peak ${formatKib(Math.max(...columns))}${grouped}:`,
    '',
    '```mermaid',
    chartStyle,
    'xychart-beta',
    `  x-axis "layer" ${axisOf(layers.length, columns.length)}`,
    `  y-axis "KiB" 0 --> ${Math.max(1, Math.ceil(highest / 1024))}`,
    `  bar [${columns.map((bytes) => (bytes / 1024).toFixed(1)).join(', ')}]`,
    '```',
  ].join('\n');
}

function groupPeaks(layers: readonly LayerMeasurement[], perColumn: number): readonly number[] {
  const peaks: number[] = [];
  for (let first = 0; first < layers.length; first += perColumn) {
    peaks.push(Math.max(...layers.slice(first, first + perColumn).map((layer) => layer.liveBytes)));
  }
  return peaks;
}

/** Labels collide where there are many: a range instead. */
function axisOf(layerCount: number, columns: number): string {
  if (columns > 16) return `0 --> ${layerCount - 1}`;
  return `[${Array.from({ length: columns }, (_, column) => column).join(', ')}]`;
}
