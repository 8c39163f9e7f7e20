/** Hard limits: whether a cost keeps them, and by how much it does not. */
import type { Cost, Limits } from './types.ts';

/** A limit and what a network needs of it, in the unit of `metric`. */
export type Excess = {
  readonly metric: keyof Limits;
  readonly value: number;
  readonly limit: number;
};

const metrics = ['sramBytes', 'flashBytes', 'latencyMs'] as const;

export function satisfies(cost: Cost, limits: Limits): boolean {
  return metrics.every((metric) => cost[metric] <= (limits[metric] ?? Number.POSITIVE_INFINITY));
}

/** Every limit that this cost exceeds, the worst (by ratio) first. */
export function excessesOf(cost: Cost, limits: Limits): readonly Excess[] {
  return metrics
    .flatMap((metric): readonly Excess[] => {
      const limit = limits[metric];
      return limit !== undefined && cost[metric] > limit ? [{ metric, value: cost[metric], limit }] : [];
    })
    .sort((a, b) => b.value / b.limit - a.value / a.limit);
}

/** Of these costs the one nearest to the limits: its worst excess is the least. */
export function nearestToLimits(costs: readonly Cost[], limits: Limits): Cost | undefined {
  const worst = (cost: Cost): number => {
    const [first] = excessesOf(cost, limits);
    return first === undefined ? 0 : first.value / first.limit;
  };
  let nearest: Cost | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const cost of costs) {
    const excess = worst(cost);
    if (excess < least) [nearest, least] = [cost, excess];
  }
  return nearest;
}

/** What was measured of a network that was built. */
export type MeasuredCost = Readonly<Record<keyof Limits, number | undefined>>;

/**
 * Whether an estimate exceeds a limit once it is corrected by networks that were built: by the mean ratio of what was
 * measured of them to what had been estimated. Near the limits, where a search ends, estimates are off alike. That they
 * are right counts as one network more, so that a single one that was far off does not rule out all others.
 */
export function exceedsAsMeasured(
  cost: Cost,
  limits: Limits,
  built: readonly { readonly estimated: Cost; readonly measured: MeasuredCost }[],
): boolean {
  return metrics.some((key) => {
    const ratios = built.flatMap(({ estimated, measured: { [key]: value } }) =>
      value === undefined ? [] : [value / estimated[key]],
    );
    const limit = limits[key];
    const correction = ratios.reduce((sum, ratio) => sum + ratio, 1) / (1 + ratios.length);
    return limit !== undefined && cost[key] * correction > limit;
  });
}
