/** Head against base in Markdown: which commits, what the change does to its own limits, what moved by layer and symbol. */
import { markdownName, markdownProse } from './escape.ts';
import { formatDifference, formatLimit } from './format.ts';
import { tableRow } from './markdown-table.ts';
import { notices } from './notices.ts';
import type { BaseSource, LimitEdit, Report, ReportComparison, ReportModel } from './types.ts';

const sourceWords: Readonly<Record<BaseSource, string>> = {
  cache: 'cached report',
  artifact: "the base branch's report",
  rebuilt: 'rebuilt',
  file: 'a report file',
};

/** `c0ffee0` against merge base `9f8e7d6` (rebuilt); nothing where no commits are compared. */
export function commitsLine({ revision, models }: Report): string {
  if (revision === null) return '';
  const head = `\`${revision.head.slice(0, 7)}\``;
  if (revision.base === null)
    return `${head}, no base: ${markdownProse(revision.reason ?? 'not known', 300)}`;
  const sources = [...new Set(models.flatMap(({ comparison }) => comparison?.source ?? []))];
  const how = sources.length === 0 ? '' : ` (${sources.map((source) => sourceWords[source]).join(', ')})`;
  const why = revision.reason === null ? '' : `, not compared: ${markdownProse(revision.reason, 300)}`;
  return `${head} against merge base \`${revision.base.slice(0, 7)}\`${how}${why}`;
}

const mostLines = 20;

/** What a reader must not miss: limits that the change moves, models that it removes, adds or renames. */
export function changeList(report: Report): string {
  const { revision, models } = report;
  if (revision === null) return '';
  const lines = [
    ...notices(report).map((notice) => `- ${notice}`),
    ...revision.limitEdits.map(limitLine),
    ...revision.deleted.map(
      ({ name, path }) => `- **${markdownName(name)}** is deleted (${markdownName(path)}).`,
    ),
    ...models.flatMap(comparisonLine),
  ];
  const more = lines.length - mostLines;
  return [...lines.slice(0, mostLines), ...(more > 0 ? [`- _and ${more} more_`] : [])].join('\n');
}

function limitLine({ model, limit, from, to }: LimitEdit): string {
  const name = `**${markdownName(model)}** \`${limit}\``;
  const change = `${limitValue(limit, from)} → ${limitValue(limit, to)}`;
  return `- 🚩 This change edits its own limit: ${name} ${change}. The base's limit holds until it is merged.`;
}

function limitValue(limit: string, value: number | null): string {
  if (value === null) return 'none';
  if (limit.startsWith('regression.')) {
    return `${Number((value * 100).toFixed(4))} ${limit.endsWith('accuracy') ? 'pp' : '%'}`;
  }
  const metric = limit.replace('budgets.', '');
  return metric === 'sram' || metric === 'flash' || metric === 'latency' || metric === 'accuracy'
    ? formatLimit(metric, value)
    : String(value);
}

function comparisonLine({ name, comparison }: ReportModel): readonly string[] {
  if (comparison === null) return [];
  const title = `- **${markdownName(name)}**`;
  const from = comparison.path === null ? '' : ` from ${markdownName(comparison.path)}`;
  const reason = comparison.reason === null ? '' : `: ${markdownProse(comparison.reason, 300)}`;
  if (comparison.kind === 'added') return [`${title} is new: no base to compare with.`];
  if (comparison.kind === 'renamed') return [`${title} is renamed${from}${reason}.`];
  return comparison.reason === null ? [] : [`${title} has no base${reason}.`];
}

/** Tables of the layers and symbols that changed most; nothing where none did. */
export function changeTables(comparison: ReportComparison | null, layerCount: number): string {
  if (comparison === null) return '';
  return [layerTable(comparison, layerCount), symbolTable(comparison)]
    .filter((table) => table !== '')
    .join('\n\n');
}

function layerTable({ layers }: ReportComparison, layerCount: number): string {
  if (layers.length === 0) return '';
  return [
    tableRow(['Layer against the base', 'Operator', '', 'Cycles', 'Weights', 'Live SRAM']),
    tableRow([':--', ':--', ':--', '--:', '--:', '--:']),
    ...layers
      .slice(0, layerCount)
      .map((layer) =>
        tableRow([
          markdownName(layer.name, 48),
          markdownName(layer.op, 40),
          layer.state,
          formatDifference(layer.cycles),
          `${formatDifference(layer.weightBytes)} B`,
          `${formatDifference(layer.liveBytes)} B`,
        ]),
      ),
  ].join('\n');
}

function symbolTable({ symbols }: ReportComparison): string {
  if (symbols.length === 0) return '';
  return [
    tableRow(['Symbol against the base', 'Flash']),
    tableRow([':--', '--:']),
    ...symbols.map(({ name, bytes }) => tableRow([markdownName(name, 60), `${formatDifference(bytes)} B`])),
  ].join('\n');
}
