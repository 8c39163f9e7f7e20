/** What a name of an ONNX graph stands for while the graph is turned into a network. */
import { at } from '../../base/index.ts';
import type { Activation } from '../types.ts';
import type { OnnxConstant } from './types.ts';

/** real = scale * (q - zeroPoint), q an int8. */
export type Parameters = { readonly scale: number; readonly zeroPoint: number };

/** How a tensor of the network lies under a value of the graph. */
export type View = {
  /** As the graph sees it. */
  readonly shape: readonly number[];
  /**
   * Which dimension of `shape` each dimension of the tensor is; [0, 2, 3, 1] is an image whose channels lie last. Of a
   * flattened image this is of `unflattened`.
   */
  readonly order: readonly number[];
  /** The graph's shape before dimensions were merged, where the elements still lie in the order of that shape. */
  readonly unflattened: readonly number[] | undefined;
};

/** An int8 or float32 tensor of the network. */
export type Stored = View & {
  readonly kind: 'stored';
  readonly tensor: number;
  /** Whether the graph sees real numbers: float32, or int8 behind DequantizeLinear. */
  readonly isReal: boolean;
  /** Whether the graph's integers are uint8, which lie 128 above those of the network. */
  readonly isUnsigned: boolean;
};

export type Constant = {
  readonly kind: 'constant';
  readonly constant: OnnxConstant;
  /** Of a constant behind DequantizeLinear. */
  readonly dequantised:
    | { readonly scales: readonly number[]; readonly zeroPoints: readonly number[]; readonly axis: number }
    | undefined;
};

/** Real numbers that become a tensor once it is known how they are quantised. */
export type Pending = {
  readonly kind: 'pending';
  /** Whether a fused activation can be given. */
  readonly takesActivation: boolean;
  /** Adds what computes it; float32 where `output` is undefined. */
  readonly finish: (output: Parameters | undefined, activation: Activation) => Stored;
  /** How it is quantised where the graph leaves it in float32 at its outputs. */
  readonly preferred: Parameters | undefined;
  /** Whether `preferred` loses nothing, so that operators may read the result although the graph does not quantise it. */
  readonly isExact: boolean;
  /** Set for HardSigmoid with the slope and offset of the hard swish: what it is taken of. */
  readonly gateOf: Stored | undefined;
};

export type Value = Stored | Constant | Pending;

/** Channels last: the layout of images in the network. */
export const channelsLast = [0, 2, 3, 1] as const;

export function inOrder(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => axis);
}

/** Shape of the tensor under a view. */
export function physicalShape({ shape, order, unflattened }: View): number[] {
  return order.map((axis) => at(unflattened ?? shape, axis));
}

/** Whether two orders of a shape's dimensions put its elements in the same places. */
export function sameElements(shape: readonly number[], a: readonly number[], b: readonly number[]): boolean {
  const moved = (order: readonly number[]): number[] => order.filter((axis) => at(shape, axis) > 1);
  const other = moved(b);
  return moved(a).every((axis, position) => axis === other[position]);
}

/** Whether the elements lie in the order in which the graph sees them. */
export function isPlain({ shape, order, unflattened }: View): boolean {
  const seen = unflattened ?? shape;
  return sameElements(seen, order, inOrder(seen));
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
