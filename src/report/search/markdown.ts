/** A search as GitHub Markdown: what was found first, what qualifies it, then all the rest folded away. */
import { invariant } from '../../base/index.ts';
import { markdownName, markdownWords, visibleText } from '../escape.ts';
import { utf8Length } from '../markdown.ts';
import { fold } from '../markdown-table.ts';
import { statusMarks } from '../verdict.ts';
import { scopeWords, searchHeadline, searchNotes, searchStatus } from './headline.ts';
import { figuresTable, frontTable, layersSection, spacesTable } from './markdown-tables.ts';
import { searchProvenance } from './provenance.ts';
import { choiceSentence, layerwiseSentence } from './spaces.ts';
import type { SearchReport } from './types.ts';

type SearchMarkdownOptions = {
  /** Upper bound of the text in bytes of UTF-8, at least 2,000; unbounded without it. */
  readonly maxBytes?: number;
  /** Word before the headline; `mcunet search` without it. Plain text. */
  readonly title?: string;
};

/** What a rung of the ladder of sizes shows. */
type Rung = {
  readonly spaces: number;
  readonly front: number;
  readonly layers: number;
  readonly body: boolean;
};

const full: Rung = { spaces: 1000, front: 30, layers: 500, body: true };

/** Each rung says less than the one before it; the headline stays on all. */
const ladder: readonly Rung[] = [
  full,
  { ...full, spaces: 20, front: 10 },
  { ...full, spaces: 5, front: 5, layers: 0 },
  { ...full, spaces: 0, front: 0, layers: 0 },
];

const least: Rung = { spaces: 0, front: 0, layers: 0, body: false };

/** Spaces that are shown unfolded. */
const topSpaces = 5;

/** Job summary or comment: headline, figures against limits, notes, spaces, Pareto front, layers, and the command. */
export function toSearchMarkdown(report: SearchReport, options: SearchMarkdownOptions = {}): string {
  const maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
  invariant(maxBytes >= 2000, 'the report of a search needs room for what was found');
  for (const rung of ladder) {
    const text = render(report, rung, options);
    if (utf8Length(text) <= maxBytes) return text;
  }
  return render(report, least, {});
}

function render(
  report: SearchReport,
  rung: Rung,
  { title = 'mcunet search' }: SearchMarkdownOptions,
): string {
  const heading = `### ${statusMarks[searchStatus(report)]} ${visibleText(title, 60)}: ${markdownWords(searchHeadline(report))}`;
  const sections = [heading, ...(rung.body ? body(report, rung) : [])];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function body(report: SearchReport, rung: Rung): readonly string[] {
  return [
    markdownWords(scopeWords(report)),
    figuresTable(report),
    searchNotes(report)
      // A mark first: prose from outside could begin a list of its own.
      .map((words) => `- ℹ️ ${markdownWords(words)}`)
      .join('\n'),
    networkLine(report),
    `The same result again:\n\n${commandBlock(report.command)}`,
    ...spaces(report, rung.spaces),
    front(report, rung.front),
    layersSection(report, rung.layers),
    provenance(report),
  ];
}

function networkLine({ evolution }: SearchReport): string {
  return evolution === null
    ? ''
    : `Network (kernel and expansion of each block): ${markdownName(evolution.found.network, 400)}`;
}

/** The best few to be seen, the others folded. */
function spaces(report: SearchReport, count: number): readonly string[] {
  const { surveys } = report;
  if (count === 0) return [];
  const table = spacesTable(report, 0, Math.min(count, topSpaces));
  const top = `${markdownWords(choiceSentence(report))} ${markdownWords(layerwiseSentence(report))}\n\n${table}`;
  if (surveys.length <= topSpaces || count <= topSpaces) return [top];
  const omitted =
    surveys.length <= count ? '' : `_The first ${count} of ${surveys.length}; all are in search.json._`;
  const rest = spacesTable(report, topSpaces, count);
  return [top, fold(`Further spaces: ${surveys.length - topSpaces}`, [rest, omitted])];
}

function front(report: SearchReport, count: number): string {
  if (report.evolution === null || count === 0) return '';
  const { length } = report.evolution.front;
  const omitted = length <= count ? '' : `_The ${count} best of ${length}; all are in search.json._`;
  return fold(`Pareto front: ${length} networks`, [frontTable(report.evolution, count), omitted]);
}

/** To be copied: a fence that is longer than any within. */
function commandBlock(command: string): string {
  const text = visibleText(command, 4000);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${text}\n${fence}`;
}

function provenance(report: SearchReport): string {
  const lines = searchProvenance(report).map(({ title, words }) => `- **${title}**: ${markdownWords(words)}`);
  return fold('How these numbers were made', [lines.join('\n')]);
}
