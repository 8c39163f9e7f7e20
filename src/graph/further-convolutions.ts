/** Types of convolutions in groups and transposed ones. */
import type { Clamp, Conv2d, Multiplier, OpBase, Padding2d, Size2d } from './types.ts';

/**
 * A convolution whose input and output channels are divided into as many groups: each group of outputs reads its own group
 * of inputs. Input [1,H,W,I], output [1,OH,OW,O].
 */
export type GroupedConv2d = Omit<Conv2d, 'kind' | 'weights'> & {
  readonly kind: 'groupedConv2d';
  readonly groups: number;
  /** [O, filter.height, filter.width, I / groups]. */
  readonly weights: Int8Array;
};

/**
 * Input [1,H,W,I], output [1,OH,OW,O] of stated size: tap t of input position p adds to output position
 * p * stride - padding + t, where the output has it.
 */
export type TransposeConv2d = OpBase & {
  readonly kind: 'transposeConv2d';
  readonly filter: Size2d;
  readonly stride: Size2d;
  readonly padding: Pick<Padding2d, 'top' | 'left'>;
  /** [O, filter.height, filter.width, I]. */
  readonly weights: Int8Array;
  /** [O]. */
  readonly bias: Int32Array;
  /** One for each output channel. */
  readonly multipliers: readonly Multiplier[];
  /** Beside int16: sums of 64 bits. */
  readonly sums?: 'wide';
  readonly clamp: Clamp;
};
