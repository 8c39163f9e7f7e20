/** Turns raw samples into the bytes that a network input takes: normalised, then quantised with its own scale. */
import { at } from '../../base/index.ts';
import type { Edge, Tensor } from '../../graph/index.ts';
import type { Normalisation } from '../types.ts';

/** Bytes of one set of this input. */
export function edgeBytes(edge: Edge): number {
  const elements = edge.shape.reduce((product, dimension) => product * dimension, 1);
  return edge.type === 'float32' ? elements * 4 : elements;
}

/**
 * Encodes values, samples x elements, for an input.
 *
 * float32 edges take the real values; int8 edges take round(real / scale) + zero point, rounding half away from zero
 * in single precision as TensorFlow Lite's quantize operator does, saturated.
 */
export function encodeInput(
  values: ArrayLike<number>,
  edge: Edge,
  tensor: Tensor,
  normalisation: Normalisation | undefined,
): Uint8Array {
  if (edge.type === 'float32') return new Uint8Array(normalise(values, normalisation).buffer);
  const scale = Math.fround(tensor.scale);
  const quantised = new Int8Array(values.length);
  const real = realValues(values, normalisation);
  for (let index = 0; index < values.length; index++) {
    const ratio = Math.fround(real(index) / scale);
    const rounded = Math.sign(ratio) * Math.floor(Math.abs(ratio) + 0.5);
    quantised[index] = Math.max(-128, Math.min(127, rounded + tensor.zeroPoint));
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
