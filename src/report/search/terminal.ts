/** A search as a table for a terminal. */
import Table from 'cli-table3';
import { plainWords, visibleText } from '../escape.ts';
import { type Palette, paletteOf } from '../terminal.ts';
import { type FoundRow, foundRows } from './facts.ts';
import { scopeWords, searchHeadline, searchNotes, searchStatus } from './headline.ts';
import { choiceSentence, layerwiseSentence } from './spaces.ts';
import type { SearchReport } from './types.ts';

type SearchTableOptions = {
  /** ANSI colours; none without it. */
  readonly colours?: boolean;
};

/** The found network's figures, what qualifies them, and what was found in one line; ends with a newline. */
export function toSearchTable(report: SearchReport, { colours = false }: SearchTableOptions = {}): string {
  const palette = paletteOf(colours);
  const { evolution } = report;
  const lines = [
    ...(evolution === null ? [] : [figures(report, palette)]),
    ...(evolution === null ? [] : [`network ${visibleText(evolution.found.network, 400)}`]),
    palette.faint(plainWords(scopeWords(report))),
    plainWords(choiceSentence(report)),
    plainWords(layerwiseSentence(report)),
    ...searchNotes(report).map((words) => `${palette.bad('!')} ${plainWords(words)}`),
    palette.faint(`again: ${visibleText(report.command, 4000)}`),
    (searchStatus(report) === 'pass' ? palette.good : palette.bad)(plainWords(searchHeadline(report))),
  ];
  return `${lines.join('\n')}\n`;
}

function figures(report: SearchReport, palette: Palette): string {
  const isMeasured = report.measured !== null;
  const titles = ['Estimated', ...(isMeasured ? ['Measured'] : []), 'Limit'];
  const table = new Table({
    head: ['', ...titles.map(palette.strong)],
    colAligns: ['left', ...titles.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const row of foundRows(report)) {
    const measured =
      row.measured === null ? palette.faint('-') : cell(painted(row, palette), row.measuredLabel, palette);
    table.push([
      palette.strong(row.title),
      cell(row.estimated, row.estimatedLabel, palette),
      ...(isMeasured ? [measured] : []),
      row.limit === null ? palette.faint('-') : cell(row.limit.replace(/^of /, ''), row.headroom, palette),
    ]);
  }
  return table.toString();
}

function painted({ measured, status }: FoundRow, palette: Palette): string {
  return status === 'fail' ? palette.bad(measured ?? '') : (measured ?? '');
}

function cell(value: string, label: string | null, palette: Palette): string {
  return label === null ? value : `${value}\n${palette.faint(label)}`;
}
