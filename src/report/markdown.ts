/** The report as GitHub Markdown: the verdict first, then what to do, then all the rest folded away. */
import { at, invariant } from '../base/index.ts';
import { markdownName, markdownProse, markdownWords, visibleText } from './escape.ts';
import { changeList, commitsLine } from './markdown-comparison.ts';
import { modelDetails, provenanceDetails } from './markdown-details.ts';
import { summaryTable } from './markdown-table.ts';
import { proposalWords } from './proposal-words.ts';
import { problemWords, reasons } from './reasons.ts';
import { remarks } from './remarks.ts';
import type { Report, ReportModel } from './types.ts';
import { headline, statusMarks } from './verdict.ts';
import { waiverSentence } from './waivers.ts';

export type MarkdownOptions = {
  /** Upper bound of the text in bytes of UTF-8 (so of characters too), at least 400; unbounded without it. */
  readonly maxBytes?: number;
  /** Word before the headline; `mcunet` without it. Plain text. */
  readonly title?: string;
  /** A line of Markdown below the headline, for example which commits were compared. The caller's own words. */
  readonly context?: string;
  /** Where more is to be found. */
  readonly links?: readonly { readonly label: string; readonly url: string }[];
};

/** What a rung of the ladder of sizes shows. */
type Rung = {
  readonly rows: 'all' | 'problems' | 'none';
  readonly rowCount: number;
  readonly details: 'all' | 'problems' | 'none';
  readonly layerCount: number;
  /** Reasons of one failure. */
  readonly problemCount: number;
  readonly context: boolean;
  readonly provenance: boolean;
};

const full: Rung = {
  rows: 'all',
  rowCount: Number.POSITIVE_INFINITY,
  details: 'all',
  layerCount: Number.POSITIVE_INFINITY,
  problemCount: Number.POSITIVE_INFINITY,
  context: true,
  provenance: true,
};

/** Each rung says less than the one before it; the verdict stays on all. */
const ladder: readonly Rung[] = [
  full,
  { ...full, layerCount: 12, problemCount: 40 },
  { ...full, details: 'problems', layerCount: 12, problemCount: 40 },
  { ...full, details: 'none', problemCount: 20 },
  { ...full, rows: 'problems', rowCount: 25, details: 'none', problemCount: 3 },
  { ...full, rows: 'problems', rowCount: 5, details: 'none', problemCount: 1, provenance: false },
  { ...full, rows: 'none', details: 'none', provenance: false },
  { ...full, rows: 'none', details: 'none', provenance: false, context: false },
];

/** Markdown that says as much as fits `maxBytes`: everything, trimmed layers, failures only, the verdict. */
export function toMarkdown(report: Report, options: MarkdownOptions = {}): string {
  const maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
  invariant(maxBytes >= 400, 'a report needs room for its verdict');
  for (const rung of ladder) {
    const text = render(report, options, rung);
    if (utf8Length(text) <= maxBytes) return text;
  }
  return render(shortened(report), {}, at(ladder, ladder.length - 1));
}

function render(report: Report, options: MarkdownOptions, rung: Rung): string {
  const problems = report.models.filter((model) => model.status !== 'pass');
  const candidates = rung.rows === 'all' ? report.models : rung.rows === 'problems' ? problems : [];
  const rows = candidates.slice(0, rung.rowCount);
  const detailed = rung.details === 'all' ? report.models : rung.details === 'problems' ? problems : [];
  const sections = [
    heading(report, options),
    rung.context ? contextLine(report, options) : '',
    rung.rows === 'none' ? '' : waiverList(report),
    rung.rows === 'none' ? '' : changeList(report),
    summaryTable(rows),
    omission(report, rows.length),
    reasonList(rows, rung.problemCount),
    ...detailed.map((model) => modelDetails(model, rung.layerCount)),
    rung.provenance ? provenanceDetails(report) : '',
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function waiverList({ waivers }: Report): string {
  return waivers.map((waiver) => `- ${waiverSentence(waiver)}`).join('\n');
}

function reasonList(models: readonly ReportModel[], problemCount: number): string {
  return models
    .flatMap((model) => {
      const title = `**${markdownName(model.name)}**`;
      const proposal = proposalWords(model);
      return [
        ...reasons(model).map((words) => `- ${title}: ${markdownWords(words)}`),
        ...problemWords(model, problemCount).map((words) => `  - ${markdownWords(words)}`),
        ...remarks(model).map((sentence) => `- ${title}: ${sentence}`),
        ...(proposal === undefined ? [] : [`- 💡 ${title}: ${markdownWords(proposal)}`]),
      ];
    })
    .join('\n');
}

function heading(report: Report, options: MarkdownOptions): string {
  const title = visibleText(options.title ?? 'mcunet', 60);
  return `### ${statusMarks[report.status]} ${title}: ${headline(report, (name) => markdownName(name, 40))}`;
}

function contextLine(report: Report, options: MarkdownOptions): string {
  const targets = [...new Set(report.models.map((model) => model.target))].slice(0, 6);
  const links = (options.links ?? []).map(
    ({ label, url }) => `[${markdownProse(label, 60)}](<${linkTarget(url)}>)`,
  );
  const targetNames = targets.map((target) => markdownName(target, 40));
  return [...targetNames, commitsLine(report), options.context ?? '', ...links]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Characters that would end a link's target. */
function linkTarget(url: string): string {
  return url.replaceAll(/[<>\s]/g, encodeURIComponent);
}

function omission(report: Report, shown: number): string {
  const hidden = report.models.length - shown;
  if (hidden === 0) return '';
  const passing = report.models.filter((model) => model.status === 'pass').length;
  return `_${hidden} of ${report.models.length} rows do not fit here (passing: ${passing}); all are in the report files._`;
}

/** The same verdict without a word from outside, for the tightest limit. */
function shortened(report: Report): Report {
  const models = report.models.map((model): ReportModel => ({ ...model, name: visibleText(model.name, 8) }));
  return { ...report, models };
}

/** Bytes. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
