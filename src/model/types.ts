/** A network as its file states it: operators with their options, tensors with their bytes, all checked. */

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
};

export type Activation = 'none' | 'relu' | 'relu-n1-to-1' | 'relu6';
export type PaddingRule = 'same' | 'valid';

/** Options by operator code, as TensorFlow Lite's schema names them. */
export type OperatorOptions =
  | {
      readonly op: 'CONV_2D';
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
  | { readonly op: 'FULLY_CONNECTED'; readonly activation: Activation; readonly keepDims: boolean }
  | { readonly op: 'ADD' | 'MUL'; readonly activation: Activation }
  | {
      readonly op: 'AVERAGE_POOL_2D' | 'MAX_POOL_2D';
      readonly padding: PaddingRule;
      readonly strideHeight: number;
      readonly strideWidth: number;
      readonly filterHeight: number;
      readonly filterWidth: number;
      readonly activation: Activation;
    }
  | { readonly op: 'MEAN'; readonly keepDims: boolean }
  | { readonly op: 'PAD' | 'PADV2' | 'RESHAPE' | 'TRANSPOSE' | 'QUANTIZE' | 'DEQUANTIZE' }
  | { readonly op: 'RELU' | 'RELU6' | 'LOGISTIC' }
  | { readonly op: 'SOFTMAX'; readonly beta: number }
  | { readonly op: 'CONCATENATION'; readonly axis: number; readonly activation: Activation }
  | {
      readonly op: 'RESIZE_NEAREST_NEIGHBOR';
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

/** Computes in int8 (with float32 edges at most), or in float32 throughout: `isFloatModel` tells. */
export type Model = {
  /** What it was read from. That of a net configuration has random weights: what it computes means nothing. */
  readonly format: 'tflite' | 'net-config';
  readonly tensors: readonly ModelTensor[];
  /** In an order in which every operator's inputs are produced before it. */
  readonly operators: readonly ModelOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
};
