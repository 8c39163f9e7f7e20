/** Factors that are rounded once, and give what ONNX Runtime's float32 gives. */
import { at, roundHalfEven } from '../../base/index.ts';
import type { Multiplier } from '../types.ts';

const int8 = { min: -128, max: 127 };
/** Kernels shift sums by 16 more than the factor does, and by 2 at least. */
const leastShift = -14;
/** By which a quotient of two whole numbers may be off in double arithmetic, in parts of it. */
const doubt = 2 ** -51;

/**
 * The factor with which sums give what ONNX Runtime's integer kernels make of them: in float32, times `real`, rounded half
 * to even. Below 1/2, and for results of int8 less this zero point; `undefined` beyond what kernels round once. One factor in
 * ten cannot be right for all sums, as some lie half way in float32 that are not: it is then wrong for the fewest.
 */
export function nearestFactor(real: number, zeroPoint: number): Multiplier | undefined {
  const shift = Math.floor(Math.log2(real)) + 1;
  if (!(shift < 0 && shift >= leastShift)) return undefined;
  const { least, most } = boundsOf(real, zeroPoint);
  const unit = 2 ** (shift - 31);
  const inUnits = (factor: number): number => Math.min(Math.max(factor / unit, 2 ** 30), 2 ** 31 - 1);
  const [from, to] = [Math.max(...least), Math.min(...most)];
  const middle = Math.round(inUnits((Math.max(from, 0) + Math.min(to, 2 * real)) / 2));
  const isRight = middle * unit > from * (1 + doubt) && middle * unit < to * (1 - doubt);
  const multiplier = isRight ? middle : fewestMisses({ least, most }, inUnits, unit);
  return { multiplier, shift, once: true };
}

/** What factors have to be more than, and less than. */
type Bounds = { readonly least: readonly number[]; readonly most: readonly number[] };

function boundsOf(real: number, zeroPoint: number): Bounds {
  const least: number[] = [];
  const most: number[] = [];
  for (let result = int8.min - zeroPoint + 1; result <= int8.max - zeroPoint; result += 1) {
    const half = result - 0.5;
    const sum = leastSumOf(result, real);
    // Times the factor this sum is at least `half`, and the one before it less.
    if (sum !== 0) (sum > 0 ? least : most).push(half / sum);
    if (sum !== 1) (sum > 1 ? most : least).push(half / (sum - 1));
  }
  return { least, most };
}

/** In parts of a result, what float32 is off by at most, both roundings together. */
const offInFloat = 2 ** -22;

/** The least sum that float32 brings to `result`: a sum is no more than 2^23, and exact there. */
function leastSumOf(result: number, real: number): number {
  const half = result - 0.5;
  let sum = Math.ceil(half / real);
  const above = sum * real - half;
  const off = Math.abs(half) * offInFloat;
  if (above > off && above < real - off) return sum;
  const reaches = (value: number): boolean => roundHalfEven(Math.fround(value * real)) >= result;
  while (reaches(sum - 1)) sum -= 1;
  while (!reaches(sum)) sum += 1;
  return sum;
}

/** Where no factor keeps to all bounds: just beyond one of them, where it keeps to the most. */
function fewestMisses(bounds: Bounds, inUnits: (factor: number) => number, unit: number): number {
  const ascending = (a: number, b: number): number => a - b;
  const sorted = { least: bounds.least.toSorted(ascending), most: bounds.most.toSorted(ascending) };
  const candidates = sorted.least.map((bound) => Math.ceil(inUnits(bound * (1 + 2 * doubt))));
  let [best, fewest] = [at(candidates, 0), Number.POSITIVE_INFINITY];
  for (const candidate of candidates) {
    const count = misses(sorted, candidate * unit);
    if (count < fewest) [best, fewest] = [candidate, count];
  }
  return best;
}

/** How many of the bounds, which ascend, a factor does not surely keep to. */
function misses({ least, most }: Bounds, factor: number): number {
  const below = countBelow(least, factor * (1 - doubt));
  return least.length - below + countBelow(most, factor * (1 + doubt));
}

function countBelow(values: readonly number[], limit: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (at(values, middle) < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
