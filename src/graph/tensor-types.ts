/** Tensors of a graph, and the numbers that operators are described by. */

/** Index into `Graph.tensors`. */
export type TensorId = number;

/** What the elements of a tensor are in memory. */
export type TensorType = 'int8' | 'uint8' | 'int16' | 'int32';

/** Elements of a tensor as they are in memory. */
export type TensorValues = Int8Array | Uint8Array | Int16Array | Int32Array;

/** A tensor, row-major; real value = scale * (q - zeroPoint). Whole numbers, as indices are, have scale 1 and zero point 0. */
export type Tensor = {
  readonly id: TensorId;
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly scale: number;
  readonly zeroPoint: number;
  /** Values of a constant, of the type and the size that the shape asks for. */
  readonly data: TensorValues | undefined;
  /** Channels of the file's tensor that a pass has taken out of the last dimension; absent where it has them all. */
  readonly droppedChannels?: number;
};

/**
 * A fixed-point factor: value * multiplier * 2^(shift - 31), rounded twice as TensorFlow Lite does. The multiplier is
 * negative where a file states a negative weight scale, as converters of pruned channels do.
 */
export type Multiplier = {
  readonly multiplier: number;
  readonly shift: number;
  /** Of layers with weights: rounded once instead, ties upwards; the multiplier is positive and the shift below 0. */
  readonly once?: true;
};

/** Inclusive bounds of an int8 result: saturation and fused activation together. */
export type Clamp = { readonly min: number; readonly max: number };

export type Size2d = { readonly height: number; readonly width: number };
export type Padding2d = {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
};
