/** The figures of a branch over its commits: one line of JSON for each commit, model and target. */
import { z } from 'zod';
import { markdownName } from './escape.ts';
import { chartColours, placesFrom, xyChart } from './mermaid.ts';
import type { Report } from './types.ts';

const figure = z.number().min(0).nullable();

export type HistoryRow = {
  readonly commit: string;
  readonly model: string;
  readonly target: string;
  readonly sramBytes: number | null;
  readonly flashBytes: number | null;
  readonly latencyMs: number | null;
  readonly accuracy: number | null;
};

const rowSchema: z.ZodType<HistoryRow> = z.strictObject({
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  model: z.string().max(200),
  target: z.string().max(100),
  sramBytes: figure,
  flashBytes: figure,
  latencyMs: figure,
  accuracy: figure,
});

const mostRows = 20_000;

/** Lines that are no rows are left out: the history is a convenience, not a source of verdicts. */
export function parseHistory(text: string): readonly HistoryRow[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      const parsed = rowSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

/** The history with a commit's figures at its end, once, however often it is added; the oldest rows give way. */
export function extendHistory(
  history: readonly HistoryRow[],
  report: Report,
  commit: string,
): readonly HistoryRow[] {
  const added = report.models.map(
    ({ name, target, sram, flash, latency, accuracy }): HistoryRow => ({
      commit,
      model: name,
      target,
      sramBytes: sram?.totalBytes ?? null,
      flashBytes: flash?.totalBytes ?? null,
      latencyMs: latency?.milliseconds ?? null,
      accuracy: accuracy?.value ?? null,
    }),
  );
  return [...history.filter((row) => row.commit !== commit), ...added].slice(-mostRows);
}

export function formatHistory(history: readonly HistoryRow[]): string {
  return history.map((row) => `${JSON.stringify(row)}\n`).join('');
}

const shownCommits = 30;
const shownModels = 8;

/** The rows of each model on each target, where there are two or more. */
export function seriesOf(history: readonly HistoryRow[]): readonly (readonly HistoryRow[])[] {
  const series = Map.groupBy(history, ({ model, target }) => JSON.stringify([model, target]));
  return [...series.values()].filter((rows) => rows.length > 1);
}

/** Mermaid charts of flash, SRAM, latency and accuracy over the last commits, for each model that has two or more. */
export function trendCharts(history: readonly HistoryRow[]): string {
  const charts = seriesOf(history)
    .slice(0, shownModels)
    .map((rows) => modelTrend(rows.slice(-shownCommits)));
  return charts.length === 0
    ? ''
    : `<details>\n<summary>Over the last commits</summary>\n\n${charts.join('\n\n')}\n\n</details>\n`;
}

function modelTrend(rows: readonly HistoryRow[]): string {
  const [first] = rows;
  const title =
    first === undefined ? '' : `**${markdownName(first.model)}** on ${markdownName(first.target)}`;
  const kib = (bytes: number | null) => (bytes === null ? null : bytes / 1024);
  const percent = (share: number | null) => (share === null ? null : share * 100);
  return [
    title,
    chart(
      'Flash, KiB',
      chartColours.flash,
      rows.map((row) => kib(row.flashBytes)),
    ),
    chart(
      'SRAM, KiB',
      chartColours.sram,
      rows.map((row) => kib(row.sramBytes)),
    ),
    chart(
      'Latency, ms',
      chartColours.latency,
      rows.map((row) => row.latencyMs),
    ),
    chart(
      'Accuracy, %',
      chartColours.accuracy,
      rows.map((row) => percent(row.accuracy)),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function chart(unit: string, colour: string, values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return '';
  return xyChart({
    colour,
    x: `"commit" ${placesFrom(1, known.length)}`,
    unit,
    highest: Math.max(...known) * 1.1 || 1,
    kind: 'line',
    values: known.map((value) => value.toFixed(3)),
  });
}
