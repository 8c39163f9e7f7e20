/** What one layer costs, in Markdown: the answer to a question in a comment. */
import { layerTitle } from './blame.ts';
import { markdownName } from './escape.ts';
import { formatBytes, formatCount, formatRatio, formatShape } from './format.ts';
import { tableRow } from './markdown-table.ts';
import type { Report, ReportModel } from './types.ts';

type Layer = ReportModel['layers'][number];

const mostRows = 20;

/** Every layer of that name, title or index, in every model. */
export function explainLayer(report: Report, wanted: string): string {
  const found = report.models.flatMap((model) =>
    model.layers
      .filter((layer) => [layer.name, layerTitle(layer), String(layer.index)].includes(wanted))
      .map((layer) => ({ model, layer })),
  );
  if (found.length === 0) return `No layer is called ${markdownName(wanted)}.\n`;
  const rows = found.slice(0, mostRows).map(({ model, layer }) => row(model, layer));
  const header = ['Model', 'Layer', 'Operator', 'Output', 'MACs', 'Cycles', 'Live SRAM', 'Weights'];
  const more = found.length > mostRows ? `\n_and ${found.length - mostRows} more_\n` : '';
  return `${[tableRow(header), tableRow(header.map(() => ':--')), ...rows].join('\n')}\n${more}`;
}

function row(model: ReportModel, layer: Layer): string {
  const total = model.latency?.cycles ?? 0;
  const share = total === 0 ? '' : ` (${formatRatio(layer.cycles / total)})`;
  const isPeak = model.layers.every(({ liveBytes }) => liveBytes <= layer.liveBytes);
  return tableRow([
    markdownName(model.name),
    `${layer.index}: ${markdownName(layerTitle(layer), 48)}`,
    markdownName(layer.op, 40),
    formatShape(layer.outputShape),
    formatCount(layer.macs),
    `${formatCount(layer.cycles)}${share}`,
    `${formatBytes(layer.liveBytes)}${isPeak ? ', the peak' : ''}`,
    formatBytes(layer.weightBytes),
  ]);
}
