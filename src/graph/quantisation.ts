/** Between real numbers and int8: edges, activation bounds, in TensorFlow Lite's float32 arithmetic. */
import { roundHalfEven } from '../base/index.ts';
import type { Activation } from '../model/index.ts';
import { rangeOf } from './element-types.ts';
import { roundHalfAway } from './fixed-point.ts';
import type { Clamp, TensorType } from './types.ts';

/** What maps an int8 to a real number: real = scale * (q - zeroPoint). */
export type QuantizationParameters = { readonly scale: number; readonly zeroPoint: number };

export const int8Clamp: Clamp = rangeOf('int8');

export function clampTo(value: number, { min, max }: Clamp): number {
  return Math.min(Math.max(value, min), max);
}

/** Whether int8 values mean the same real numbers under both. */
export function sameQuantization(a: QuantizationParameters, b: QuantizationParameters): boolean {
  return a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

/**
 * Element of a tensor for a float32 value: the quotient in float32, rounded half away from zero or to even, saturated; NaN
 * becomes the zero point.
 */
export function quantizeValue(
  value: number,
  { scale, zeroPoint, type }: QuantizationParameters & { readonly type: TensorType },
  ties: 'away' | 'even' = 'away',
): number {
  const quotient = Math.fround(Math.fround(value) / scale);
  const rounded = ties === 'even' ? roundHalfEven(quotient) : roundHalfAway(quotient);
  const steps = Number.isNaN(quotient) ? 0 : rounded;
  return clampTo(steps + zeroPoint, rangeOf(type));
}

/** float32 value of an element. */
export function dequantizeValue(q: number, { scale, zeroPoint }: QuantizationParameters): number {
  return Math.fround(scale * (q - zeroPoint));
}

/** Bounds of a result under a fused activation, for the result's scale and zero point. */
export function activationClamp(
  activation: Activation | 'relu-0-to-1',
  parameters: QuantizationParameters & { readonly type: TensorType },
): Clamp {
  const range = rangeOf(parameters.type);
  const level = (real: number): number =>
    parameters.zeroPoint + roundHalfAway(Math.fround(real / parameters.scale));
  const bounded = (low: number, high: number): Clamp => ({
    min: Math.max(range.min, low),
    max: Math.min(range.max, high),
  });
  switch (activation) {
    case 'none':
      return range;
    case 'relu':
      return bounded(level(0), range.max);
    case 'relu6':
      return bounded(level(0), level(6));
    case 'relu-0-to-1':
      return bounded(level(0), level(1));
    case 'relu-n1-to-1':
      return bounded(level(-1), level(1));
  }
}
