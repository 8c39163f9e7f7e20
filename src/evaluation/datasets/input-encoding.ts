/** Turns raw samples into the bytes that a network input takes: normalised, then quantised with its own scale. */
import { at } from '../../base/index.ts';
import type { Edge, Tensor } from '../../graph/index.ts';

/** Real value = (raw - mean) / std; one entry a channel (last dimension), or one for all. */
export type Normalisation = { readonly mean: readonly number[]; readonly std: readonly number[] };

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
  const real = normalisation === undefined ? Float32Array.from(values) : normalise(values, normalisation);
  if (edge.type === 'float32') return new Uint8Array(real.buffer);
  const scale = Math.fround(tensor.scale);
  const quantised = Int8Array.from(real, (value) => {
    const ratio = Math.fround(value / scale);
    const rounded = Math.sign(ratio) * Math.floor(Math.abs(ratio) + 0.5);
    return Math.max(-128, Math.min(127, rounded + tensor.zeroPoint));
  });
  return new Uint8Array(quantised.buffer);
}

function normalise(values: ArrayLike<number>, { mean, std }: Normalisation): Float32Array {
  return Float32Array.from(
    values,
    (value, index) => (value - at(mean, index % mean.length)) / at(std, index % std.length),
  );
}
