/** Turns raw samples into the bytes that a network input takes: normalised, then quantised with its own scale. */
import { at } from '../../base/index.ts';
import { type Edge, quantizeValue, type Tensor, zeros } from '../../graph/index.ts';
import type { Normalisation } from '../types.ts';

/**
 * Encodes values, samples x elements, for an input.
 *
 * float32 edges take the real values; others take round(real / scale) + zero point in single precision, saturated: half
 * away from zero as TensorFlow Lite's quantize operator does, or to even where the edge says so.
 */
export function encodeInput(
  values: ArrayLike<number>,
  edge: Edge,
  tensor: Tensor,
  normalisation: Normalisation | undefined,
): Uint8Array {
  if (edge.type === 'float32') return new Uint8Array(normalise(values, normalisation).buffer);
  const quantised = zeros(tensor.type, values.length);
  const real = realValues(values, normalisation);
  for (let index = 0; index < values.length; index++) {
    quantised[index] = quantizeValue(real(index), tensor, edge.ties);
  }
  return new Uint8Array(quantised.buffer);
}

/** Real values of raw ones, single precision. */
export function normalise(
  values: ArrayLike<number>,
  normalisation: Normalisation | undefined,
): Float32Array<ArrayBuffer> {
  const real = realValues(values, normalisation);
  return Float32Array.from({ length: values.length }, (_, index) => real(index));
}

/** One by one, as all at once may not fit in memory. */
function realValues(
  values: ArrayLike<number>,
  { mean, std }: Normalisation = { mean: [0], std: [1] },
): (index: number) => number {
  return (index) =>
    Math.fround((at(values, index) - at(mean, index % mean.length)) / at(std, index % std.length));
}
