/** Conversions: to and from integers and fixed point, between formats, and to whole numbers. */
import { propagateNan } from './arithmetic.ts';
import {
  defaultNan,
  type Environment,
  type Format,
  floatFlags,
  half,
  infinity,
  type RoundingMode,
  round,
  roundsUp,
  type Unpacked,
  unpack,
  zero,
} from './format.ts';

/** The magnitude of a finite value times 2^`scale`, rounded to a whole number. */
function wholeMagnitude(
  { significand, exponent, negative }: Unpacked,
  scale: number,
  mode: RoundingMode,
): { readonly magnitude: bigint; readonly inexact: boolean } {
  const power = exponent + scale;
  if (power >= 0) return { magnitude: significand << BigInt(power), inexact: false };
  const shift = BigInt(-power);
  const floor = significand >> shift;
  const remainder = significand - (floor << shift);
  const up = roundsUp(mode, negative, (floor & 1n) === 1n, remainder, 1n << shift);
  return { magnitude: up ? floor + 1n : floor, inexact: remainder !== 0n };
}

export type IntegerShape = {
  readonly signed: boolean;
  readonly bits: 16 | 32;
  /** Fraction bits of fixed point. */
  readonly fractionBits: number;
};

/** FPToFixed: saturates, and tells so as an invalid operation. Gives a number in the integer's range. */
export function toInteger(
  a: bigint,
  format: Format,
  { signed, bits, fractionBits }: IntegerShape,
  mode: RoundingMode,
  environment: Environment,
): number {
  const x = unpack(a, format, environment);
  const low = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const high = signed ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n;
  if (x.kind === 'zero') return 0;
  if (x.kind !== 'finite') {
    environment.flags |= floatFlags.invalid;
    return x.kind === 'infinity' ? Number(x.negative ? low : high) : 0;
  }
  const { magnitude, inexact } = wholeMagnitude(x, fractionBits, mode);
  const value = x.negative ? -magnitude : magnitude;
  if (value < low || value > high) {
    environment.flags |= floatFlags.invalid;
    return Number(value < low ? low : high);
  }
  if (inexact) environment.flags |= floatFlags.inexact;
  return Number(value);
}

/** `value` / 2^`fractionBits`. */
export function fromInteger(
  value: number,
  fractionBits: number,
  format: Format,
  environment: Environment,
): bigint {
  if (value === 0) return zero(false, format);
  return round(value < 0, BigInt(Math.abs(value)), -fractionBits, format, environment);
}

/** FPRoundInt: a whole number of the same format; `exact` raises inexact. */
export function roundToWhole(
  a: bigint,
  format: Format,
  mode: RoundingMode,
  exact: boolean,
  environment: Environment,
): bigint {
  const x = unpack(a, format, environment);
  const nan = propagateNan([x], format, environment);
  if (nan !== undefined) return nan;
  if (x.kind === 'infinity') return a;
  if (x.kind === 'zero') return zero(x.negative, format);
  const { magnitude, inexact } = wholeMagnitude(x, 0, mode);
  if (exact && inexact) environment.flags |= floatFlags.inexact;
  if (magnitude === 0n) return zero(x.negative, format);
  return round(x.negative, magnitude, 0, format, environment);
}

/** Between half, single and double; NaNs keep the top of their payload. */
export function convert(a: bigint, from: Format, to: Format, environment: Environment): bigint {
  const x = unpack(a, from, environment);
  const withoutInfinities = to === half && environment.alternativeHalf;
  switch (x.kind) {
    case 'quiet':
    case 'signalling':
      return convertNan(x, from, to, environment);
    case 'infinity':
      if (!withoutInfinities) return infinity(x.negative, to);
      environment.flags |= floatFlags.invalid;
      return zero(x.negative, to) | 0x7fffn;
    case 'zero':
      return zero(x.negative, to);
    case 'finite':
      return round(x.negative, x.significand, x.exponent, to, environment);
  }
}

function convertNan(x: Unpacked, from: Format, to: Format, environment: Environment): bigint {
  const withoutNans = to === half && environment.alternativeHalf;
  if (x.kind === 'signalling' || withoutNans) environment.flags |= floatFlags.invalid;
  if (withoutNans) return zero(x.negative, to);
  if (environment.defaultNan) return defaultNan(to);
  const payload = x.bits & ((1n << BigInt(from.fractionBits)) - 1n);
  const moved = from.fractionBits - to.fractionBits;
  const kept = moved > 0 ? payload >> BigInt(moved) : payload << BigInt(-moved);
  return infinity(x.negative, to) | kept | (1n << BigInt(to.fractionBits - 1));
}
