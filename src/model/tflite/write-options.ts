/** The options of operators as fields of their tables in the file. */
import type { Activation, OperatorOptions, PaddingRule } from '../types.ts';
import { typeCode } from './element-types.ts';
import { activations } from './operators/option-values.ts';
import type { FieldValues } from './table-writer.ts';

type Code = OperatorOptions['op'];
type OptionsOf<Own extends Code> = OperatorOptions & { readonly op: Own };
type Writers = { readonly [Own in Code]: (options: OptionsOf<Own>) => FieldValues };

/** Of `ActivationFunctionType`; the only activation of a cell. */
const tanhCode = 4;

/** Operators without options, or whose options are vectors or what shapes and counts of tensors say again. */
const nothing = (): FieldValues => ({});

const arithmetic = ({ activation }: { readonly activation: Activation }): FieldValues => ({
  'AddOptions.activation': activationCode(activation),
});

const reduction = ({ keepDims }: { readonly keepDims: boolean }): FieldValues => ({
  'ReducerOptions.keepDims': keepDims,
});

const pool = (options: OptionsOf<'MAX_POOL_2D'> | OptionsOf<'AVERAGE_POOL_2D'>): FieldValues => ({
  'Pool2DOptions.padding': paddingCode(options.padding),
  'Pool2DOptions.strideWidth': options.strideWidth,
  'Pool2DOptions.strideHeight': options.strideHeight,
  'Pool2DOptions.filterWidth': options.filterWidth,
  'Pool2DOptions.filterHeight': options.filterHeight,
  'Pool2DOptions.activation': activationCode(options.activation),
});

const writers: Writers = {
  FULLY_CONNECTED: (options) => ({
    'FullyConnectedOptions.activation': activationCode(options.activation),
    'FullyConnectedOptions.keepDims': options.keepDims,
    ...(options.biasType && { 'FullyConnectedOptions.quantizedBiasType': typeCode(options.biasType) }),
  }),
  ADD: arithmetic,
  SUB: arithmetic,
  MUL: arithmetic,
  LEAKY_RELU: (options) => ({ 'LeakyReluOptions.alpha': options.alpha }),
  SOFTMAX: (options) => ({ 'SoftmaxOptions.beta': options.beta }),
  SVDF: (options) => ({
    'SVDFOptions.rank': options.rank,
    'SVDFOptions.activation': activationCode(options.activation),
  }),
  UNIDIRECTIONAL_SEQUENCE_LSTM: (options) => ({
    'UnidirectionalSequenceLSTMOptions.activation': tanhCode,
    'UnidirectionalSequenceLSTMOptions.cellClip': options.cellClip,
    'UnidirectionalSequenceLSTMOptions.timeMajor': options.timeMajor,
  }),
  CONCATENATION: (options) => ({
    'ConcatenationOptions.axis': options.axis,
    'ConcatenationOptions.activation': activationCode(options.activation),
  }),
  MEAN: reduction,
  SUM: reduction,
  REDUCE_MAX: reduction,
  REDUCE_MIN: reduction,
  RESIZE_BILINEAR: (options) => ({
    'ResizeBilinearOptions.alignCorners': options.alignCorners,
    'ResizeBilinearOptions.halfPixelCenters': options.halfPixelCenters,
  }),
  RESIZE_NEAREST_NEIGHBOR: (options) => ({
    'ResizeNearestNeighborOptions.alignCorners': options.alignCorners,
    'ResizeNearestNeighborOptions.halfPixelCenters': options.halfPixelCenters,
  }),
  CONV_2D: (options) => ({
    'Conv2DOptions.padding': paddingCode(options.padding),
    'Conv2DOptions.strideWidth': options.strideWidth,
    'Conv2DOptions.strideHeight': options.strideHeight,
    'Conv2DOptions.activation': activationCode(options.activation),
    'Conv2DOptions.dilationWidth': options.dilationWidth,
    'Conv2DOptions.dilationHeight': options.dilationHeight,
    ...(options.biasType && { 'Conv2DOptions.quantizedBiasType': typeCode(options.biasType) }),
  }),
  DEPTHWISE_CONV_2D: (options) => ({
    'DepthwiseConv2DOptions.padding': paddingCode(options.padding),
    'DepthwiseConv2DOptions.strideWidth': options.strideWidth,
    'DepthwiseConv2DOptions.strideHeight': options.strideHeight,
    'DepthwiseConv2DOptions.depthMultiplier': options.depthMultiplier,
    'DepthwiseConv2DOptions.activation': activationCode(options.activation),
    'DepthwiseConv2DOptions.dilationWidth': options.dilationWidth,
    'DepthwiseConv2DOptions.dilationHeight': options.dilationHeight,
  }),
  TRANSPOSE_CONV: (options) => ({
    'TransposeConvOptions.padding': paddingCode(options.padding),
    'TransposeConvOptions.strideWidth': options.strideWidth,
    'TransposeConvOptions.strideHeight': options.strideHeight,
    'TransposeConvOptions.activation': activationCode(options.activation),
  }),
  AVERAGE_POOL_2D: pool,
  MAX_POOL_2D: pool,
  PACK: (options) => ({ 'PackOptions.axis': options.axis }),
  UNPACK: (options) => ({ 'UnpackOptions.axis': options.axis }),
  GATHER: (options) => ({
    'GatherOptions.axis': options.axis,
    'GatherOptions.batchDims': options.batchDimensions,
  }),
  STRIDED_SLICE: (options) => ({
    'StridedSliceOptions.beginMask': options.beginMask,
    'StridedSliceOptions.endMask': options.endMask,
    'StridedSliceOptions.shrinkAxisMask': options.shrinkMask,
  }),
  MIRROR_PAD: (options) => ({ 'MirrorPadOptions.mode': options.repeatsEdge ? 1 : 0 }),
  SPACE_TO_DEPTH: (options) => ({ 'SpaceToDepthOptions.blockSize': options.blockSize }),
  DEPTH_TO_SPACE: (options) => ({ 'DepthToSpaceOptions.blockSize': options.blockSize }),
  L2_NORMALIZATION: (options) => ({ 'L2NormOptions.activation': activationCode(options.activation) }),
  ARG_MAX: nothing,
  BROADCAST_TO: nothing,
  REVERSE_V2: nothing,
  TILE: nothing,
  ARG_MIN: nothing,
  CAST: nothing,
  LOG_SOFTMAX: nothing,
  PAD: nothing,
  PADV2: nothing,
  RESHAPE: nothing,
  TRANSPOSE: nothing,
  QUANTIZE: nothing,
  DEQUANTIZE: nothing,
  RELU: nothing,
  RELU6: nothing,
  RELU_N1_TO_1: nothing,
  RELU_0_TO_1: nothing,
  LOGISTIC: nothing,
  TANH: nothing,
  ABS: nothing,
  ELU: nothing,
  HARD_SWISH: nothing,
  MAXIMUM: nothing,
  MINIMUM: nothing,
  PRELU: nothing,
  SQUEEZE: nothing,
  EXPAND_DIMS: nothing,
  SLICE: nothing,
  SPLIT: nothing,
  SPLIT_V: nothing,
};

/** Without vectors, and without what shapes and counts of tensors say again. */
export function optionFields(options: OperatorOptions): FieldValues {
  // The table's types tie each writer to its options; the call cannot know which one it is.
  const write = writers[options.op] as (options: OperatorOptions) => FieldValues;
  return write(options);
}

function activationCode(activation: Activation): number {
  return activations.indexOf(activation);
}

function paddingCode(padding: PaddingRule): number {
  return padding === 'same' ? 0 : 1;
}
