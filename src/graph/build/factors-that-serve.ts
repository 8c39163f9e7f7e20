/** Where kernels can round sums once by factors with a shift. */
import { at } from '../../base/index.ts';
import { int8Clamp } from '../quantisation.ts';
import type { Multiplier, Op } from '../types.ts';

/** Below this kernels keep what a sum starts from beside five bits. */
const mostSum = 2 ** 26;
/** The furthest that an int8 lies from a zero point. */
const mostInput = 255;

type Weighted = Extract<Op, { readonly multipliers: unknown }>;

/** The same operator; by factors without a shift, which have fewer bits, where kernels cannot round it once otherwise. */
export function withFactorsThatServe(op: Op): Op {
  if (!('multipliers' in op) || op.multipliers.every(({ once }) => once === undefined)) return op;
  const isWide = 'sums' in op && op.sums === 'wide';
  const isBounded = op.clamp.min > int8Clamp.min || op.clamp.max < int8Clamp.max;
  if (!isWide && !isBounded && staysWithin(op)) return op;
  return { ...op, multipliers: op.multipliers.map(withoutShift) };
}

function withoutShift({ multiplier, shift, once }: Multiplier): Multiplier {
  return once === true
    ? { multiplier: Math.round(multiplier * 2 ** shift), shift: 0 }
    : { multiplier, shift };
}

/** Whether every channel is rounded once, and no sum leaves an int32 where kernels shift it to the left. */
function staysWithin(op: Weighted): boolean {
  const sums = largestSums(op);
  return op.multipliers.every(({ multiplier, shift, once }, channel) => {
    const isOnce = once === true || (shift === 0 && multiplier >= 2 ** 30);
    const sum = at(sums, channel);
    return isOnce && sum < mostSum && sum * 2 ** (16 + shift) < 2 ** 31;
  });
}

function largestSums({ kind, weights, bias }: Weighted): number[] {
  const sums = Array.from(bias, Math.abs);
  const taps = weights.length / sums.length;
  weights.forEach((weight, index) => {
    const channel = kind === 'depthwiseConv2d' ? index % sums.length : Math.floor(index / taps);
    sums[channel] = at(sums, channel) + Math.abs(weight) * mostInput;
  });
  return sums;
}
