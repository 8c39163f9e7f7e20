/** Figures against limits: the team's budgets and what the chip has. A blown budget is a verdict, not an error. */
import type { Budgets, RegressionLimits } from '../config/index.ts';
import type { Target } from '../target/index.ts';
import type { AccuracyMeasurement, BudgetVerdict, LatencyMeasurement, Measurement, Metric } from './types.ts';

/** What limits apply to: of a measurement, or of a row of an earlier report. */
type JudgedFigures = BaseFigures & Pick<Measurement, 'overflow'>;

/** One verdict a limit, in the order SRAM, flash, latency, accuracy; the chip's memory is always judged. */
export function checkBudgets(
  measurement: JudgedFigures,
  budgets: Budgets,
  target: Target,
): readonly BudgetVerdict[] {
  const { sram, flash, latency, accuracy, overflow } = measurement;
  return [
    atMost('sram', budgets.sramBytes, sram.totalBytes),
    chipLimit('sram', target.sramBytes, sram.totalBytes, overflow.sramBytes),
    atMost('flash', budgets.flashBytes, flash.totalBytes),
    chipLimit('flash', target.flashBytes, flash.totalBytes, overflow.flashBytes),
    atMost('latency', budgets.latencyMs, latency.milliseconds),
    accuracy === null ? undefined : atLeast('accuracy', budgets.accuracy, accuracy.value),
  ].filter((verdict) => verdict !== undefined);
}

/** The figures of the base branch that a change is held against. */
type BaseFigures = {
  readonly sram: { readonly totalBytes: number };
  readonly flash: { readonly totalBytes: number };
  readonly latency: Pick<LatencyMeasurement, 'milliseconds' | 'method'>;
  readonly accuracy: Pick<AccuracyMeasurement, 'metric' | 'value'> | null;
};

/**
 * One verdict for each regression limit whose figure the base has too. Figures that were found in different ways, an
 * estimate against a simulation or one metric of accuracy against another, cannot be compared and are not judged.
 */
export function checkRegression(
  measurement: BaseFigures,
  limits: RegressionLimits,
  base: BaseFigures,
): readonly BudgetVerdict[] {
  const { sram, flash, latency, accuracy } = measurement;
  const sameMethod = latency.method === base.latency.method;
  const grown = (metric: Metric, share: number | undefined, before: number, value: number) => {
    if (share === undefined) return undefined;
    const limit = before * (1 + share);
    return judge(metric, limit, value, limit - value, 'regression');
  };
  return [
    grown('sram', limits.sram, base.sram.totalBytes, sram.totalBytes),
    grown('flash', limits.flash, base.flash.totalBytes, flash.totalBytes),
    sameMethod
      ? grown('latency', limits.latency, base.latency.milliseconds, latency.milliseconds)
      : undefined,
    lostAccuracy(limits.accuracy, base.accuracy, accuracy),
  ].filter((verdict) => verdict !== undefined);
}

/** Shares of samples are compared to a millionth: 0.901 - 0.005 is not 0.896 in binary. */
function lostAccuracy(
  points: number | undefined,
  base: BaseFigures['accuracy'],
  accuracy: BaseFigures['accuracy'],
): BudgetVerdict | undefined {
  if (points === undefined || accuracy === null || base?.metric !== accuracy.metric) return undefined;
  const limit = Math.max(0, Math.round((base.value - points) * 1e6) / 1e6);
  return judge('accuracy', limit, accuracy.value, accuracy.value - limit, 'regression');
}

function atMost(metric: Metric, limit: number | undefined, value: number): BudgetVerdict | undefined {
  return limit === undefined ? undefined : judge(metric, limit, value, limit - value, 'budget');
}

function atLeast(metric: Metric, limit: number | undefined, value: number): BudgetVerdict | undefined {
  return limit === undefined ? undefined : judge(metric, limit, value, value - limit, 'budget');
}

/** What the linker says does not fit does not fit, for example because of an alignment gap at the very end. */
function chipLimit(metric: Metric, limit: number, value: number, overflowBytes: number): BudgetVerdict {
  const headroom = overflowBytes > 0 ? Math.min(-overflowBytes, limit - value) : limit - value;
  return judge(metric, limit, value, headroom, 'chip');
}

function judge(
  metric: Metric,
  limit: number,
  value: number,
  headroom: number,
  origin: BudgetVerdict['origin'],
): BudgetVerdict {
  return { metric, limit, value, headroom, origin, status: headroom < 0 ? 'fail' : 'pass' };
}
