/** Weights as int8 with a symmetric scale for each output channel, and their biases as int32. */
import { at } from '../base/index.ts';
import { roundHalfAway } from './parameters.ts';

export type Weights = {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  /** The dimension that counts output channels: the first or the last. */
  readonly axis: number;
};

export type QuantisedWeights = {
  /** -127 ... 127. */
  readonly values: Int8Array;
  /** One an output channel, float32, positive. */
  readonly scales: readonly number[];
  /** What the int8 values stand for, less the weights that they come from. */
  readonly errors: Float32Array;
};

/** Leaves room in an int32 for the products that are added to a bias. */
const largestBias = 2 ** 30;

/** `bias` and `inputScale` matter where a channel's weights are so small that its bias would not fit an int32. */
export function quantiseWeights(weights: Weights, bias: Float32Array, inputScale: number): QuantisedWeights {
  const { values } = weights;
  const channelOf = channelIndex(weights);
  const largest = new Float64Array(bias.length);
  values.forEach((value, i) => {
    const channel = channelOf(i);
    largest[channel] = Math.max(at(largest, channel), Math.abs(value));
  });
  const scales = scalesOf(largest, bias, inputScale);
  const rounded = Int8Array.from(values, (value, i) => roundHalfAway(value / at(scales, channelOf(i))));
  const errors = values.map((value, i) => at(rounded, i) * at(scales, channelOf(i)) - value);
  return { values: rounded, scales, errors };
}

export function channelIndex({ values, shape, axis }: Weights): (element: number) => number {
  const channels = at(shape, axis);
  if (axis !== 0) return (element) => element % channels;
  const size = values.length / channels;
  return (element) => Math.floor(element / size);
}

function scalesOf(largest: Float64Array, bias: Float32Array, inputScale: number): number[] {
  const scales = Array.from(largest, (magnitude, channel) =>
    Math.fround(Math.max(magnitude / 127, Math.abs(at(bias, channel)) / (inputScale * largestBias))),
  );
  // A channel of zeros takes any scale; one like the others' keeps its factor in the usual range.
  const usual = scales.reduce((most, scale) => Math.max(most, scale), 0);
  return scales.map((scale) => scale || usual || 1);
}

/** In steps of input scale * weight scale. */
export function quantiseBias(bias: Float32Array, inputScale: number, scales: readonly number[]): Int32Array {
  return Int32Array.from(bias, (value, channel) => roundHalfAway(value / (inputScale * at(scales, channel))));
}
