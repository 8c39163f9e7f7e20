/** The options of operators as fields of their tables in the file. */
import type { Activation, OperatorOptions, PaddingRule } from '../types.ts';
import { activations } from './operators/option-values.ts';
import type { FieldValues } from './table-writer.ts';

/** Without the new shape of RESHAPE, which the output's shape says. */
export function optionFields(options: OperatorOptions): FieldValues {
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
    case 'FULLY_CONNECTED':
      return {
        'FullyConnectedOptions.activation': activationCode(options.activation),
        'FullyConnectedOptions.keepDims': options.keepDims,
      };
    case 'ADD':
    case 'MUL':
      return { 'AddOptions.activation': activationCode(options.activation) };
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
    case 'PAD':
    case 'PADV2':
    case 'RESHAPE':
    case 'TRANSPOSE':
    case 'QUANTIZE':
    case 'DEQUANTIZE':
    case 'RELU':
    case 'RELU6':
    case 'LOGISTIC':
      return {};
  }
}

function activationCode(activation: Activation): number {
  return activations.indexOf(activation);
}

function paddingCode(padding: PaddingRule): number {
  return padding === 'same' ? 0 : 1;
}
