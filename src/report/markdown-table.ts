/** Tables and folds of Markdown; the summary table: a row for each model, a column for each metric that any row has. */
import { markdownName } from './escape.ts';
import { type FigureCell, figureCell, metrics, metricTitles } from './figures.ts';
import { weightsLabel } from './remarks.ts';
import type { ReportModel } from './types.ts';
import { statusMarks } from './verdict.ts';

/** A Markdown table, or nothing where there is no row. */
export function summaryTable(models: readonly ReportModel[]): string {
  if (models.length === 0) return '';
  const columns = metrics.filter(
    (metric) => metric !== 'accuracy' || models.some((model) => figureCell(model, metric) !== null),
  );
  const severalTargets = new Set(models.map((model) => model.target)).size > 1;
  return [
    tableRow(['', ...columns.map((metric) => metricTitles[metric])]),
    tableRow([':--', ...columns.map(() => '--:')]),
    ...models.map((model) => {
      const cells = columns.map((metric) => summaryCell(figureCell(model, metric)));
      return tableRow([modelCell(model, severalTargets), ...cells]);
    }),
  ].join('\n');
}

export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A folded section; `summary` is HTML. */
export function fold(summary: string, sections: readonly string[]): string {
  const body = sections.filter((section) => section !== '').join('\n\n');
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function modelCell(model: ReportModel, withTarget: boolean): string {
  const name = markdownName(model.name);
  const marked = `${statusMarks[model.status]} ${model.status === 'pass' ? name : `**${name}**`}`;
  const weights = weightsLabel(model);
  const below = [...(withTarget ? [markdownName(model.target)] : []), ...(weights === null ? [] : [weights])];
  return below.length === 0 ? marked : `${marked}<br><sub>${below.join(', ')}</sub>`;
}

/** The value and its limit on one line, what is left and how it was found below; bold where it fails. */
function summaryCell(cell: FigureCell | null): string {
  if (cell === null) return '–';
  const delta = cell.delta === null ? '' : ` (${cell.delta})`;
  const first = `${cell.value}${delta}${cell.limit === null ? '' : ` ${cell.limit}`}`;
  const second = [cell.headroom, cell.label].filter((part) => part !== null).join(', ');
  const strong = cell.status === 'fail' ? `**${first}**` : first;
  return second === '' ? strong : `${strong}<br><sub>${second}</sub>`;
}
