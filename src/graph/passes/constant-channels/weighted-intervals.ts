/** Which values the channels of convolutions and fully connected operators can take. */
import { at } from '../../../base/index.ts';
import type { Conv2d, DepthwiseConv2d, FullyConnected, Padding2d } from '../../types.ts';
import { hull, type Interval, lessBy, requantiseInterval } from './interval.ts';

type Weighted = Conv2d | DepthwiseConv2d | FullyConnected;

/** Whether a window may lie partly outside the input. */
export function isPadded({ padding }: { readonly padding: Padding2d }): boolean {
  return Math.max(padding.top, padding.left, padding.bottom, padding.right) > 0;
}

/**
 * Each output channel: bias + sum of weight * (input - zero point), with every input anywhere in its interval and
 * padding 0, rescaled and bounded. The sums are exact in doubles; where one may leave int32 the result is all that the
 * bounds allow.
 */
export function weightedIntervals(
  op: Weighted,
  inputs: readonly Interval[],
  inputZeroPoint: number,
  outputZeroPoint: number,
): Interval[] {
  const padded = op.kind !== 'fullyConnected' && isPadded(op);
  const values = inputs.map((input) => {
    const value = lessBy(input, inputZeroPoint);
    return padded ? hull(value, { min: 0, max: 0 }) : value;
  });
  const taps = op.weights.length / op.bias.length;
  return op.multipliers.map((multiplier, output) => {
    let min = at(op.bias, output);
    let max = min;
    for (let tap = 0; tap < taps; tap += 1) {
      const weight = at(op.weights, weightIndex(op, output, tap, taps));
      const value = at(values, inputChannel(op, output, tap, inputs.length));
      min += weight * (weight < 0 ? value.max : value.min);
      max += weight * (weight < 0 ? value.min : value.max);
    }
    return requantiseInterval({ min, max }, multiplier, outputZeroPoint, op.clamp);
  });
}

function weightIndex(op: Weighted, output: number, tap: number, taps: number): number {
  return op.kind === 'depthwiseConv2d' ? tap * op.bias.length + output : output * taps + tap;
}

function inputChannel(op: Weighted, output: number, tap: number, channels: number): number {
  return op.kind === 'depthwiseConv2d' ? Math.floor(output / op.depthMultiplier) : tap % channels;
}
