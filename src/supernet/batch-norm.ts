/** Batch normalisation with the statistics of a batch, folded into the layer before it. */
import { at } from '../base/index.ts';
import type { LayerWeights } from '../model/index.ts';
import type { SubLayer } from './sub-weights.ts';

/** value * factor + offset by channel: what normalisation comes down to once its statistics are known. */
export type Affine = { readonly factors: Float64Array; readonly offsets: Float64Array };

/**
 * From the outputs of a layer without bias, [any, channels]: the mean and the biased variance over all of `values`, as
 * training has them.
 */
export function normalisationOf(values: Float32Array, { gamma, beta }: SubLayer, epsilon: number): Affine {
  const channels = gamma.length;
  const count = values.length / channels;
  const means = sumByChannel(values, new Float64Array(channels)).map((sum) => sum / count);
  const squares = sumByChannel(values, means, true);
  const factors = squares.map((sum, channel) => at(gamma, channel) / Math.sqrt(sum / count + epsilon));
  const offsets = factors.map((factor, channel) => at(beta, channel) - at(means, channel) * factor);
  return { factors, offsets };
}

/** Sums of value - centre, or of its square, by channel. */
function sumByChannel(values: Float32Array, centres: Float64Array, squared = false): Float64Array {
  const channels = centres.length;
  const sums = new Float64Array(channels);
  for (let from = 0; from < values.length; from += channels) {
    for (let channel = 0; channel < channels; channel += 1) {
      const difference = (values[from + channel] ?? 0) - (centres[channel] ?? 0);
      sums[channel] = (sums[channel] ?? 0) + (squared ? difference * difference : difference);
    }
  }
  return sums;
}

/** In place; `low` and `high` bound the result, as a fused activation does. */
export function applyAffine(
  values: Float32Array,
  { factors, offsets }: Affine,
  low: number,
  high: number,
): void {
  const channels = factors.length;
  for (let from = 0; from < values.length; from += channels) {
    for (let channel = 0; channel < channels; channel += 1) {
      const value = (values[from + channel] ?? 0) * (factors[channel] ?? 0) + (offsets[channel] ?? 0);
      values[from + channel] = Math.min(Math.max(value, low), high);
    }
  }
}

/** Weights and biases of the layer and its normalisation together; `channelOf` tells an element's output channel. */
export function fold(
  weights: Float32Array,
  { factors, offsets }: Affine,
  channelOf: (element: number) => number,
): LayerWeights {
  return {
    weights: weights.map((weight, element) => weight * at(factors, channelOf(element))),
    bias: Float32Array.from(offsets),
  };
}
