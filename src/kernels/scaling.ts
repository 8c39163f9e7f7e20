/** How the sums of output channels become int8: per channel a straight line where that is exact, else TFLite's steps. */
import { at, invariant } from '../base/index.ts';
import { type Clamp, clampTo, type Multiplier, scaleSum } from '../graph/index.ts';
import { fitLine, type Line, lineLimits, packLine } from './scaling-line.ts';
import type { Constant } from './types.ts';

/** The values that the sum of a channel can take, both ends included, and what it starts from. */
export type ChannelSum = { readonly first: number; readonly low: number; readonly high: number };

export type OutputScaling = {
  /** Words of each channel, as `scaling.h` says. */
  readonly scales: Constant;
  /** `scaling_any`, `scaling_signed`, `scaling_rectified` or `scaling_once` of the C headers. */
  readonly form: 0 | 1 | 2 | 3;
  /** Channels that give one value for every input: their weights do not matter and are to be 0. */
  readonly constantChannels: ReadonlySet<number>;
};

type Layer = {
  readonly sums: readonly ChannelSum[];
  readonly multipliers: readonly Multiplier[];
  readonly zeroPoint: number;
  readonly clamp: Clamp;
};

const anyForm = 0;
const signedForm = 1;
const rectifiedForm = 2;
const onceForm = 3;

/** The product of a sum with a factor without a shift lies 31 bits above its steps, that of a line 47. */
const plainLeft = 16;

/** Scales of all channels, and one more where their number is odd: kernels take channels two by two. */
export function outputScaling(layer: Layer): OutputScaling {
  invariant(layer.sums.length === layer.multipliers.length, 'a multiplier for each channel');
  return asLines(layer) ?? asTheyAre(layer);
}

function asTheyAre({ sums, multipliers }: Layer): OutputScaling {
  const words = sums.flatMap(({ first }, channel) => {
    const { multiplier, shift, once } = at(multipliers, channel);
    invariant(once === undefined, 'factors that are rounded once with a shift are lines');
    return [first, multiplier, shift];
  });
  const pad = sums.length % 2 === 0 ? [] : [0, 0, -1];
  return { scales: scalesConstant([...words, ...pad]), form: anyForm, constantChannels: new Set() };
}

function asLines(layer: Layer): OutputScaling | undefined {
  const { sums, multipliers, zeroPoint, clamp } = layer;
  if (clamp.min !== -128 || clamp.max !== 127) return undefined;
  const form = multipliers.every(isRoundedOnce)
    ? onceForm
    : zeroPoint === clamp.min
      ? rectifiedForm
      : signedForm;
  const constantChannels = new Set<number>();
  const lines: Line[] = [];
  for (const [channel, sum] of sums.entries()) {
    const multiplier = at(multipliers, channel);
    const result = (value: number): number => resultOf(value, multiplier, layer);
    const { low, high } = sum;
    // A left shift that may wrap keeps no order: results of sums in between are not between those of the ends.
    const shifted = 2 ** Math.max(0, multiplier.shift);
    if (low * shifted < -(2 ** 31) || high * shifted >= 2 ** 31) return undefined;
    if (result(low) === result(high)) {
      constantChannels.add(channel);
      lines.push({ first: (result(low) - zeroPoint) * 2 ** 15, multiplier: 2 ** 30, left: 2 });
      continue;
    }
    const line =
      form === onceForm
        ? lineRoundedOnce(sum, multiplier)
        : (directLine(sum, multiplier, form) ??
          fitLine(sum, multiplier, zeroPoint, form === signedForm, result));
    if (line === undefined) return undefined;
    lines.push(line);
  }
  if (lines.length % 2 === 1) lines.push({ first: 0, multiplier: 2 ** 30, left: 2 });
  return { scales: scalesConstant(lines.flatMap(packLine)), form, constantChannels };
}

function scalesConstant(words: readonly number[]): Constant {
  return { name: 'scales', type: 'int32_t', values: Int32Array.from(words) };
}

function resultOf(sum: number, multiplier: Multiplier, { zeroPoint, clamp }: Layer): number {
  return clampTo(scaleSum(sum, multiplier) + zeroPoint, clamp);
}

/** By its factor, or as one without a shift is. */
export function isRoundedOnce({ shift, once }: Multiplier): boolean {
  return once === true || shift === 0;
}

/** Multiplier and left of a line whose only rounding is that of the factor. */
export function lineOfFactor({ multiplier, shift }: Multiplier): { multiplier: number; left: number } {
  const spare = Math.clz32(Math.abs(multiplier)) - 1;
  return { multiplier: multiplier * 2 ** spare, left: plainLeft + shift - spare };
}

function lineRoundedOnce({ first, low, high }: ChannelSum, factor: Multiplier): Line | undefined {
  const { multiplier, left } = lineOfFactor(factor);
  if (multiplier <= 0 || left < lineLimits.leastLeft || Math.abs(first) > lineLimits.largestFirst)
    return undefined;
  const largest = Math.max(-low, high) * 2 ** left;
  return largest < 2 ** 31 ? { first, multiplier, left } : undefined;
}

/**
 * The line that is proven exact in `scaling.h`; `undefined` where its conditions do not hold. Rectified results are those
 * of positive products, whatever the multiplier's sign.
 */
function directLine(
  { first, low, high }: ChannelSum,
  { multiplier, shift }: Multiplier,
  form: number,
): Line | undefined {
  const left = 16 + shift;
  const magnitude = form === rectifiedForm ? Math.abs(multiplier) : multiplier;
  const isNormal = magnitude >= 2 ** 30 && magnitude < 2 ** 31 && shift < 0;
  const { largestFirst, leastLeft, largestLeft } = lineLimits;
  if (!isNormal || left < leastLeft || left > largestLeft || Math.abs(first) > largestFirst) return undefined;
  const largest = Math.max(-low, high) * 2 ** left;
  return largest < 2 ** 31 ? { first, multiplier, left } : undefined;
}
