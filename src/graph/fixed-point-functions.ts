/**
 * Exponential, reciprocal and logistic in Qm.n fixed point: int32 with m integer bits and 31 - m fractional bits.
 * They follow gemmlowp's definitions bit for bit, since softmax and logistic of TensorFlow Lite are made of them.
 */
import {
  saturatingRoundingDoublingHighMul as multiply,
  roundingDivideByPowerOfTwo,
  saturatingMultiplyByPowerOfTwo,
} from './fixed-point.ts';
import type { Multiplier } from './types.ts';

/** 1 in Q0.31, saturated. */
const oneQ0 = 2 ** 31 - 1;
/** 1 in Q2.29. */
const oneQ2 = 2 ** 29;

/** Q0.31 constants: e^(-1/8) and 1/3. */
const expMinusEighth = 1895147668;
const oneThird = 715827883;
/** Q2.29 constants of the first guess of Newton's division: 48/17 and -32/17. */
const fortyEightSeventeenths = 1515870810;
const minusThirtyTwoSeventeenths = -1010580540;

/** e^(-2^power) in Q0.31, for the bits of the argument above a quarter. */
const exponentialsOfPowers: readonly { readonly power: number; readonly value: number }[] = [
  { power: -2, value: 1672461947 },
  { power: -1, value: 1302514674 },
  { power: 0, value: 790015084 },
  { power: 1, value: 290630308 },
  { power: 2, value: 39332535 },
  { power: 3, value: 720401 },
  { power: 4, value: 242 },
];

/** e^a for -1/4 <= a < 0, Q0.31 to Q0.31: a Taylor polynomial of degree 4 around -1/8. */
function exponentialNearZero(a: number): number {
  const x = a + 2 ** 28;
  const x2 = multiply(x, x);
  const x3 = multiply(x2, x);
  const x4 = multiply(x2, x2);
  const quarterX4 = roundingDivideByPowerOfTwo(x4, 2);
  const cubicAndQuartic = multiply(quarterX4 + x3, oneThird);
  const higherTerms = roundingDivideByPowerOfTwo(cubicAndQuartic + x2, 1);
  return expMinusEighth + multiply(expMinusEighth, x + higherTerms);
}

/** e^a for a <= 0, from Q(integerBits) to Q0.31; integerBits is at most 5. */
export function exponentialOnNegativeValues(a: number, integerBits: number): number {
  if (a === 0) return oneQ0;
  const fractionalBits = 31 - integerBits;
  const quarter = 2 ** (fractionalBits - 2);
  const belowQuarter = (a & (quarter - 1)) - quarter;
  let result = exponentialNearZero(saturatingMultiplyByPowerOfTwo(belowQuarter, integerBits));
  const remainder = (belowQuarter - a) | 0;
  for (const { power, value } of exponentialsOfPowers) {
    if (power < integerBits && (remainder & (2 ** (fractionalBits + power))) !== 0) {
      result = multiply(result, value);
    }
  }
  return result;
}

/** 2 / (1 + a) for 0 <= a <= 1, from Q0.31 to Q2.29, by three steps of Newton's division. */
function twoOverOnePlus(a: number): number {
  const sum = a + oneQ0;
  const halfDenominator = Math.trunc((sum + (sum >= 0 ? 1 : -1)) / 2);
  let x = fortyEightSeventeenths + multiply(halfDenominator, minusThirtyTwoSeventeenths);
  for (let step = 0; step < 3; step += 1) {
    const error = oneQ2 - multiply(halfDenominator, x);
    x = (x + saturatingMultiplyByPowerOfTwo(multiply(x, error), 2)) | 0;
  }
  return x;
}

/** 1 / (1 + a) for 0 <= a <= 1, Q0.31 to Q0.31. */
export function oneOverOnePlus(a: number): number {
  return saturatingMultiplyByPowerOfTwo(twoOverOnePlus(a), 1);
}

/** tanh(a), from Q4.27 to Q0.31: (1 - e) / (1 + e) of e = e^(-2 |a|). */
export function tanh(a: number): number {
  if (a === 0) return 0;
  // Twice a number of 4 integer bits has the bits of one of 5.
  const exponential = exponentialOnNegativeValues(a > 0 ? -a : a, 5);
  const magnitude = saturatingMultiplyByPowerOfTwo(twoOverOnePlus(exponential) - oneQ2, 2);
  return a > 0 ? magnitude : -magnitude;
}

/** 1 / x = reciprocal * 2^-bitsOverUnit, for a positive x in Q(integerBits); the reciprocal is in Q0.31. */
export function reciprocal(x: number, integerBits: number): { reciprocal: number; bitsOverUnit: number } {
  const headroom = Math.clz32(x);
  const fraction = ((x << headroom) - 2 ** 31) | 0;
  return { reciprocal: oneOverOnePlus(fraction), bitsOverUnit: integerBits - headroom };
}

/** 1 / (1 + e^-a), from Q(integerBits) to Q0.31. */
export function logistic(a: number, integerBits: number): number {
  if (a === 0) return 2 ** 30;
  const positive = oneOverOnePlus(exponentialOnNegativeValues(a > 0 ? -a : a, integerBits));
  return a > 0 ? positive : oneQ0 - positive;
}

/** sqrt(1/2), its own root and log 2 in Q0.31. */
const rootOfHalf = 1518500250;
const rootOfRootOfHalf = 1805811301;
const logarithmOfTwo = 1488522236;

/** Q0.31 coefficients of the rational function of `logarithmFromOne`. */
const logarithm = { cubic: 117049297, square: 127690142, constant: 1057819769, linear: 638450708 };

/**
 * log(x) of an x from 1 on, from Q12.19 to Q5.26: of the two powers of two around x, half a power apart, the one that leaves
 * less; the rest, near 2^(-1/4), through a rational function.
 */
export function logarithmFromOne(x: number): number {
  const integerBits = 12;
  // Powers of two have six integer bits.
  const quarter = 2 ** 23;
  const zeros = Math.clz32(x);
  const above = saturatingMultiplyByPowerOfTwo(multiply(x * 2 ** (zeros - 1), rootOfHalf), 1);
  const headroom = Math.clz32(multiply(x, rootOfHalf)) - 1;
  const below = saturatingMultiplyByPowerOfTwo(x, headroom);
  const rest = Math.min(above, below);
  const power = Math.max(
    (integerBits - zeros) * 2 ** 25 + quarter,
    (integerBits - headroom) * 2 ** 25 - quarter,
  );
  const halfSum = Math.trunc((rest + rootOfRootOfHalf + 1) / 2);
  const gap = ((rest - rootOfRootOfHalf) * 2) | 0;
  const square = multiply(gap, gap);
  const numerator = multiply(gap, rest) + multiply(multiply(gap, square), logarithm.cubic);
  const inner = logarithm.constant + gap + multiply(logarithm.square, square);
  const denominator = multiply(halfSum, inner) + multiply(logarithm.linear, gap);
  const quotient = multiply(roundingDivideByPowerOfTwo(numerator, 6), oneOverOnePlus(denominator));
  return saturatingMultiplyByPowerOfTwo(multiply(power, logarithmOfTwo) + quotient, 1);
}

/** 1 / sqrt(x) of a whole number as a factor; 0 is taken for 1. */
export function inverseRoot(x: number): Multiplier {
  if (x <= 1) return { multiplier: oneQ0, shift: 0 };
  let halvings = 11;
  let value = x;
  for (; value >= 2 ** 29; halvings += 1) value = Math.floor(value / 4);
  const pairs = Math.floor((Math.clz32(value) - 1) / 2) - 1;
  halvings -= pairs;
  const half = roundingDivideByPowerOfTwo((value * 4 ** pairs) >> 1, 1);
  // Newton's steps, in Q3.28.
  let root = 2 ** 28;
  for (let step = 0; step < 5; step += 1) {
    const cube = saturatingMultiplyByPowerOfTwo(multiply(multiply(root, root), root), 6);
    root = saturatingMultiplyByPowerOfTwo(multiply(2 ** 28 + 2 ** 27, root) - multiply(half, cube), 3);
  }
  const multiplier = multiply(root, rootOfHalf);
  return halvings < 0
    ? { multiplier: multiplier * 2 ** -halvings, shift: 0 }
    : { multiplier, shift: -halvings };
}
