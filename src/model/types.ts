/** A network as its file states it: operators with their options, tensors with their bytes, all checked. */
import type { OperatorProblem } from '../base/index.ts';

export type ElementType = 'int8' | 'uint8' | 'int16' | 'int32' | 'int64' | 'float32' | 'bool' | 'int4';

export type Quantization = {
  /**
   * One scale a tensor, or one a slice along `dimension`. All are finite and positive; those of constants may be
   * negative as well, but not 0: real per-axis weights have negative scales.
   */
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly dimension: number;
};

export type ModelTensor = {
  readonly index: number;
  readonly name: string;
  /** All dimensions are positive; an empty shape is a scalar. */
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly quantization: Quantization | undefined;
  /** Bytes of a constant, little-endian row-major, exactly the size that shape and type ask for. */
  readonly data: Uint8Array | undefined;
  /** Keeps its values from one invocation to the next; real zeros at first. */
  readonly isVariable?: true;
};

export type Activation = 'none' | 'relu' | 'relu-n1-to-1' | 'relu6';
export type PaddingRule = 'same' | 'valid';

/** Options by operator code, as TensorFlow Lite's schema names them. */
export type OperatorOptions =
  | {
      readonly op: 'CONV_2D';
      /** Of int16 activations without a bias, where sums are to be int32. */
      readonly biasType?: 'int32';
      readonly padding: PaddingRule;
      readonly strideHeight: number;
      readonly strideWidth: number;
      readonly dilationHeight: number;
      readonly dilationWidth: number;
      readonly activation: Activation;
    }
  | {
      readonly op: 'DEPTHWISE_CONV_2D';
      readonly padding: PaddingRule;
      readonly strideHeight: number;
      readonly strideWidth: number;
      readonly dilationHeight: number;
      readonly dilationWidth: number;
      readonly depthMultiplier: number;
      readonly activation: Activation;
    }
  | {
      /** Inputs: the output's shape, weights [output channels, height, width, input channels], values, bias. */
      readonly op: 'TRANSPOSE_CONV';
      readonly padding: PaddingRule;
      readonly strideHeight: number;
      readonly strideWidth: number;
      readonly activation: Activation;
    }
  | {
      readonly op: 'FULLY_CONNECTED';
      readonly activation: Activation;
      readonly keepDims: boolean;
      /** Of int16 activations without a bias, where sums are to be int32. */
      readonly biasType?: 'int32';
    }
  | { readonly op: 'ADD' | 'SUB' | 'MUL'; readonly activation: Activation }
  | {
      readonly op: 'AVERAGE_POOL_2D' | 'MAX_POOL_2D';
      readonly padding: PaddingRule;
      readonly strideHeight: number;
      readonly strideWidth: number;
      readonly filterHeight: number;
      readonly filterWidth: number;
      readonly activation: Activation;
    }
  | { readonly op: 'MEAN' | 'SUM' | 'REDUCE_MAX' | 'REDUCE_MIN'; readonly keepDims: boolean }
  | { readonly op: 'PAD' | 'PADV2' | 'RESHAPE' | 'TRANSPOSE' | 'QUANTIZE' | 'DEQUANTIZE' }
  | { readonly op: 'MAXIMUM' | 'MINIMUM' | 'PRELU' }
  | { readonly op: 'EXPAND_DIMS' | 'SLICE' | 'SPLIT' | 'SPLIT_V' }
  | { readonly op: 'BROADCAST_TO' | 'REVERSE_V2' | 'TILE' }
  | { readonly op: 'SQUEEZE'; readonly axes: readonly number[] }
  | { readonly op: 'PACK' | 'UNPACK'; readonly axis: number }
  | { readonly op: 'GATHER'; readonly axis: number; readonly batchDimensions: number }
  | {
      readonly op: 'STRIDED_SLICE';
      /** Bit i is for dimension i: it begins at its start, ends at its end, or is dropped after one element. */
      readonly beginMask: number;
      readonly endMask: number;
      readonly shrinkMask: number;
    }
  | { readonly op: 'MIRROR_PAD'; readonly repeatsEdge: boolean }
  | { readonly op: 'SPACE_TO_DEPTH' | 'DEPTH_TO_SPACE'; readonly blockSize: number }
  | { readonly op: 'RELU' | 'RELU6' | 'RELU_N1_TO_1' | 'RELU_0_TO_1' }
  | { readonly op: 'LOGISTIC' }
  | { readonly op: 'LOG_SOFTMAX' | 'CAST' }
  | { readonly op: 'L2_NORMALIZATION'; readonly activation: Activation }
  | { readonly op: 'ARG_MAX' | 'ARG_MIN' }
  | { readonly op: 'TANH' | 'ABS' | 'HARD_SWISH' }
  | {
      readonly op: 'ELU';
      /** Of int8 values, rounded as DEQUANTIZE, a float32 function and QUANTIZE round. */
      readonly isInFloat?: true;
    }
  | { readonly op: 'LEAKY_RELU'; readonly alpha: number }
  | { readonly op: 'SOFTMAX'; readonly beta: number }
  | { readonly op: 'SVDF'; readonly rank: number; readonly activation: Activation }
  | {
      readonly op: 'UNIDIRECTIONAL_SEQUENCE_LSTM';
      /** Whether inputs are [time, batch, values] instead of [batch, time, values]. */
      readonly timeMajor: boolean;
      /** What the cell state is bounded to; 0 where it is not. */
      readonly cellClip: number;
    }
  | { readonly op: 'CONCATENATION'; readonly axis: number; readonly activation: Activation }
  | {
      readonly op: 'RESIZE_BILINEAR' | 'RESIZE_NEAREST_NEIGHBOR';
      readonly alignCorners: boolean;
      readonly halfPixelCenters: boolean;
    };

export type ModelOperator = {
  /** Position in the file's operator list. */
  readonly index: number;
  /** Tensor indices; -1 is an absent optional input. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: OperatorOptions;
};

/**
 * What a network keeps from one invocation to the next: TensorFlow's resource variables. Within an invocation it is two
 * tensors: one that holds what was kept, and one of which the value is kept for the next.
 */
export type ModelVariable = {
  readonly container: string;
  readonly name: string;
  /** Tensor that no operator writes: the variable's value when an invocation begins. */
  readonly read: number;
  /** Tensor whose value is kept; `undefined` where no operator assigns the variable. Shape and type are those of `read`. */
  readonly assigned: number | undefined;
  /** Position in the file's operator list of what assigns it, or of what reads it where nothing does. */
  readonly operator: number;
  /** Bytes that it holds at first; `undefined` where that is zero. */
  readonly initial: Uint8Array | undefined;
};

/** Computes in int8 (with float32 edges at most), or in float32 throughout: `isFloatModel` tells. */
export type Model = {
  /** What it was read from. That of a net configuration has random weights: what it computes means nothing. */
  readonly format: 'tflite' | 'onnx' | 'net-config';
  readonly tensors: readonly ModelTensor[];
  /** In an order in which every operator's inputs are produced before it. */
  readonly operators: readonly ModelOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /**
   * Every result is rounded once from what it really is, half to even where that can be told, as ONNX defines its
   * operators; absent where it is as TensorFlow Lite's kernels compute it.
   */
  readonly roundsOnce?: true;
  /** Absent where the network keeps nothing. */
  readonly variables?: readonly ModelVariable[];
};

/** What is wrong with operators that could be read, each looked at by itself. */
export type Judge = (model: Model) => readonly OperatorProblem[];
