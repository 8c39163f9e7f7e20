/** Convolution, depthwise and transposed convolution. */
import { optionsType } from '../schema.ts';
import { readActivation, readBiasType, readExtent, readPadding } from './option-values.ts';
import { bias, type OperatorRule, packableWeights, parameter, value, weights } from './rule.ts';

/** Weights [output channels, height, width, input channels], or of one of the groups that the input has. */
export const conv2d: OperatorRule = {
  code: 3,
  optionsType: optionsType.conv2d,
  inputs: [value, packableWeights(0), bias],
  output: value,
  readOptions: (options, report) => {
    return {
      op: 'CONV_2D',
      ...readBiasType(options, 'Conv2DOptions.quantizedBiasType', report),
      padding: readPadding(options, 'Conv2DOptions.padding'),
      strideHeight: readExtent(options, 'Conv2DOptions.strideHeight'),
      strideWidth: readExtent(options, 'Conv2DOptions.strideWidth'),
      dilationHeight: readExtent(options, 'Conv2DOptions.dilationHeight'),
      dilationWidth: readExtent(options, 'Conv2DOptions.dilationWidth'),
      activation: readActivation(options, 'Conv2DOptions.activation', report),
    };
  },
};

/** Weights [1, height, width, input channels * depth multiplier]. */
export const depthwiseConv2d: OperatorRule = {
  code: 4,
  optionsType: optionsType.depthwiseConv2d,
  inputs: [value, packableWeights(3), bias],
  output: value,
  readOptions: (options, report) => ({
    op: 'DEPTHWISE_CONV_2D',
    padding: readPadding(options, 'DepthwiseConv2DOptions.padding'),
    strideHeight: readExtent(options, 'DepthwiseConv2DOptions.strideHeight'),
    strideWidth: readExtent(options, 'DepthwiseConv2DOptions.strideWidth'),
    dilationHeight: readExtent(options, 'DepthwiseConv2DOptions.dilationHeight'),
    dilationWidth: readExtent(options, 'DepthwiseConv2DOptions.dilationWidth'),
    depthMultiplier: readExtent(options, 'DepthwiseConv2DOptions.depthMultiplier'),
    activation: readActivation(options, 'DepthwiseConv2DOptions.activation', report),
  }),
};

/** The output's own shape is an input; weights [output channels, height, width, input channels]. */
export const transposeConv: OperatorRule = {
  code: 67,
  optionsType: optionsType.transposeConv,
  inputs: [parameter('output shape'), weights(0), value, bias],
  output: value,
  readOptions: (options, report) => {
    readBiasType(options, 'TransposeConvOptions.quantizedBiasType', report);
    return {
      op: 'TRANSPOSE_CONV',
      padding: readPadding(options, 'TransposeConvOptions.padding'),
      strideHeight: readExtent(options, 'TransposeConvOptions.strideHeight'),
      strideWidth: readExtent(options, 'TransposeConvOptions.strideWidth'),
      activation: readActivation(options, 'TransposeConvOptions.activation', report),
    };
  },
};
