/** Fixed-point multiplication as TensorFlow Lite's reference kernels do it: a rounded high product, then a rounded shift. */
import { invariant } from '../base/index.ts';
import type { Multiplier } from './types.ts';

const int32Min = -(2 ** 31);
const int32Max = 2 ** 31 - 1;

/** Rounds half away from zero, as C's `round` does. */
export function roundHalfAway(value: number): number {
  const magnitude = Math.abs(value);
  const below = Math.floor(magnitude);
  const rounded = magnitude - below >= 0.5 ? below + 1 : below;
  return value < 0 ? -rounded : rounded;
}

/** value = fraction * 2^exponent with 0.5 <= |fraction| < 1; the value is finite, normal and not 0. */
function splitFloat(value: number): { fraction: number; exponent: number } {
  let exponent = Math.floor(Math.log2(Math.abs(value))) + 1;
  let fraction = value / 2 ** exponent;
  // The logarithm is rounded, so that it may be off by one beside a power of two.
  while (Math.abs(fraction) >= 1) {
    fraction /= 2;
    exponent += 1;
  }
  while (Math.abs(fraction) < 0.5) {
    fraction *= 2;
    exponent -= 1;
  }
  return { fraction, exponent };
}

/**
 * The nearest `Multiplier` to a real factor, either sign; magnitudes below 2^-32 become 0.
 * Source: `QuantizeMultiplier` of TensorFlow Lite, in double arithmetic.
 */
export function quantizeMultiplier(real: number): Multiplier {
  invariant(Number.isFinite(real), `the factor ${real} is not finite`);
  if (Math.abs(real) < 2 ** -33) return { multiplier: 0, shift: 0 };
  const { fraction, exponent } = splitFloat(real);
  const rounded = roundHalfAway(fraction * 2 ** 31);
  const carried = rounded === 2 ** 31;
  const shift = carried ? exponent + 1 : exponent;
  if (shift < -31) return { multiplier: 0, shift: 0 };
  return { multiplier: carried ? 2 ** 30 : rounded, shift };
}

/**
 * (a * b + 2^30) >> 31 of int32 operands, exact; saturates where both are -2^31.
 * Written without 64-bit integers: both partial products stay below 2^48, which doubles hold exactly.
 */
export function saturatingRoundingDoublingHighMul(a: number, b: number): number {
  if (a === int32Min && b === int32Min) return int32Max;
  const high = a >> 16;
  const low = a & 0xffff;
  return Math.floor((high * b + Math.floor((low * b + 2 ** 30) / 2 ** 16)) / 2 ** 15);
}

/** x / 2^exponent of an int32, rounded half away from zero; 0 <= exponent <= 31. */
export function roundingDivideByPowerOfTwo(x: number, exponent: number): number {
  const mask = 2 ** exponent - 1;
  const remainder = x & mask;
  const threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/**
 * x * multiplier * 2^(shift - 31) with both roundings, x an int32. A left shift that overflows wraps, as it does in the
 * compiled reference kernels.
 */
export function multiplyByQuantizedMultiplier(x: number, { multiplier, shift }: Multiplier): number {
  const shifted = shift > 0 ? Math.imul(x, 2 ** shift) : x;
  const product = saturatingRoundingDoublingHighMul(shifted, multiplier);
  return roundingDivideByPowerOfTwo(product, shift > 0 ? 0 : -shift);
}

/** The sum of a layer with weights, an int32, scaled: rounded once where its factor asks for it, else twice. */
export function scaleSum(sum: number, factor: Multiplier): number {
  return factor.once === true ? scaleOnce(sum, factor) : multiplyByQuantizedMultiplier(sum, factor);
}

/** Half of the divisor is a multiple of 2^16: what is added beside the lower product does not carry into the upper. */
function scaleOnce(x: number, { multiplier, shift }: Multiplier): number {
  const [high, low] = [x >> 16, x & 0xffff];
  const upper = high * multiplier + Math.floor((low * multiplier) / 2 ** 16);
  return Math.floor((upper + 2 ** (14 - shift)) / 2 ** (15 - shift));
}

/** A factor's upper 15 bits, and the shift of a product with them to the right. */
export function shortMultiplier({ multiplier, shift }: Multiplier): {
  readonly multiplier: number;
  readonly right: number;
} {
  const rounded = multiplier < 0x7fff_0000 ? (multiplier + 2 ** 15) >> 16 : 0x7fff;
  return { multiplier: rounded, right: 15 - shift };
}

/**
 * x * multiplier * 2^(shift - 31) of a sum of up to 48 bits by the upper 15 bits of the factor, rounded once, ties
 * upwards; a result that overflows an int32 wraps. Source: TensorFlow Lite's scaling of the sums of int16 layers.
 */
export function multiplyWide(x: number, factor: Multiplier): number {
  const { multiplier, right } = shortMultiplier(factor);
  const product = BigInt(x) * BigInt(multiplier) + (1n << BigInt(right - 1));
  return Number(BigInt.asIntN(32, product >> BigInt(right)));
}

/** x * 2^exponent of an int32, saturated; exponent > 0. */
export function saturatingMultiplyByPowerOfTwo(x: number, exponent: number): number {
  const threshold = 2 ** (31 - exponent) - 1;
  if (x > threshold) return int32Max;
  if (x < -threshold) return int32Min;
  return x << exponent;
}
