/** The report as a table for a terminal. */
import Table from 'cli-table3';
import pico from 'picocolors';
import { plainWords, visibleText } from './escape.ts';
import { type FigureCell, figureCell, metrics, metricTitles } from './figures.ts';
import { proposalWords } from './proposal-words.ts';
import { problemWords, reasons } from './reasons.ts';
import { remarks, weightsLabel } from './remarks.ts';
import type { Report, ReportModel } from './types.ts';
import { headline } from './verdict.ts';

type TerminalOptions = {
  /** ANSI colours; none without it. */
  readonly colours?: boolean;
};

type Paint = (text: string) => string;
export type Palette = {
  readonly good: Paint;
  readonly bad: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
};

/** A table with a row for each model, then why models fail, then the verdict; ends with a newline. */
export function toTerminalTable(report: Report, options: TerminalOptions = {}): string {
  const palette = paletteOf(options.colours ?? false);
  const table = new Table({
    head: ['', ...metrics.map((metric) => palette.strong(metricTitles[metric]))],
    colAligns: ['left', ...metrics.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const model of report.models) {
    const cells = metrics.map((metric) => cellText(figureCell(model, metric), palette));
    table.push([nameCell(model, palette), ...cells]);
  }
  const verdict = headline(report, (name) => visibleText(name, 60));
  const lines = [
    ...(report.models.length === 0 ? [] : [table.toString()]),
    ...report.models.flatMap((model) => complaints(model, palette)),
    (report.status === 'pass' ? palette.good : palette.bad)(verdict),
  ];
  return `${lines.join('\n')}\n`;
}

function nameCell(model: ReportModel, palette: Palette): string {
  const mark = model.status === 'pass' ? palette.good('pass') : palette.bad(model.status);
  const weights = weightsLabel(model);
  const lines = [
    palette.strong(visibleText(model.name, 40)),
    `${mark} ${palette.faint(visibleText(model.target, 30))}`,
    ...(weights === null ? [] : [palette.bad(weights)]),
  ];
  return lines.join('\n');
}

function cellText(cell: FigureCell | null, palette: Palette): string {
  if (cell === null) return palette.faint('-');
  const delta = cell.delta === null ? '' : ` (${cell.delta})`;
  const first = `${cell.value}${delta}${cell.limit === null ? '' : ` ${cell.limit}`}`;
  const second = [cell.headroom, cell.label].filter((part) => part !== null).join(', ');
  const painted = cell.status === 'fail' ? palette.bad(first) : first;
  return second === '' ? painted : `${painted}\n${palette.faint(second)}`;
}

function complaints(model: ReportModel, palette: Palette): readonly string[] {
  const name = visibleText(model.name, 40);
  const proposal = proposalWords(model);
  return [
    ...reasons(model).map((words) => `${palette.bad('x')} ${name}: ${plainWords(words)}`),
    ...problemWords(model).map((words) => `    ${plainWords(words)}`),
    ...remarks(model).map((sentence) => `! ${name}: ${sentence}`),
    ...(proposal === undefined ? [] : [`${palette.good('>')} ${name}: ${plainWords(proposal)}`]),
  ];
}

export function paletteOf(colours: boolean): Palette {
  const { green, red, dim, bold } = pico.createColors(colours);
  return { good: green, bad: red, faint: dim, strong: bold };
}
