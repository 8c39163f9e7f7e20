/** A super-network as it was trained: a space, and the tensors that all its networks share. */
import type { Space } from '../search/index.ts';

/** A float32 tensor in PyTorch's layout, row-major. */
export type SharedTensor = { readonly shape: readonly number[]; readonly values: Float32Array };

export type Supernet = {
  readonly space: Space;
  /** By channel of the input: network input = (raw - mean) / std. */
  readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
  readonly epsilon: number;
  /** Every tensor that the space asks for, by name. */
  readonly tensors: ReadonlyMap<string, SharedTensor>;
};
