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
  return op.multipliers.map((multiplier, output) =>
    requantiseInterval(sumInterval(op, values, output), multiplier, outputZeroPoint, op.clamp),
  );
}

/** The sum of one output channel. A network has hundreds of thousands of weights, so this walks them by position. */
function sumInterval(op: Weighted, values: readonly Interval[], output: number): Interval {
  const taps = op.weights.length / op.bias.length;
  const apart = op.kind === 'depthwiseConv2d';
  const step = apart ? op.bias.length : 1;
  let position = apart ? output : output * taps;
  let channel = apart ? Math.floor(output / op.depthMultiplier) : 0;
  let min = at(op.bias, output);
  let max = min;
  for (let tap = 0; tap < taps; tap++) {
    const weight = at(op.weights, position);
    const value = at(values, channel);
    min += weight * (weight < 0 ? value.max : value.min);
    max += weight * (weight < 0 ? value.min : value.max);
    position += step;
    if (!apart) channel = channel + 1 === values.length ? 0 : channel + 1;
  }
  return { min, max };
}
