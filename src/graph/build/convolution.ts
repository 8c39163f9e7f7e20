/** CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED. */
import { at } from '../../base/index.ts';
import type { OperatorOptions } from '../../model/index.ts';
import { activationClamp } from '../quantisation.ts';
import { elementCount } from '../shape.ts';
import type { Conv2d, DepthwiseConv2d, FullyConnected, Size2d } from '../types.ts';
import { channelFactors } from './factors.ts';
import { activations, biases, commonParts, demand, image, result, type Site, weights } from './site.ts';
import { windowPadding } from './window.ts';

type ConvOptions = Extract<OperatorOptions, { op: 'CONV_2D' }>;
type DepthwiseOptions = Extract<OperatorOptions, { op: 'DEPTHWISE_CONV_2D' }>;
type FullyConnectedOptions = Extract<OperatorOptions, { op: 'FULLY_CONNECTED' }>;

function strideAndDilation(options: ConvOptions | DepthwiseOptions): { stride: Size2d; dilation: Size2d } {
  return {
    stride: { height: options.strideHeight, width: options.strideWidth },
    dilation: { height: options.dilationHeight, width: options.dilationWidth },
  };
}

export function buildConv2d(site: Site<ConvOptions>): Conv2d {
  const { options } = site;
  const input = activations(site, 0);
  const output = result(site);
  const { values, shape, scales } = weights(site, 1, 0, 4);
  const { channels, ...size } = image(input, 'its input');
  const outputs = at(shape, 0);
  demand(shape[3] === channels, `its weights are for ${shape[3]} input channels, its input has ${channels}`);
  const window = { filter: { height: at(shape, 1), width: at(shape, 2) }, ...strideAndDilation(options) };
  return {
    kind: 'conv2d',
    ...commonParts(site, [input], output),
    ...window,
    padding: windowPadding(options.padding, size, window),
    weights: values,
    bias: biases(site, 2, outputs),
    multipliers: channelFactors(input.scale, scales, output.scale, outputs),
    clamp: activationClamp(options.activation, output),
  };
}

export function buildDepthwiseConv2d(site: Site<DepthwiseOptions>): DepthwiseConv2d {
  const { options } = site;
  const input = activations(site, 0);
  const output = result(site);
  const { values, shape, scales } = weights(site, 1, 3, 4);
  const { channels, ...size } = image(input, 'its input');
  const outputs = at(shape, 3);
  demand(
    shape[0] === 1 && outputs === channels * options.depthMultiplier,
    `its weights [${shape}] do not fit ${channels} channels with depth multiplier ${options.depthMultiplier}`,
  );
  const window = { filter: { height: at(shape, 1), width: at(shape, 2) }, ...strideAndDilation(options) };
  return {
    kind: 'depthwiseConv2d',
    ...commonParts(site, [input], output),
    ...window,
    padding: windowPadding(options.padding, size, window),
    depthMultiplier: options.depthMultiplier,
    weights: values,
    bias: biases(site, 2, outputs),
    multipliers: channelFactors(input.scale, scales, output.scale, outputs),
    clamp: activationClamp(options.activation, output),
  };
}

export function buildFullyConnected(site: Site<FullyConnectedOptions>): FullyConnected {
  const { options } = site;
  const input = activations(site, 0);
  const output = result(site);
  const { values, shape, scales } = weights(site, 1, 0, 2);
  const [outputSize, inputSize] = [at(shape, 0), at(shape, 1)];
  const batches = elementCount(output.shape) / outputSize;
  demand(
    elementCount(input.shape) === batches * inputSize,
    `its weights [${shape}] do not fit an input of [${input.shape}] and an output of [${output.shape}]`,
  );
  return {
    kind: 'fullyConnected',
    ...commonParts(site, [input], output),
    batches,
    inputSize,
    outputSize,
    weights: values,
    bias: biases(site, 2, outputSize),
    multipliers: fullyConnectedFactors(input.scale, scales, output.scale, outputSize),
    clamp: activationClamp(options.activation, output),
  };
}

/** One scale for all weights: TensorFlow Lite rounds the product of the scales to float32 here, and only here. */
function fullyConnectedFactors(
  inputScale: number,
  scales: readonly number[],
  outputScale: number,
  outputs: number,
): FullyConnected['multipliers'] {
  const perTensor = scales.length === 1;
  return perTensor
    ? channelFactors(1, [Math.fround(inputScale * at(scales, 0))], outputScale, outputs)
    : channelFactors(inputScale, scales, outputScale, outputs);
}
