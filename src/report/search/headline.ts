/** What a search came to in one sentence, and what the reader should know besides. */
import { formatCount, formatMagnitude } from '../format.ts';
import type { ReportStatus } from '../types.ts';
import { join, name, prose, say, type Words } from '../words.ts';
import { accuracyClause } from './accuracy-words.ts';
import { type FoundRow, foundRows } from './facts.ts';
import type { SearchEvolution, SearchReport } from './types.ts';

export function searchStatus({ measured }: SearchReport): ReportStatus {
  return measured?.status ?? 'pass';
}

/** Without a full stop. */
export function searchHeadline(report: SearchReport): Words {
  const { evolution, measured } = report;
  if (evolution === null) return spaceHeadline(report);
  const figures = foundRows(report)
    .filter(({ title }) => ['SRAM', 'Flash', 'Latency'].includes(title))
    .map((row) => figureClause(row, measured !== null));
  const clauses = [accuracyClause(report, evolution), ...figures].join(', ');
  return say`found a network of ${name(evolution.space, 60)}: ${clauses}${measured === null ? ', all estimated' : ''}`;
}

function spaceHeadline({ chosen, surveys }: SearchReport): Words {
  const macs = surveys.find(({ space }) => space === chosen)?.macs;
  const figures =
    macs === undefined
      ? ''
      : `, with ${formatMagnitude(macs.mean)} MACs on average (80th percentile ${formatMagnitude(macs.p80)})`;
  return say`${name(chosen, 60)} promises most of ${formatCount(surveys.length)} spaces${figures}`;
}

function figureClause(
  { title, estimated, measured, limit, status, headroom }: FoundRow,
  isMeasured: boolean,
): string {
  const figure = measured ?? estimated;
  const estimate = isMeasured && measured === null ? ' estimated' : '';
  const metric = title === 'SRAM' ? title : title.toLowerCase();
  const over = status === 'fail' && headroom !== null ? `, ${headroom}` : '';
  return `${metric} ${figure}${estimate}${limit === null ? '' : ` ${limit}`}${over}`;
}

/** More would not be read. */
const mostRejected = 5;

/** One sentence each: what qualifies the result. */
export function searchNotes(report: SearchReport): readonly Words[] {
  const own = report.evolution === null ? [] : evolutionNotes(report, report.evolution);
  return [...own, ...report.remarks.map((remark) => [prose(remark)])];
}

function evolutionNotes({ measured }: SearchReport, evolution: SearchEvolution): readonly Words[] {
  const { accuracy, options, rejected } = evolution;
  const omitted = rejected.length - mostRejected;
  return [
    ...(accuracy.from === 'flops'
      ? [
          say`Accuracy is unknown: nothing was trained, and FLOPs stood in for it. Train the network, or search with a super-network, before trusting it.`,
        ]
      : []),
    ...(measured === null ? [say`No firmware was built of the network: its figures are estimates.`] : []),
    ...(options.strategy === 'random'
      ? [say`Networks were drawn at random, as a baseline: this is no evolution.`]
      : []),
    ...rejected
      .slice(0, mostRejected)
      .map(
        ({ network, reason }) =>
          say`Not taken, though better by the search: ${name(network, 60)}, whose firmware measured ${prose(reason, 300)}.`,
      ),
    ...(omitted > 0 ? [say`${formatCount(omitted)} more networks were not taken for such reasons.`] : []),
  ];
}

/** A line below the headline: how much was searched. */
export function scopeWords(report: SearchReport): Words {
  const { evolution, target, surveys } = report;
  const samples = surveys.reduce((sum, survey) => sum + survey.samples, 0);
  const parts: Words[] = [
    [name(target, 40)],
    [`${formatCount(samples)} networks of ${formatCount(surveys.length)} spaces costed`],
  ];
  if (evolution !== null)
    parts.push([
      `${formatCount(evolution.evaluations)} networks ${judged(evolution)} in ${generations(evolution)}`,
    ]);
  return join(parts, ' · ');
}

function judged({ accuracy }: SearchEvolution): string {
  return accuracy.from === 'flops'
    ? 'compared by their MACs'
    : accuracy.from === 'predictor'
      ? 'predicted'
      : 'evaluated';
}

function generations({ options, curve }: SearchEvolution): string {
  const count = curve.length > 0 ? curve.length - 1 : options.generations;
  return `${formatCount(count)} ${count === 1 ? 'generation' : 'generations'}`;
}
