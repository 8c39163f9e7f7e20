/** Fixed-point arithmetic against rational and 64-bit formulations that share nothing with it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  exponentialOnNegativeValues,
  logistic,
  multiplyByQuantizedMultiplier,
  oneOverOnePlus,
  quantizeMultiplier,
  reciprocal,
  roundHalfAway,
  roundingDivideByPowerOfTwo,
  saturatingRoundingDoublingHighMul,
} from '../../src/graph/index.ts';

const int32Max = 2 ** 31 - 1;
const int32Min = -(2 ** 31);
const edges = [int32Min, int32Min + 1, -(2 ** 30), -1, 0, 1, 2 ** 16, 2 ** 30, int32Max];
const int32 = fc.oneof(
  fc.constantFrom(...edges),
  fc.integer({ min: int32Min, max: int32Max }),
  fc.integer({ min: -300, max: 300 }),
);

/** As the definition reads: add a nudge of the product's sign, then divide with truncation. */
function highMulByDefinition(a: number, b: number): number {
  if (a === int32Min && b === int32Min) return int32Max;
  const product = BigInt(a) * BigInt(b);
  const nudge = product >= 0n ? 1n << 30n : 1n - (1n << 30n);
  return Number((product + nudge) / (1n << 31n));
}

/** Nearest integer to x / 2^exponent, halves away from zero. */
function nearest(x: number, exponent: number): number {
  const magnitude = BigInt(Math.abs(x));
  const rounded = Number((magnitude * 2n + (1n << BigInt(exponent))) >> BigInt(exponent + 1));
  return x < 0 ? 0 - rounded : rounded;
}

/** A double as an exact fraction with a power of two below. */
function exactly(value: number): { numerator: bigint; denominator: bigint } {
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(scaled), denominator };
}

describe('products', () => {
  test('the rounded high product is exact over int32', () => {
    fc.assert(
      fc.property(int32, int32, (a, b) => {
        expect(saturatingRoundingDoublingHighMul(a, b)).toBe(highMulByDefinition(a, b));
      }),
      { numRuns: 5000 },
    );
  });

  test('only the square of the smallest int32 saturates', () => {
    expect(saturatingRoundingDoublingHighMul(int32Min, int32Min)).toBe(int32Max);
    expect(saturatingRoundingDoublingHighMul(int32Min, int32Max)).toBe(-int32Max);
  });

  test('division by a power of two rounds halves away from zero', () => {
    fc.assert(
      fc.property(int32, fc.integer({ min: 0, max: 31 }), (x, exponent) => {
        expect(roundingDivideByPowerOfTwo(x, exponent)).toBe(nearest(x, exponent));
      }),
      { numRuns: 5000 },
    );
    expect([-3, -1, 1, 3].map((x) => roundingDivideByPowerOfTwo(x, 1))).toEqual([-2, -1, 1, 2]);
  });

  test('a factor is applied with two roundings, either sign, shifted left before or right after', () => {
    const factor = fc.record({
      multiplier: fc.integer({ min: -int32Max, max: int32Max }),
      shift: fc.integer({ min: -31, max: 12 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 18), max: 2 ** 18 }), factor, (x, { multiplier, shift }) => {
        const left = Math.max(shift, 0);
        const product = highMulByDefinition(x * 2 ** left, multiplier);
        const expected = nearest(product, Math.max(-shift, 0));
        expect(multiplyByQuantizedMultiplier(x, { multiplier, shift })).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });

  test('both roundings can be told from one', () => {
    // A quarter rounds to 0 at once; a half goes to 1 first, and the half of that to 1 again.
    const factor = { multiplier: 2 ** 30, shift: -1 };
    expect(multiplyByQuantizedMultiplier(1, factor)).toBe(1);
  });
});

describe('quantizeMultiplier', () => {
  const real = fc
    .tuple(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.integer({ min: -30, max: 29 }), fc.boolean())
    .map(([fraction, exponent, negative]) => (negative ? -1 : 1) * fraction * 2 ** exponent);

  test('is the nearest 32-bit mantissa', () => {
    fc.assert(
      fc.property(real, (value) => {
        const { multiplier, shift } = quantizeMultiplier(value);
        expect(Math.abs(multiplier)).toBeGreaterThanOrEqual(2 ** 30);
        expect(Math.abs(multiplier)).toBeLessThanOrEqual(2 ** 31);
        const { numerator, denominator } = exactly(value);
        // |value - multiplier * 2^(shift - 31)| <= 2^(shift - 32), all times 2^64 * denominator.
        const stated = (BigInt(multiplier) << BigInt(shift + 33)) * denominator;
        const error = (numerator << 64n) - stated;
        expect(error < 0n ? -error : error).toBeLessThanOrEqual((1n << BigInt(shift + 32)) * denominator);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [1, 2 ** 30, 1],
    [0.5, 2 ** 30, 0],
    [0.75, 3 * 2 ** 29, 0],
    [-0.75, -3 * 2 ** 29, 0],
    [0, 0, 0],
    [1 - 2 ** -40, 2 ** 30, 1],
    [1 - 2 ** -31, int32Max, 0],
    [2 ** -32, 2 ** 30, -31],
    [2 ** -33, 0, 0],
    [2 ** -32 - 2 ** -70, 2 ** 30, -31],
    [5e-324, 0, 0],
  ])('%d is %d at shift %d', (value, multiplier, shift) => {
    expect(quantizeMultiplier(value)).toEqual({ multiplier, shift });
  });

  test('refuses what is not finite', () => {
    expect(() => quantizeMultiplier(Number.POSITIVE_INFINITY)).toThrow('internal error');
  });
});

describe('functions in fixed point', () => {
  const one = 2 ** 31;

  test('the exponential is within 2^-22 of the real one', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 0 }), fc.constantFrom(4, 5), (raw, integerBits) => {
        const expected = Math.exp(raw / 2 ** (31 - integerBits));
        expect(Math.abs(exponentialOnNegativeValues(raw, integerBits) / one - expected)).toBeLessThan(
          2 ** -22,
        );
      }),
      { numRuns: 2000 },
    );
    expect(exponentialOnNegativeValues(0, 5)).toBe(int32Max);
  });

  test('1 / (1 + x) is within 2^-28 of the real one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: int32Max }), (raw) => {
        expect(Math.abs(oneOverOnePlus(raw) / one - 1 / (1 + raw / one))).toBeLessThan(2 ** -28);
      }),
      { numRuns: 2000 },
    );
  });

  test('the reciprocal of 12 integer bits is within 2^-27 of the real one, relatively', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2 ** 10, max: int32Max }), (raw) => {
        const { reciprocal: fraction, bitsOverUnit } = reciprocal(raw, 12);
        const value = (fraction / one) * 2 ** -bitsOverUnit;
        expect(Math.abs(value * (raw / 2 ** 19) - 1)).toBeLessThan(2 ** -27);
      }),
      { numRuns: 2000 },
    );
  });

  test('the logistic function is within 2^-23 of the real one, and symmetric', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: int32Max }), (raw) => {
        const positive = logistic(raw, 4);
        expect(Math.abs(positive / one - 1 / (1 + Math.exp(-raw / 2 ** 27)))).toBeLessThan(2 ** -23);
        expect(logistic(-raw, 4)).toBe(int32Max - positive);
      }),
      { numRuns: 2000 },
    );
    expect(logistic(0, 4)).toBe(2 ** 30);
  });
});

/** Printed by gemmlowp's own header, compiled: x, e^-x of 4 and of 5 integer bits, 1 / (1 + x), logistic of 4 bits. */
const gemmlowp = [
  [0, 2147483647, 2147483647, 2147483647, 1073741824],
  [47, 2147482404, 2147481652, 2147483602, 1073742134],
  [3261, 2147430981, 2147378808, 2147480386, 1073754996],
  [16898, 2147212808, 2146942494, 2147466752, 1073809538],
  [1958364, 2116377047, 2085721422, 2145527072, 1081575204],
  [67634689, 1297421539, 783849054, 2081914064, 1338697520],
  [221123298, 413457648, 79603504, 1947003506, 1800777720],
  [499951813, 51786052, 1248808, 1741944640, 2096916998],
  [1011817926, 1142731, 608, 1459716940, 2146341524],
  [2013576788, 655, 0, 1108295852, 2147482996],
] as const;

test.each(gemmlowp)(
  'the functions of %d are bit for bit those of gemmlowp',
  (x, exp4, exp5, inverse, sigmoid) => {
    const negative = x === 0 ? 0 : -x;
    expect(exponentialOnNegativeValues(negative, 4)).toBe(exp4);
    expect(exponentialOnNegativeValues(negative, 5)).toBe(exp5);
    expect(oneOverOnePlus(x)).toBe(inverse);
    expect(logistic(x, 4)).toBe(sigmoid);
  },
);

test('halves round away from zero', () => {
  expect([-2.5, -0.5, -0.49999999999999994, 0.49999999999999994, 0.5, 2.5].map(roundHalfAway)).toEqual([
    -3, -1, -0, 0, 1, 3,
  ]);
});
