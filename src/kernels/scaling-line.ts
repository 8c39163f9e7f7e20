/** Lines of `scaling.h`: how they are packed, what they give, and a search for one where the direct one does not hold. */
import { at } from '../base/index.ts';
import type { Multiplier } from '../graph/index.ts';
import type { ChannelSum } from './scaling.ts';

/** What a sum starts from, and m and left of the line. */
export type Line = { readonly first: number; readonly multiplier: number; readonly left: number };

/** 27 bits for the first sum beside 5 for left; 2^(left - 2) is to be whole. */
export const lineLimits = { largestFirst: 67_108_863, leastLeft: 2, largestLeft: 31 } as const;

/** Steps of the search on either side of the exact multiplier and of the exact first sum. */
const multiplierSteps = 48;
const firstSteps = 1024;
/** More thresholds than a search among so many lines is likely to meet. */
const mostThresholds = 40;

export function packLine({ first, multiplier, left }: Line): readonly [number, number] {
  return [first * 32 + left, multiplier];
}

/** Upper word of the product of two int32. */
function multiplyHigh(a: number, b: number): number {
  const low = b & 0xffff;
  const high = b >> 16;
  return Math.floor((a * high + Math.floor((a * low) / 2 ** 16)) / 2 ** 16);
}

/** `scaled` of `scaling.h`. */
function lineValue({ multiplier, left }: Line, sum: number, zeroPoint: number, isSigned: boolean): number {
  const offset = (2 * zeroPoint + 1) * 2 ** 14 + 2 ** (left - 2);
  const step = isSigned && sum < 0 ? 2 ** (left - 1) : 0;
  const value = Math.floor((multiplyHigh(sum * 2 ** left, multiplier) + offset - step) / 2 ** 15);
  return Math.min(Math.max(value, -128), 127);
}

/** The sums at which a result that never falls goes up. */
function thresholdsOf({ low, high }: ChannelSum, result: (sum: number) => number): number[] | undefined {
  const thresholds: number[] = [];
  let from = low;
  while (result(from) < result(high)) {
    if (thresholds.length === mostThresholds) return undefined;
    const value = result(from);
    let below = from;
    let above = high;
    while (above - below > 1) {
      const middle = Math.floor((below + above) / 2);
      if (result(middle) > value) above = middle;
      else below = middle;
    }
    thresholds.push(above);
    from = above;
  }
  return thresholds;
}

/**
 * A line that gives `result` for all sums, found by trying multipliers and first sums near the exact ones; for factors so
 * small that the direct line has no whole offset. The result rises with the sum, so that both sides of each threshold
 * stand for all sums.
 */
export function fitLine(
  sum: ChannelSum,
  { multiplier, shift }: Multiplier,
  zeroPoint: number,
  isSigned: boolean,
  result: (sum: number) => number,
): Line | undefined {
  const { largestFirst, leastLeft } = lineLimits;
  const largest = Math.max(-sum.low, sum.high) + firstSteps;
  const left = Math.floor(Math.log2((2 ** 31 - 1) / largest));
  const exact = Math.round(multiplier * 2 ** (16 + shift - left));
  const thresholds = multiplier > 0 ? thresholdsOf(sum, result) : undefined;
  if (thresholds === undefined || left < leastLeft || exact < 2 ** 16 || exact + multiplierSteps >= 2 ** 31)
    return undefined;
  const sides = thresholds.flatMap((threshold) => [threshold - 1, threshold]);
  const wanted = sides.map(result);
  for (const near of outwards(multiplierSteps)) {
    for (const moved of outwards(firstSteps)) {
      const line: Line = { first: sum.first + moved, multiplier: exact + near, left };
      if (Math.abs(line.first) > largestFirst) continue;
      const fits = sides.every(
        (side, index) => lineValue(line, side + moved, zeroPoint, isSigned) === at(wanted, index),
      );
      if (fits) return line;
    }
  }
  return undefined;
}

/** 0, 1, -1, 2, -2, ... */
function* outwards(steps: number): Generator<number> {
  yield 0;
  for (let step = 1; step <= steps; step += 1) yield* [step, -step];
}
