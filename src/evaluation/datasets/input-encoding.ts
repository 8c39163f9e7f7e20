/** Turns raw samples into the bytes that a network input takes: normalised, then quantised with its own scale. */
import { at } from '../../base/index.ts';
import { type Edge, quantizeValue, type Tensor, zeros } from '../../graph/index.ts';
import type { Normalisation } from '../types.ts';

/**
 * Encodes values, samples x elements, for an input.
 *
 * float32 edges take the real values; others take round(real / scale) + zero point, rounding half away from zero
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
  const quantised = zeros(tensor.type, real.length);
  for (let index = 0; index < real.length; index++) quantised[index] = quantizeValue(at(real, index), tensor);
  return new Uint8Array(quantised.buffer);
}

export function normalise(values: ArrayLike<number>, { mean, std }: Normalisation): Float32Array {
  const real = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    real[index] = (at(values, index) - at(mean, index % mean.length)) / at(std, index % std.length);
  }
  return real;
}
