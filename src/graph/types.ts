/** Typed operators with resolved shapes, paddings and quantisation: what every later room works on. */

import type { GroupedConv2d, TransposeConv2d } from './further-convolutions.ts';
import type { Lstm, State, Store, Svdf } from './recurrent-types.ts';
import type { ArgExtremum, Cast, L2Normalise, LogSoftmax, Softmax } from './row-operators.ts';

export type { GroupedConv2d, TransposeConv2d } from './further-convolutions.ts';
export type { ArgExtremum, Cast, L2Normalise, LogSoftmax, Softmax } from './row-operators.ts';

import type { Clamp, Multiplier, Padding2d, Size2d, Tensor, TensorId, TensorType } from './tensor-types.ts';

export type {
  Clamp,
  Multiplier,
  Padding2d,
  Size2d,
  Tensor,
  TensorId,
  TensorType,
  TensorValues,
} from './tensor-types.ts';

export type OpBase = {
  /** Operator index in the model file; the anchor of messages, symbols and report rows. */
  readonly index: number;
  /** Which one of several operators that one of the file becomes; absent where it becomes one, and for the first. */
  readonly part?: number;
  /** Name of the output tensor in the file. */
  readonly name: string;
  readonly inputs: readonly TensorId[];
  readonly output: TensorId;
};

/**
 * Input [1,H,W,I], output [1,OH,OW,O]; padding positions count as the input's zero point. Sums have 32 bits, wrap, and are
 * rounded twice when they are scaled; those of int16 inputs are mostly `wide`: of 64 bits, scaled by the upper 15 bits of
 * their factor and rounded once, ties upwards. The same holds for the other layers with weights.
 */
export type Conv2d = OpBase & {
  readonly kind: 'conv2d';
  readonly filter: Size2d;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  readonly padding: Padding2d;
  /** [O, filter.height, filter.width, I]. */
  readonly weights: Int8Array;
  /** Of weights that fit four bits and are kept in them; absent where they are int8. */
  readonly weightBits?: 4;
  /** [O]. */
  readonly bias: Int32Array;
  /** One for each output channel. */
  readonly multipliers: readonly Multiplier[];
  readonly sums?: 'wide';
  readonly clamp: Clamp;
};

/** Input [1,H,W,C], output [1,OH,OW,C*depthMultiplier]; output channel c reads input channel floor(c / depthMultiplier). */
export type DepthwiseConv2d = OpBase & {
  readonly kind: 'depthwiseConv2d';
  readonly filter: Size2d;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  readonly padding: Padding2d;
  readonly depthMultiplier: number;
  /** [filter.height, filter.width, C * depthMultiplier]. */
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly multipliers: readonly Multiplier[];
  readonly sums?: 'wide';
  readonly clamp: Clamp;
};

/** Input [batches, I] flattened, output [batches, O]. */
export type FullyConnected = OpBase & {
  readonly kind: 'fullyConnected';
  readonly batches: number;
  readonly inputSize: number;
  readonly outputSize: number;
  /** [O, I]. */
  readonly weights: Int8Array;
  /** As in `Conv2d`. */
  readonly weightBits?: 4;
  readonly bias: Int32Array;
  /** One for each output (per-tensor weights repeat it). */
  readonly multipliers: readonly Multiplier[];
  readonly sums?: 'wide';
  readonly clamp: Clamp;
};

/** Two inputs, broadcast to the output's shape by NumPy's rules. */
type AddOf<Kind> = OpBase & {
  readonly kind: Kind;
  /** Left shift of both inputs before scaling (20 for int8). */
  readonly leftShift: number;
  readonly inputMultipliers: readonly [Multiplier, Multiplier];
  readonly outputMultiplier: Multiplier;
  readonly clamp: Clamp;
};

export type Add = AddOf<'add'>;
export type Sub = AddOf<'sub'>;

export type Mul = OpBase & {
  readonly kind: 'mul';
  readonly outputMultiplier: Multiplier;
  readonly clamp: Clamp;
};

/** The larger or the smaller of two int8 that mean the same real numbers as the output; broadcast like `Add`. */
export type Extremum = OpBase & { readonly kind: 'maximum' | 'minimum' };

/** Values from the zero point up are scaled by one factor, those below it times the second input by the other. */
export type Prelu = OpBase & {
  readonly kind: 'prelu';
  readonly positiveMultiplier: Multiplier;
  readonly negativeMultiplier: Multiplier;
};

export type Pool2d = OpBase & {
  readonly kind: 'averagePool2d' | 'maxPool2d';
  readonly filter: Size2d;
  readonly stride: Size2d;
  readonly padding: Padding2d;
  readonly clamp: Clamp;
};

/**
 * result = (sum over the axes - count * input zero point) * multiplier + output zero point, saturated to int8.
 * The multiplier holds the ratio of the scales and, of a mean, one over the count, as TensorFlow Lite Micro folds them.
 */
export type Mean = OpBase & {
  readonly kind: 'mean' | 'sum';
  /** Ascending, non-negative axes of the input. */
  readonly axes: readonly number[];
  readonly multiplier: Multiplier;
};

/** The largest or the smallest value over the axes; input and output mean the same real numbers. */
export type ReducedExtremum = OpBase & {
  readonly kind: 'reduceMax' | 'reduceMin';
  /** Ascending, non-negative axes of the input. */
  readonly axes: readonly number[];
};

/** `before` and `after` have one count a dimension; the padded value is an int8. */
export type Pad = OpBase & {
  readonly kind: 'pad';
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
};

/** Output element i of an axis is input element begin + i * stride; a stride may be negative. */
export type Slice = OpBase & {
  readonly kind: 'slice';
  readonly begin: readonly number[];
  readonly stride: readonly number[];
};

/** Output element i of an axis is the input element that its table names, or element i where it has none. */
export type Take = OpBase & {
  readonly kind: 'take';
  /** As TensorFlow Lite's schema names it. */
  readonly function: 'BROADCAST_TO' | 'GATHER' | 'MIRROR_PAD' | 'REVERSE_V2' | 'TILE';
  readonly sources: readonly (readonly number[] | undefined)[];
};

/** Same bytes, another shape: schedules to an alias, never to code. */
export type Reshape = OpBase & { readonly kind: 'reshape' };

/** Output dimension i is input dimension permutation[i]. */
export type Transpose = OpBase & { readonly kind: 'transpose'; readonly permutation: readonly number[] };

export type Concatenation = OpBase & { readonly kind: 'concatenation'; readonly axis: number };

/** Quantised values with another scale, zero point or type. */
export type Requantize = OpBase & {
  readonly kind: 'requantize';
  readonly multiplier: Multiplier;
  readonly clamp: Clamp;
};

/** Standalone relu or relu6, with its own requantisation and bounds. */
export type Relu = OpBase & { readonly kind: 'relu'; readonly multiplier: Multiplier; readonly clamp: Clamp };

export type Logistic = OpBase & {
  readonly kind: 'logistic';
  readonly multiplier: Multiplier;
  /** Inputs (less the zero point) at or beyond +-radius saturate. */
  readonly inputRangeRadius: number;
};

/** A function of one element: the result for every int8, at the index that its bits make as a uint8. */
export type Lookup = OpBase & {
  readonly kind: 'lookup';
  /** As TensorFlow Lite's schema names it. */
  readonly function: 'ABS' | 'DEQUANTIZE' | 'ELU' | 'HARD_SWISH' | 'LEAKY_RELU' | 'LOGISTIC' | 'TANH';
  readonly table: Int8Array;
};

/** Between the four nearest pixels, in 1,024ths along either axis: `bilinearSource`. */
export type ResizeBilinear = OpBase & {
  readonly kind: 'resizeBilinear';
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
};

/**
 * A function of one int16 by a table of the logistic function: inputs times inputFactor / 2^inputShift count steps of
 * 1/24 of its argument in units of 2^-9, or of 2^-8 for the hyperbolic tangent.
 */
export type Curve = OpBase & {
  readonly kind: 'curve';
  /** As TensorFlow Lite's schema names it. */
  readonly function: 'LOGISTIC' | 'TANH';
  readonly inputFactor: number;
  readonly inputShift: number;
};

/** int16 values from 0 up are scaled by one factor, those below by another. */
export type Piecewise = OpBase & {
  readonly kind: 'piecewise';
  /** As TensorFlow Lite's schema names it. */
  readonly function: 'ABS' | 'LEAKY_RELU';
  readonly positiveMultiplier: Multiplier;
  readonly negativeMultiplier: Multiplier;
  /** Whether the magnitude of values below 0 is scaled. */
  readonly ofMagnitude: boolean;
  /** Whether what they give is negated. */
  readonly negates: boolean;
};

export type ResizeNearest = OpBase & {
  readonly kind: 'resizeNearest';
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
};

export type Op =
  | Conv2d
  | GroupedConv2d
  | TransposeConv2d
  | DepthwiseConv2d
  | FullyConnected
  | Add
  | Sub
  | Mul
  | Extremum
  | Prelu
  | Pool2d
  | Mean
  | ReducedExtremum
  | ArgExtremum
  | Pad
  | Slice
  | Take
  | Reshape
  | Transpose
  | Softmax
  | LogSoftmax
  | L2Normalise
  | Concatenation
  | Requantize
  | Cast
  | Relu
  | Logistic
  | Lookup
  | ResizeBilinear
  | Curve
  | Piecewise
  | Store
  | Svdf
  | Lstm
  | ResizeNearest;

/** `float32` stands before or behind a quantised tensor, `int64` behind one of int32. */
export type EdgeType = TensorType | 'int64' | 'float32';

/** A network input or output as the application sees it. */
export type Edge = {
  readonly tensor: TensorId;
  /** Name of the tensor in the file (of the float tensor where the edge is float32). */
  readonly name: string;
  readonly shape: readonly number[];
  /** Of the values that the application gives or gets; another than the tensor's is converted element by element. */
  readonly type: EdgeType;
  /** Where real values that lie half way between two elements go to the even one, as ONNX asks for; else away from 0. */
  readonly ties?: 'even';
};

export type Graph = {
  readonly tensors: readonly Tensor[];
  /** In an order that can be executed. */
  readonly ops: readonly Op[];
  readonly inputs: readonly Edge[];
  readonly outputs: readonly Edge[];
  /** Absent where the network keeps nothing: every invocation is as the first. */
  readonly states?: readonly State[];
};
