/** The tables of a search in Markdown. */
import { markdownName } from '../escape.ts';
import {
  formatBytes,
  formatCount,
  formatKib,
  formatMilliseconds,
  formatRatio,
  formatShape,
} from '../format.ts';
import { fold, tableRow } from '../markdown-table.ts';
import { liveBytesChart } from '../mermaid.ts';
import { accuracyWords } from './accuracy-words.ts';
import { type FoundRow, foundRows } from './facts.ts';
import { spaceRows } from './spaces.ts';
import type { SearchEvolution, SearchLayer, SearchReport } from './types.ts';

/** Estimated and measured beside each other, against what is allowed; nothing where no network was searched. */
export function figuresTable(report: SearchReport): string {
  const rows = foundRows(report);
  if (rows.length === 0) return '';
  const isMeasured = report.measured !== null;
  const header = ['', 'Estimated', ...(isMeasured ? ['Measured'] : []), 'Limit', ''];
  return [
    tableRow(header),
    tableRow([':--', '--:', ...(isMeasured ? ['--:'] : []), '--:', '--:']),
    ...rows.map((row) => figureRow(row, isMeasured)),
  ].join('\n');
}

function figureRow(row: FoundRow, isMeasured: boolean): string {
  const strong = (text: string) => (row.status === 'fail' ? `**${text}**` : text);
  return tableRow([
    row.title,
    labelled(row.estimated, row.estimatedLabel),
    ...(isMeasured ? [row.measured === null ? '–' : labelled(strong(row.measured), row.measuredLabel)] : []),
    row.limit?.replace(/^of /, '') ?? '–',
    strong(row.headroom ?? ''),
  ]);
}

function labelled(value: string, label: string | null): string {
  return label === null ? value : `${value}<br><sub>${label}</sub>`;
}

/** Spaces from the `first` to before the `last` in the order of the rule. */
export function spacesTable(report: SearchReport, first: number, last: number): string {
  return [
    tableRow([
      'Space',
      'Networks within limits',
      'MACs, mean',
      'MACs, 80th percentile',
      'Layer by layer',
      '',
    ]),
    tableRow([':--', '--:', '--:', '--:', '--:', ':--']),
    ...spaceRows(report)
      .slice(first, last)
      .map(({ space, isChosen, within, share, mean, p80, layerwise, note }) =>
        tableRow([
          isChosen ? `**${markdownName(space, 40)}**` : markdownName(space, 40),
          `${within} (${formatRatio(share)})`,
          mean,
          p80,
          `${layerwise.mean} (${layerwise.share})`,
          isChosen ? `**${note}**` : note,
        ]),
      ),
  ].join('\n');
}

/** The `count` most accurate networks of the front. */
export function frontTable({ front, accuracy, found }: SearchEvolution, count: number): string {
  return [
    tableRow([accuracyWords(accuracy).title, 'Latency', 'SRAM', 'Flash', 'MACs', 'Network']),
    tableRow(['--:', '--:', '--:', '--:', '--:', ':--']),
    ...front
      .slice(0, count)
      .map(({ network, accuracy: value, cost }) =>
        tableRow([
          formatRatio(value),
          formatMilliseconds(cost.latencyMs),
          formatKib(cost.sramBytes),
          formatKib(cost.flashBytes),
          formatCount(cost.macs),
          `${markdownName(network, 48)}${network === found.network ? ' **found**' : ''}`,
        ]),
      ),
    '',
    '_SRAM, flash and latency are estimated._',
  ].join('\n');
}

/** The layers of the found network with the picture of its arena, folded. */
export function layersSection({ evolution }: SearchReport, count: number): string {
  if (evolution === null || count === 0 || evolution.found.layers.length === 0) return '';
  const { layers, cost } = evolution.found;
  const shown = layers.slice(0, count);
  const table = [
    tableRow(['#', 'Layer', 'Operator', 'Kernel', 'Output', 'MACs', 'Parameters', 'Constants', 'Live SRAM']),
    tableRow(['--:', ':--', ':--', ':--', ':--', '--:', '--:', '--:', '--:']),
    ...shown.map(layerRow),
  ].join('\n');
  const omitted = shown.length < layers.length ? `_The first ${count} of ${layers.length} layers._` : '';
  return fold(`The network's ${layers.length} layers, estimated`, [
    liveBytesChart(
      layers.map((layer) => layer.peakBytes),
      cost.arenaBytes,
    ),
    table,
    omitted,
  ]);
}

function layerRow(layer: SearchLayer, index: number): string {
  return tableRow([
    String(index),
    markdownName(layer.name, 48),
    markdownName(layer.kind, 40),
    layer.kernel === null ? '' : formatShape(layer.kernel),
    formatShape(layer.output),
    formatCount(layer.macs),
    formatCount(layer.parameters),
    formatBytes(layer.constantBytes),
    formatBytes(layer.peakBytes),
  ]);
}
