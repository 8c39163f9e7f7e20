/** What a convolution or fully connected operator needs to know of an input channel that it no longer reads. */
import { at } from '../../../base/index.ts';
import type { Conv2d, FullyConnected } from '../../types.ts';
import { fitsInt32, type Interval, isConstant } from './interval.ts';
import { isPadded } from './weighted-intervals.ts';

export type Mixing = Conv2d | FullyConnected;

/** Weights of one output channel. */
export function weightsOfOutput(op: Mixing): number {
  return op.weights.length / op.bias.length;
}

/** Sums of an operator's weights over the taps of one input channel, by output channel and then input channel. */
function channelWeights(op: Mixing, channels: number): Float64Array {
  const sums = new Float64Array(op.bias.length * channels);
  const taps = weightsOfOutput(op);
  for (let position = 0; position < op.weights.length; position += channels) {
    const row = Math.floor(position / taps) * channels;
    for (let channel = 0; channel < channels; channel++) {
      sums[row + channel] = at(sums, row + channel) + at(op.weights, position + channel);
    }
  }
  return sums;
}

/** Input channels whose every weight is 0. */
function unreadChannels(op: Mixing, channels: number): readonly boolean[] {
  return Array.from({ length: channels }, (_, channel) => {
    let position = channel;
    while (position < op.weights.length && op.weights[position] === 0) position += channels;
    return position >= op.weights.length;
  });
}

/**
 * Which input channels can be left out with a changed bias: those that nothing reads, and constants. One that is not
 * the zero point adds the same everywhere only without padding, and only where no bias leaves int32.
 */
export function foldableChannels(
  op: Mixing,
  inputs: readonly Interval[],
  zeroPoint: number,
): readonly boolean[] {
  const unread = unreadChannels(op, inputs.length);
  const addsNothing = inputs.map((input, channel) =>
    at(unread, channel) ? true : isConstant(input) && input.min === zeroPoint,
  );
  if (!inputs.some(isConstant)) return unread;
  const padded = op.kind === 'conv2d' && isPadded(op);
  if (padded || !biasesStayInside(op, inputs, zeroPoint)) return addsNothing;
  return inputs.map((input, channel) => at(addsNothing, channel) || isConstant(input));
}

/** Whether every bias stays an int32 whichever of the constants are added to it. */
function biasesStayInside(op: Mixing, inputs: readonly Interval[], zeroPoint: number): boolean {
  const sums = channelWeights(op, inputs.length);
  const constants = [...inputs.entries()].filter(([, input]) => isConstant(input));
  return op.bias.every((bias, output) => {
    let most = Math.abs(bias);
    for (const [channel, { min }] of constants) {
      most += Math.abs((min - zeroPoint) * at(sums, output * inputs.length + channel));
    }
    return fitsInt32({ min: -most, max: most });
  });
}

/** The bias with what the input channels that are left out add to every sum. */
export function foldedBias(
  op: Mixing,
  inputs: readonly Interval[],
  zeroPoint: number,
  isKept: readonly boolean[],
): Int32Array {
  // What is left out and not constant has no weights but 0.
  const folding = [...inputs.entries()].filter(
    ([channel, input]) => isConstant(input) && !at(isKept, channel),
  );
  if (folding.length === 0) return op.bias;
  const sums = channelWeights(op, inputs.length);
  return op.bias.map((bias, output) => {
    let folded = bias;
    for (const [channel, { min }] of folding) {
      folded += (min - zeroPoint) * at(sums, output * inputs.length + channel);
    }
    return folded;
  });
}
