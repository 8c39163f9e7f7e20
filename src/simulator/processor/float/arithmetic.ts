/** Exact arithmetic with one rounding: what compiled code falls back on where numbers or modes are out of the ordinary. */
import {
  bitLength,
  defaultNan,
  type Environment,
  type Format,
  floatFlags,
  infinity,
  round,
  type Unpacked,
  unpack,
  zero,
} from './format.ts';

/** FPProcessNaNs: the first signalling NaN, else the first quiet one, made quiet; `undefined` where there is none. */
export function propagateNan(
  operands: readonly Unpacked[],
  format: Format,
  environment: Environment,
): bigint | undefined {
  const signalling = operands.find(({ kind }) => kind === 'signalling');
  const nan = signalling ?? operands.find(({ kind }) => kind === 'quiet');
  if (nan === undefined) return undefined;
  if (signalling !== undefined) environment.flags |= floatFlags.invalid;
  if (environment.defaultNan) return defaultNan(format);
  return nan.bits | (1n << BigInt(format.fractionBits - 1));
}

function invalid(format: Format, environment: Environment): bigint {
  environment.flags |= floatFlags.invalid;
  return defaultNan(format);
}

/** A sum of exact values: the sign of an exact zero follows the rounding mode, unless both were zeros alike. */
function sumOf(a: Unpacked, b: Unpacked, format: Format, environment: Environment): bigint {
  const exponent = Math.min(exponentOf(a), exponentOf(b));
  const aligned = (value: Unpacked): bigint => {
    if (value.kind === 'zero') return 0n;
    const magnitude = value.significand << BigInt(value.exponent - exponent);
    return value.negative ? -magnitude : magnitude;
  };
  const sum = aligned(a) + aligned(b);
  if (sum !== 0n) return round(sum < 0n, sum < 0n ? -sum : sum, exponent, format, environment);
  const alike = a.kind === 'zero' && b.kind === 'zero' && a.negative === b.negative;
  return zero(alike ? a.negative : environment.rounding === 'minus', format);
}

function exponentOf({ kind, exponent }: Unpacked): number {
  return kind === 'finite' ? exponent : Number.POSITIVE_INFINITY;
}

function addUnpacked(a: Unpacked, b: Unpacked, format: Format, environment: Environment): bigint {
  if (a.kind === 'infinity' && b.kind === 'infinity' && a.negative !== b.negative) {
    return invalid(format, environment);
  }
  if (a.kind === 'infinity') return infinity(a.negative, format);
  if (b.kind === 'infinity') return infinity(b.negative, format);
  if (a.kind === 'zero' && b.kind === 'zero' && a.negative === b.negative) return zero(a.negative, format);
  return sumOf(a, b, format, environment);
}

export function add(a: bigint, b: bigint, format: Format, environment: Environment): bigint {
  const x = unpack(a, format, environment);
  const y = unpack(b, format, environment);
  return propagateNan([x, y], format, environment) ?? addUnpacked(x, y, format, environment);
}

export function negate(a: bigint, format: Format): bigint {
  return a ^ (1n << BigInt(format.fractionBits + format.exponentBits));
}

export function multiply(a: bigint, b: bigint, format: Format, environment: Environment): bigint {
  const x = unpack(a, format, environment);
  const y = unpack(b, format, environment);
  const nan = propagateNan([x, y], format, environment);
  if (nan !== undefined) return nan;
  const product = productOf(x, y);
  if (product === undefined) return invalid(format, environment);
  if (product.kind === 'infinity') return infinity(product.negative, format);
  if (product.kind === 'zero') return zero(product.negative, format);
  return round(product.negative, product.significand, product.exponent, format, environment);
}

/** Not rounded; `undefined` for infinity times zero. */
function productOf(a: Unpacked, b: Unpacked): Unpacked | undefined {
  const negative = a.negative !== b.negative;
  const known = { negative, significand: 0n, exponent: 0, bits: 0n };
  if (a.kind === 'infinity' || b.kind === 'infinity') {
    return a.kind === 'zero' || b.kind === 'zero' ? undefined : { ...known, kind: 'infinity' };
  }
  if (a.kind === 'zero' || b.kind === 'zero') return { ...known, kind: 'zero' };
  return {
    ...known,
    kind: 'finite',
    significand: a.significand * b.significand,
    exponent: a.exponent + b.exponent,
  };
}

/** FPMulAdd: `addend` + `a` * `b`, rounded once. */
export function multiplyAdd(
  addend: bigint,
  a: bigint,
  b: bigint,
  format: Format,
  environment: Environment,
): bigint {
  const sum = unpack(addend, format, environment);
  const x = unpack(a, format, environment);
  const y = unpack(b, format, environment);
  const nan = propagateNan([sum, x, y], format, environment);
  const hasNanFactor = isNan(x) || isNan(y);
  const product = hasNanFactor ? undefined : productOf(x, y);
  if (nan !== undefined) {
    return sum.kind === 'quiet' && !hasNanFactor && product === undefined
      ? invalid(format, environment)
      : nan;
  }
  return product === undefined
    ? invalid(format, environment)
    : addUnpacked(sum, product, format, environment);
}

function isNan({ kind }: Unpacked): boolean {
  return kind === 'quiet' || kind === 'signalling';
}

export function divide(a: bigint, b: bigint, format: Format, environment: Environment): bigint {
  const x = unpack(a, format, environment);
  const y = unpack(b, format, environment);
  const nan = propagateNan([x, y], format, environment);
  if (nan !== undefined) return nan;
  const negative = x.negative !== y.negative;
  if (x.kind === y.kind && x.kind !== 'finite') return invalid(format, environment);
  if (x.kind === 'infinity') return infinity(negative, format);
  if (y.kind === 'zero') {
    environment.flags |= floatFlags.divideByZero;
    return infinity(negative, format);
  }
  if (x.kind === 'zero' || y.kind === 'infinity') return zero(negative, format);
  const shift = Math.max(format.fractionBits + 4 + bitLength(y.significand) - bitLength(x.significand), 0);
  const dividend = x.significand << BigInt(shift);
  const quotient = dividend / y.significand;
  const sticky = dividend % y.significand === 0n ? 0n : 1n;
  return round(negative, quotient * 2n + sticky, x.exponent - y.exponent - shift - 1, format, environment);
}

export function squareRoot(a: bigint, format: Format, environment: Environment): bigint {
  const x = unpack(a, format, environment);
  const nan = propagateNan([x], format, environment);
  if (nan !== undefined) return nan;
  if (x.kind === 'zero') return zero(x.negative, format);
  if (x.negative) return invalid(format, environment);
  if (x.kind === 'infinity') return infinity(false, format);
  let shift = 2 * (format.fractionBits + 4);
  if ((x.exponent - shift) % 2 !== 0) shift++;
  const radicand = x.significand << BigInt(shift);
  const root = integerRoot(radicand);
  const sticky = root * root === radicand ? 0n : 1n;
  return round(false, root * 2n + sticky, (x.exponent - shift) / 2 - 1, format, environment);
}

/** Newton's iteration from above. */
function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** FPMaxNum and FPMinNum: a number is preferred to a quiet NaN. */
export function extremum(
  maximum: boolean,
  a: bigint,
  b: bigint,
  format: Format,
  environment: Environment,
): bigint {
  const x = unpack(a, format, environment);
  const y = unpack(b, format, environment);
  if (x.kind === 'quiet' && !isNan(y)) return asWas(y, format);
  if (y.kind === 'quiet' && !isNan(x)) return asWas(x, format);
  const nan = propagateNan([x, y], format, environment);
  if (nan !== undefined) return nan;
  const order = compareUnpacked(x, y);
  if (order === 0) return asWas(x.negative === maximum ? y : x, format);
  return asWas(order > 0 === maximum ? x : y, format);
}

/** Flushed numbers are zeros. */
function asWas(value: Unpacked, format: Format): bigint {
  return value.kind === 'zero' ? zero(value.negative, format) : value.bits;
}

/** Order of two that are no NaNs: negative, 0 or positive. */
function compareUnpacked(a: Unpacked, b: Unpacked): number {
  const rank = (value: Unpacked): bigint => {
    if (value.kind === 'zero') return 0n;
    const magnitude =
      value.kind === 'infinity' ? 1n << 3000n : value.significand << BigInt(value.exponent + 1200);
    return value.negative ? -magnitude : magnitude;
  };
  const difference = rank(a) - rank(b);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}

/** N, Z, C, V of a comparison, as four bits. */
export function compare(
  a: bigint,
  b: bigint,
  signalling: boolean,
  format: Format,
  environment: Environment,
): number {
  const x = unpack(a, format, environment);
  const y = unpack(b, format, environment);
  if (isNan(x) || isNan(y)) {
    if (signalling || x.kind === 'signalling' || y.kind === 'signalling') {
      environment.flags |= floatFlags.invalid;
    }
    return 0b0011;
  }
  const order = compareUnpacked(x, y);
  return order === 0 ? 0b0110 : order < 0 ? 0b1000 : 0b0010;
}
