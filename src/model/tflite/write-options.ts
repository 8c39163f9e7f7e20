/** The options of operators as fields of their tables in the file. */
import type { Activation, OperatorOptions, PaddingRule } from '../types.ts';
import { activations } from './operators/option-values.ts';
import type { FieldValues } from './table-writer.ts';

/** Without vectors, and without what shapes and counts of tensors say again. */
export function optionFields(options: OperatorOptions): FieldValues {
  switch (options.op) {
    case 'CONV_2D':
    case 'DEPTHWISE_CONV_2D':
    case 'AVERAGE_POOL_2D':
    case 'MAX_POOL_2D':
      return windowFields(options);
    case 'FULLY_CONNECTED':
      return {
        'FullyConnectedOptions.activation': activationCode(options.activation),
        'FullyConnectedOptions.keepDims': options.keepDims,
      };
    case 'ADD':
    case 'SUB':
    case 'MUL':
      return { 'AddOptions.activation': activationCode(options.activation) };
    case 'LEAKY_RELU':
      return { 'LeakyReluOptions.alpha': options.alpha };
    case 'SOFTMAX':
      return { 'SoftmaxOptions.beta': options.beta };
    case 'CONCATENATION':
      return {
        'ConcatenationOptions.axis': options.axis,
        'ConcatenationOptions.activation': activationCode(options.activation),
      };
    case 'MEAN':
      return { 'ReducerOptions.keepDims': options.keepDims };
    case 'RESIZE_NEAREST_NEIGHBOR':
      return {
        'ResizeNearestNeighborOptions.alignCorners': options.alignCorners,
        'ResizeNearestNeighborOptions.halfPixelCenters': options.halfPixelCenters,
      };
    case 'PACK':
    case 'UNPACK':
    case 'GATHER':
    case 'STRIDED_SLICE':
    case 'MIRROR_PAD':
    case 'SPACE_TO_DEPTH':
    case 'DEPTH_TO_SPACE':
      return slicingFields(options);
    case 'SQUEEZE':
    case 'EXPAND_DIMS':
    case 'SLICE':
    case 'SPLIT':
    case 'SPLIT_V':
    case 'PAD':
    case 'PADV2':
    case 'RESHAPE':
    case 'TRANSPOSE':
    case 'QUANTIZE':
    case 'DEQUANTIZE':
    case 'RELU':
    case 'RELU6':
    case 'RELU_N1_TO_1':
    case 'RELU_0_TO_1':
    case 'LOGISTIC':
    case 'TANH':
    case 'ABS':
    case 'ELU':
    case 'HARD_SWISH':
    case 'MAXIMUM':
    case 'MINIMUM':
    case 'PRELU':
      return {};
  }
}

function windowFields(options: Extract<OperatorOptions, { readonly padding: PaddingRule }>): FieldValues {
  switch (options.op) {
    case 'CONV_2D':
      return {
        'Conv2DOptions.padding': paddingCode(options.padding),
        'Conv2DOptions.strideWidth': options.strideWidth,
        'Conv2DOptions.strideHeight': options.strideHeight,
        'Conv2DOptions.activation': activationCode(options.activation),
        'Conv2DOptions.dilationWidth': options.dilationWidth,
        'Conv2DOptions.dilationHeight': options.dilationHeight,
      };
    case 'DEPTHWISE_CONV_2D':
      return {
        'DepthwiseConv2DOptions.padding': paddingCode(options.padding),
        'DepthwiseConv2DOptions.strideWidth': options.strideWidth,
        'DepthwiseConv2DOptions.strideHeight': options.strideHeight,
        'DepthwiseConv2DOptions.depthMultiplier': options.depthMultiplier,
        'DepthwiseConv2DOptions.activation': activationCode(options.activation),
        'DepthwiseConv2DOptions.dilationWidth': options.dilationWidth,
        'DepthwiseConv2DOptions.dilationHeight': options.dilationHeight,
      };
    case 'AVERAGE_POOL_2D':
    case 'MAX_POOL_2D':
      return {
        'Pool2DOptions.padding': paddingCode(options.padding),
        'Pool2DOptions.strideWidth': options.strideWidth,
        'Pool2DOptions.strideHeight': options.strideHeight,
        'Pool2DOptions.filterWidth': options.filterWidth,
        'Pool2DOptions.filterHeight': options.filterHeight,
        'Pool2DOptions.activation': activationCode(options.activation),
      };
  }
}

type Slicing = Extract<
  OperatorOptions,
  | { readonly axis: number }
  | { readonly beginMask: number }
  | { readonly repeatsEdge: boolean }
  | { readonly blockSize: number }
>;

function slicingFields(options: Exclude<Slicing, { readonly op: 'CONCATENATION' }>): FieldValues {
  switch (options.op) {
    case 'PACK':
      return { 'PackOptions.axis': options.axis };
    case 'UNPACK':
      return { 'UnpackOptions.axis': options.axis };
    case 'GATHER':
      return { 'GatherOptions.axis': options.axis, 'GatherOptions.batchDims': options.batchDimensions };
    case 'STRIDED_SLICE':
      return {
        'StridedSliceOptions.beginMask': options.beginMask,
        'StridedSliceOptions.endMask': options.endMask,
        'StridedSliceOptions.shrinkAxisMask': options.shrinkMask,
      };
    case 'MIRROR_PAD':
      return { 'MirrorPadOptions.mode': options.repeatsEdge ? 1 : 0 };
    case 'SPACE_TO_DEPTH':
      return { 'SpaceToDepthOptions.blockSize': options.blockSize };
    case 'DEPTH_TO_SPACE':
      return { 'DepthToSpaceOptions.blockSize': options.blockSize };
  }
}

function activationCode(activation: Activation): number {
  return activations.indexOf(activation);
}

function paddingCode(padding: PaddingRule): number {
  return padding === 'same' ? 0 : 1;
}
