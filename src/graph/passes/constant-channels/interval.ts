/** Inclusive ranges of integers, and what int8 arithmetic makes of them. */
import { scaleSum } from '../../fixed-point.ts';
import { clampTo } from '../../quantisation.ts';
import type { Clamp, Multiplier } from '../../types.ts';

export type Interval = { readonly min: number; readonly max: number };

export const anyInt8: Interval = { min: -128, max: 127 };

export function isConstant({ min, max }: Interval): boolean {
  return min === max;
}

/** The smallest interval with both in it. */
export function hull(a: Interval, b: Interval): Interval {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

export function sumOf(a: Interval, b: Interval): Interval {
  return { min: a.min + b.min, max: a.max + b.max };
}

/** Every value times the factor. */
export function scaleBy({ min, max }: Interval, factor: number): Interval {
  return factor < 0 ? { min: max * factor, max: min * factor } : { min: min * factor, max: max * factor };
}

export function productOf(a: Interval, b: Interval): Interval {
  return hull(scaleBy(a, b.min), scaleBy(a, b.max));
}

export function lessBy({ min, max }: Interval, amount: number): Interval {
  return { min: min - amount, max: max - amount };
}

export function clampInterval({ min, max }: Interval, clamp: Clamp): Interval {
  return { min: clampTo(min, clamp), max: clampTo(max, clamp) };
}

export function fitsInt32({ min, max }: Interval): boolean {
  return min >= -(2 ** 31) && max <= 2 ** 31 - 1;
}

/**
 * Exact range of a rescaled int32. The left shift, the rounded high product and the rounded right shift each keep the
 * order of values, or all turn it where the factor is negative, so that the ends are made from the ends: as long as
 * nothing wraps. `undefined` where something may.
 */
export function rescaleInterval(values: Interval, multiplier: Multiplier): Interval | undefined {
  if (!fitsInt32(scaleBy(values, 2 ** Math.max(0, multiplier.shift)))) return undefined;
  const first = scaleSum(values.min, multiplier);
  const last = scaleSum(values.max, multiplier);
  return { min: Math.min(first, last), max: Math.max(first, last) };
}

/** Rescaled, moved to the output's zero point and bounded; all that the bounds allow where the arithmetic may wrap. */
export function requantiseInterval(
  values: Interval,
  multiplier: Multiplier,
  zeroPoint: number,
  clamp: Clamp,
): Interval {
  const scaled = rescaleInterval(values, multiplier);
  if (scaled === undefined) return clamp;
  const result = lessBy(scaled, -zeroPoint);
  return fitsInt32(result) ? clampInterval(result, clamp) : clamp;
}
