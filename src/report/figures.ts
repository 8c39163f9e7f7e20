/** The summary figures of a model as words, alike in Markdown, HTML and on a terminal. */
import type { BudgetVerdict, Metric } from '../measurement/index.ts';
import { formatDelta, formatDistance, formatFigure, formatLimit } from './format.ts';
import type { ReportFigures, ReportModel } from './types.ts';

export const metrics: readonly Metric[] = ['sram', 'flash', 'latency', 'accuracy'];

export const metricTitles: Readonly<Record<Metric, string>> = {
  sram: 'SRAM',
  flash: 'Flash',
  latency: 'Latency',
  accuracy: 'Accuracy',
};

export const accuracyTitles = { top1: 'top-1', top5: 'top-5', auc: 'AUC' } as const;

export type FigureCell = {
  readonly metric: Metric;
  readonly status: BudgetVerdict['status'] | 'unlimited';
  readonly value: string;
  /** Against the base; null where there is none. */
  readonly delta: string | null;
  /** `of 64 KiB` or `min 90 %`. */
  readonly limit: string | null;
  /** `47.3 KiB free` or `over by 28 B`. */
  readonly headroom: string | null;
  /** How the figure came about, where that is not measuring. */
  readonly label: string | null;
};

/** The figure of one metric, or null where it was not reached or not asked for. */
export function figureCell(model: ReportModel, metric: Metric): FigureCell | null {
  const value = figureOf(model, metric);
  if (value === null) return null;
  const base = comparable(model, metric) && model.base !== null ? figureOf(model.base, metric) : null;
  const verdict = decidingVerdict(model, metric);
  return {
    metric,
    status: verdict?.status ?? 'unlimited',
    value: formatFigure(metric, value),
    delta: base === null ? null : formatDelta(metric, base, value),
    limit: verdict === undefined ? null : limitWords(verdict),
    headroom: verdict === undefined ? null : judgedWords(verdict),
    label: metric === 'latency' ? latencyLabel(model) : null,
  };
}

/** `3 %`, or `2.5 %`. */
function formatBand(relativeError: number): string {
  return `${Number((relativeError * 100).toFixed(1))} %`;
}

/** A measured figure has the simulated one beside it. */
export function latencyLabel({ latency }: Pick<ReportModel, 'latency'>): string | null {
  if (latency === null) return null;
  const { method, milliseconds, cycles, relativeError, simulatedCycles } = latency;
  if (method !== 'board') return relativeError === null ? method : `${method} ±${formatBand(relativeError)}`;
  if (simulatedCycles === null || cycles === 0) return 'measured';
  return `measured; simulated ${formatFigure('latency', (milliseconds * simulatedCycles) / cycles)}`;
}

/** An estimate does not compare with a simulation, nor one metric of accuracy with another. */
function comparable({ base, latency, accuracy }: ReportModel, metric: Metric): boolean {
  if (metric === 'latency') return base?.latency.method === latency?.method;
  return metric !== 'accuracy' || base?.accuracy?.metric === accuracy?.metric;
}

/** The value that a metric is judged by: bytes, milliseconds or 0 ... 1. */
export function figureOf(figures: Pick<ReportModel, Metric> | ReportFigures, metric: Metric): number | null {
  switch (metric) {
    case 'sram':
      return figures.sram?.totalBytes ?? null;
    case 'flash':
      return figures.flash?.totalBytes ?? null;
    case 'latency':
      return figures.latency?.milliseconds ?? null;
    case 'accuracy':
      return figures.accuracy?.value ?? null;
  }
}

/** Which failing verdict says most: what cannot be flashed, then what is not wanted, then what got worse. */
const gravity = ['chip', 'budget', 'regression'] as const;

/** The verdict to show for a metric: the gravest that fails or is waived, else the limit with the least headroom. */
export function decidingVerdict(
  model: Pick<ReportModel, 'budgets'>,
  metric: Metric,
): BudgetVerdict | undefined {
  const verdicts = model.budgets.filter((verdict) => verdict.metric === metric);
  const gravest = (status: BudgetVerdict['status']) =>
    verdicts
      .filter((verdict) => verdict.status === status)
      .toSorted((a, b) => gravity.indexOf(a.origin) - gravity.indexOf(b.origin))[0];
  return (
    gravest('fail') ??
    gravest('waived') ??
    verdicts.filter((verdict) => verdict.origin !== 'regression').sort((a, b) => a.headroom - b.headroom)[0]
  );
}

/** One verdict for each metric that is over a limit, waived or not. */
export function exceededVerdicts(model: ReportModel): readonly BudgetVerdict[] {
  return metrics
    .map((metric) => decidingVerdict(model, metric))
    .filter((verdict) => verdict !== undefined)
    .filter(({ status }) => status !== 'pass');
}

function judgedWords(verdict: BudgetVerdict): string {
  return verdict.status === 'waived' ? `${headroomWords(verdict)}, waived` : headroomWords(verdict);
}

export function limitWords(verdict: BudgetVerdict): string {
  if (verdict.origin === 'regression') return `base allows ${formatFigure(verdict.metric, verdict.limit)}`;
  const limit = formatLimit(verdict.metric, verdict.limit);
  return verdict.metric === 'accuracy' ? `min ${limit}` : `of ${limit}`;
}

/** `over by 28 B`, `0.4 pp short`, `47.3 KiB free` or `0.1 pp above`. */
export function headroomWords(verdict: BudgetVerdict): string {
  const distance = formatDistance(verdict.metric, verdict.headroom);
  if (verdict.metric === 'accuracy') return verdict.headroom < 0 ? `${distance} short` : `${distance} above`;
  return verdict.headroom < 0 ? `over by ${distance}` : `${distance} free`;
}
