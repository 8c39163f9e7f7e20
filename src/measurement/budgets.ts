/** Figures against limits: the team's budgets and what the chip has. A blown budget is a verdict, not an error. */
import type { Budgets } from '../config/index.ts';
import type { Target } from '../target/index.ts';
import type { BudgetVerdict, Measurement, Metric } from './types.ts';

/** One verdict a limit, in the order SRAM, flash, latency, accuracy; the chip's memory is always judged. */
export function checkBudgets(
  measurement: Measurement,
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
