/** Floating-point formats: taking numbers apart exactly, and rounding exact values back (FPUnpack and FPRound of the manual). */

export type Format = { readonly fractionBits: number; readonly exponentBits: number };

export const half: Format = { fractionBits: 10, exponentBits: 5 };
export const single: Format = { fractionBits: 23, exponentBits: 8 };
export const double: Format = { fractionBits: 52, exponentBits: 11 };

/** Cumulative flags in their FPSCR places. */
export const floatFlags = {
  invalid: 1,
  divideByZero: 2,
  overflow: 4,
  underflow: 8,
  inexact: 16,
  inputDenormal: 128,
} as const;

export type RoundingMode = 'even' | 'plus' | 'minus' | 'zero' | 'away';

/** FPSCR as arithmetic sees it; `flags` collects what was raised. */
export type Environment = {
  readonly rounding: RoundingMode;
  readonly flushToZero: boolean;
  readonly defaultNan: boolean;
  readonly alternativeHalf: boolean;
  flags: number;
};

/** `significand` * 2^`exponent` where finite; `bits` is the number as it was. */
export type Unpacked = {
  readonly kind: 'zero' | 'finite' | 'infinity' | 'quiet' | 'signalling';
  readonly negative: boolean;
  readonly significand: bigint;
  readonly exponent: number;
  readonly bits: bigint;
};

function bias({ exponentBits }: Format): number {
  return 2 ** (exponentBits - 1) - 1;
}

/** Exponent of the last place of the smallest numbers. */
function leastExponent(format: Format): number {
  return 1 - bias(format) - format.fractionBits;
}

export function unpack(bits: bigint, format: Format, environment: Environment): Unpacked {
  const { fractionBits, exponentBits } = format;
  const negative = ((bits >> BigInt(fractionBits + exponentBits)) & 1n) === 1n;
  const biased = Number((bits >> BigInt(fractionBits)) & BigInt(2 ** exponentBits - 1));
  const fraction = bits & ((1n << BigInt(fractionBits)) - 1n);
  const known = { negative, bits };
  const isHalf = format === half;
  if (biased === 2 ** exponentBits - 1 && !(isHalf && environment.alternativeHalf)) {
    if (fraction === 0n) return { ...known, kind: 'infinity', significand: 0n, exponent: 0 };
    const quiet = fraction >> BigInt(fractionBits - 1) === 1n;
    return { ...known, kind: quiet ? 'quiet' : 'signalling', significand: 0n, exponent: 0 };
  }
  const exponent = Math.max(biased, 1) - bias(format) - fractionBits;
  if (biased !== 0) {
    return { ...known, kind: 'finite', significand: fraction | (1n << BigInt(fractionBits)), exponent };
  }
  if (fraction === 0n) return { ...known, kind: 'zero', significand: 0n, exponent: 0 };
  if (environment.flushToZero && !isHalf) {
    environment.flags |= floatFlags.inputDenormal;
    return { ...known, kind: 'zero', significand: 0n, exponent: 0 };
  }
  return { ...known, kind: 'finite', significand: fraction, exponent };
}

function pack(negative: boolean, biased: number, fraction: bigint, format: Format): bigint {
  const sign = negative ? 1n << BigInt(format.fractionBits + format.exponentBits) : 0n;
  return sign | (BigInt(biased) << BigInt(format.fractionBits)) | fraction;
}

export function zero(negative: boolean, format: Format): bigint {
  return pack(negative, 0, 0n, format);
}

export function infinity(negative: boolean, format: Format): bigint {
  return pack(negative, 2 ** format.exponentBits - 1, 0n, format);
}

export function defaultNan(format: Format): bigint {
  return pack(false, 2 ** format.exponentBits - 1, 1n << BigInt(format.fractionBits - 1), format);
}

/** The largest number, or, where `alternative`, of the format without infinities. */
function largest(negative: boolean, format: Format, alternative: boolean): bigint {
  const fraction = (1n << BigInt(format.fractionBits)) - 1n;
  return pack(negative, 2 ** format.exponentBits - (alternative ? 1 : 2), fraction, format);
}

/** How a whole number above a remainder is rounded: `twice` the remainder against `unit`. */
export function roundsUp(
  mode: RoundingMode,
  negative: boolean,
  odd: boolean,
  remainder: bigint,
  unit: bigint,
): boolean {
  if (remainder === 0n) return false;
  const twice = remainder * 2n;
  switch (mode) {
    case 'even':
      return twice > unit || (twice === unit && odd);
    case 'away':
      return twice >= unit;
    case 'plus':
      return !negative;
    case 'minus':
      return negative;
    case 'zero':
      return false;
  }
}

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** Rounds +-`significand` * 2^`exponent`, not zero, to a format; raises what there is to raise. */
export function round(
  negative: boolean,
  significand: bigint,
  exponent: number,
  format: Format,
  environment: Environment,
): bigint {
  const { fractionBits, exponentBits } = format;
  const alternative = format === half && environment.alternativeHalf;
  const natural = exponent + bitLength(significand) - (fractionBits + 1);
  const tiny = natural < leastExponent(format);
  if (tiny && environment.flushToZero && format !== half) {
    environment.flags |= floatFlags.underflow;
    return zero(negative, format);
  }
  const last = Math.max(natural, leastExponent(format));
  const shift = BigInt(Math.max(last - exponent, 0));
  let rounded = exponent >= last ? significand << BigInt(exponent - last) : significand >> shift;
  const remainder = exponent >= last ? 0n : significand - (rounded << shift);
  if (roundsUp(environment.rounding, negative, (rounded & 1n) === 1n, remainder, 1n << shift)) rounded += 1n;
  const inexact = remainder !== 0n;
  // A carry out of the fraction counts the exponent up by itself, since the leading one is not stored.
  const biased = tiny ? 0 : last + fractionBits + bias(format);
  const stored = (BigInt(tiny ? 0 : biased - 1) << BigInt(fractionBits)) + rounded;
  const limit = BigInt(2 ** exponentBits - (alternative ? 0 : 1)) << BigInt(fractionBits);
  if (stored >= limit) return overflow(negative, format, alternative, environment);
  if (inexact) environment.flags |= floatFlags.inexact | (tiny ? floatFlags.underflow : 0);
  return stored | zero(negative, format);
}

function overflow(negative: boolean, format: Format, alternative: boolean, environment: Environment): bigint {
  if (alternative) {
    environment.flags |= floatFlags.invalid;
    return largest(negative, format, true);
  }
  environment.flags |= floatFlags.overflow | floatFlags.inexact;
  const { rounding } = environment;
  const toInfinity = rounding === 'even' || rounding === 'away' || rounding === (negative ? 'minus' : 'plus');
  return toInfinity ? infinity(negative, format) : largest(negative, format, false);
}
