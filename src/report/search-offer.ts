/** For models over a limit: the network that the last search found, where that keeps all limits, or how to start one. */
import type { BudgetVerdict, Metric } from '../measurement/index.ts';
import { accuracyTitles, figureOf, latencyLabel } from './figures.ts';
import { formatCount, formatKib, formatMilliseconds, formatRatio } from './format.ts';
import type { SearchReport } from './search/types.ts';
import type { Report, ReportFigures, ReportModel, ReportOffer } from './types.ts';
import { name, say, type Words } from './words.ts';

type SearchOffers = {
  /** What the search is for; other targets get no offer. */
  readonly target: string;
  /** The last result, and the run that has its files. */
  readonly last: { readonly report: SearchReport; readonly runId: number } | undefined;
  /** Commit that a search may be started for; absent where nobody can. */
  readonly sha: string | undefined;
  /** Paths of the data sets that accuracy is measured on, by the names of their models. */
  readonly datasets: ReadonlyMap<string, string>;
};

/** The report with an offer for each model that fails; a network for other data is none. */
export function withSearchOffers(report: Report, offers: SearchOffers): Report {
  const models = report.models.map((model): ReportModel => {
    const isOver = model.status === 'fail' && model.target === offers.target;
    return { ...model, offer: isOver ? (foundOffer(model, offers) ?? startOffer(offers)) : null };
  });
  return { ...report, models };
}

function startOffer({ sha }: SearchOffers): ReportOffer | null {
  return sha === undefined ? null : { kind: 'search', sha };
}

function foundOffer(model: ReportModel, { last, target, datasets }: SearchOffers): ReportOffer | undefined {
  const { evolution = null, measured = null } = last?.report ?? {};
  if (last === undefined || evolution === null || measured === null || measured.target !== target)
    return undefined;
  const { sram, flash, latency, accuracy, dataset } = measured;
  const task = datasets.get(model.name);
  if (task !== undefined && dataset !== null && task !== dataset) return undefined;
  const figures = sram && flash && latency && { sram, flash, latency, accuracy };
  if (figures === null || !keepsLimits(figures, model)) return undefined;
  return { kind: 'found', space: evolution.space, dataset, figures, runId: last.runId };
}

function keepsLimits(figures: ReportFigures, { budgets, accuracy }: ReportModel): boolean {
  return budgets.every(({ metric, limit }) => {
    const value = figureOf(figures, metric);
    if (value === null) return false;
    if (metric !== 'accuracy') return value <= limit;
    return value >= limit && figures.accuracy?.metric === accuracy?.metric;
  });
}

/** A sentence, or nothing where there is no offer. */
export function offerWords({ offer, budgets }: ReportModel): Words | undefined {
  switch (offer?.kind) {
    case 'found':
      return foundWords(offer);
    case 'search':
      return say`A search may find a network within these limits: comment ${name(searchCommand(offer.sha, budgets))}.`;
    default:
      return undefined;
  }
}

function foundWords({ space, dataset, figures, runId }: Extract<ReportOffer, { kind: 'found' }>): Words {
  const { sram, flash, latency, accuracy } = figures;
  const accuracyWords =
    accuracy === null
      ? ['accuracy unknown, it is not trained']
      : say`${accuracyTitles[accuracy.metric]} ${formatRatio(accuracy.value)} (${formatCount(accuracy.samples)} samples${dataset === null ? '' : say` of ${name(dataset)}`})`;
  const latencyWords = `${formatMilliseconds(latency.milliseconds)} (${latencyLabel(figures)})`;
  return say`The last search found a network of ${name(space, 60)} whose measured firmware keeps all limits: ${accuracyWords}, SRAM ${formatKib(sram.totalBytes)}, flash ${formatKib(flash.totalBytes)}, ${latencyWords}; its files are in run ${String(runId)}.`;
}

const searchable = ['sram', 'flash', 'latency'] as const;

/** With the limits of the model instead of the search's own. */
function searchCommand(sha: string, budgets: readonly BudgetVerdict[]): string {
  const limits = searchable.flatMap((metric) => {
    const own = budgets.filter((verdict) => verdict.metric === metric);
    const binds = own.some(({ origin, status }) => origin !== 'chip' || status === 'fail');
    return binds ? [`${metric}=${limitText(metric, Math.min(...own.map(({ limit }) => limit)))}`] : [];
  });
  return ['/mcunet search', sha.slice(0, 12), ...limits].join(' ');
}

function limitText(metric: Metric, limit: number): string {
  if (metric === 'latency') return `${Math.floor(limit * 1000) / 1000}ms`;
  return limit % 1024 === 0 ? `${limit / 1024}KiB` : `${Math.floor(limit)}B`;
}
