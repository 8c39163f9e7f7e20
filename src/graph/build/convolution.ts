/** CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV and FULLY_CONNECTED. */
import { at } from '../../base/index.ts';
import type { OperatorOptions } from '../../model/index.ts';
import { activationClamp } from '../quantisation.ts';
import { elementCount } from '../shape.ts';
import type {
  Conv2d,
  DepthwiseConv2d,
  FullyConnected,
  GroupedConv2d,
  Multiplier,
  Size2d,
  TransposeConv2d,
} from '../types.ts';
import { channelFactors } from './factors.ts';
import { symmetricInt16 } from './hints.ts';
import {
  type Activations,
  activations,
  type Biases,
  biases,
  commonParts,
  demand,
  image,
  integers,
  result,
  type Site,
  weights,
} from './site.ts';
import { transposedPadding, windowPadding } from './window.ts';

type ConvOptions = Extract<OperatorOptions, { op: 'CONV_2D' }>;
type DepthwiseOptions = Extract<OperatorOptions, { op: 'DEPTHWISE_CONV_2D' }>;
type TransposeOptions = Extract<OperatorOptions, { op: 'TRANSPOSE_CONV' }>;
type FullyConnectedOptions = Extract<OperatorOptions, { op: 'FULLY_CONNECTED' }>;

function strideAndDilation(options: ConvOptions | DepthwiseOptions): { stride: Size2d; dilation: Size2d } {
  return {
    stride: { height: options.strideHeight, width: options.strideWidth },
    dilation: { height: options.dilationHeight, width: options.dilationWidth },
  };
}

/** One of groups where the weights are for some of the input's channels; a group of one channel each is depthwise. */
export function buildConv2d(site: Site<ConvOptions>): Conv2d | DepthwiseConv2d | GroupedConv2d {
  const { options } = site;
  const input = activations(site, 0);
  const output = result(site);
  const { values, shape, scales, bits } = weights(site, 1, 0, 4);
  const { channels, ...size } = image(input, 'its input');
  const [outputs, depth] = [at(shape, 0), at(shape, 3)];
  const groups = channels / depth;
  demand(Number.isInteger(groups), `its weights are for ${depth} input channels, its input has ${channels}`);
  demand(
    outputs % groups === 0,
    `its ${outputs} output channels cannot be divided into the ${groups} groups of its input`,
  );
  const window = { filter: { height: at(shape, 1), width: at(shape, 2) }, ...strideAndDilation(options) };
  const whole = {
    ...commonParts(site, [input], output),
    ...window,
    padding: windowPadding(options.padding, size, window),
    weights: values,
    ...layerSums(site, input, scales, output, outputs),
    clamp: activationClamp(options.activation, output),
  };
  if (groups === 1) return { kind: 'conv2d', ...whole, ...(bits !== undefined && { weightBits: bits }) };
  // Depthwise kernels of int16 have no sums of 32 bits.
  const isNarrow = input.type === 'int16' && whole.sums === undefined;
  if (depth > 1 || isNarrow) return { kind: 'groupedConv2d', ...whole, groups };
  const depthMultiplier = outputs / groups;
  return { kind: 'depthwiseConv2d', ...whole, depthMultiplier, weights: channelsLast(values, outputs) };
}

/** [outputs, taps] to [taps, outputs]. */
function channelsLast(values: Int8Array, outputs: number): Int8Array {
  const taps = values.length / outputs;
  return values.map((_, index) => at(values, (index % outputs) * taps + Math.floor(index / outputs)));
}

/** Strides of 32 x 32, as from a network's last layer to whole images. */
const mostPhases = 1024;

/** The output has the size that it states; a convolution of that size would make the input. */
export function buildTransposeConv2d(site: Site<TransposeOptions>): TransposeConv2d {
  const { options } = site;
  const input = activations(site, 2);
  const output = result(site);
  const { values, shape, scales } = weights(site, 1, 0, 4);
  const { channels } = image(input, 'its input');
  const size = image(output, 'its output');
  const outputs = at(shape, 0);
  const requested = integers(site, 0);
  demand(
    requested.length === 4 && requested.every((count, axis) => count === output.shape[axis]),
    `it asks for the shape [${requested}], its output has [${output.shape}]`,
  );
  demand(shape[3] === channels, `its weights are for ${shape[3]} input channels, its input has ${channels}`);
  demand(size.channels === outputs, `its weights make ${outputs} channels, its output has ${size.channels}`);
  const window = {
    filter: { height: at(shape, 1), width: at(shape, 2) },
    stride: { height: options.strideHeight, width: options.strideWidth },
  };
  const phases = window.stride.height * window.stride.width;
  demand(
    phases <= mostPhases,
    `it has strides of ${window.stride.height} x ${window.stride.width}, which make ${phases} sets of taps; up to ${mostPhases} are supported`,
    'enlarge in several layers of smaller strides',
  );
  // Each has biases and factors of its own, and takes time to plan whatever they are.
  site.claim(phases * Math.max(outputs, 16));
  const { top, left } = transposedPadding(options.padding, size, window);
  return {
    kind: 'transposeConv2d',
    ...commonParts(site, [input], output),
    ...window,
    padding: { top, left },
    weights: values,
    ...layerSums(site, input, scales, output, outputs, 3),
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
    ...layerSums(site, input, scales, output, outputs),
    clamp: activationClamp(options.activation, output),
  };
}

export function buildFullyConnected(site: Site<FullyConnectedOptions>): FullyConnected {
  const { options } = site;
  const input = activations(site, 0);
  const output = result(site);
  const { values, shape, scales, bits } = weights(site, 1, 0, 2);
  const [outputSize, inputSize] = [at(shape, 0), at(shape, 1)];
  site.claim(outputSize);
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
    ...(bits !== undefined && { weightBits: bits }),
    ...withSums(
      biases(site, 2, outputSize, input),
      fullyConnectedFactors(site, input.scale, scales, output.scale, outputSize),
    ),
    clamp: activationClamp(options.activation, output),
  };
}

type Sums = Biases & { readonly multipliers: readonly Multiplier[] };

function layerSums(
  site: Site,
  input: Activations,
  scales: readonly number[],
  output: Activations,
  outputs: number,
  biasPosition = 2,
): Sums {
  site.claim(outputs);
  const multipliers = channelFactors(site, input.scale, scales, output.scale, outputs);
  return withSums(biases(site, biasPosition, outputs, input), multipliers);
}

/** The largest shift to the left of 15 bits of a factor beside sums of 64. */
const largestWideShift = 7;

function withSums(sums: Biases, multipliers: readonly Multiplier[]): Sums {
  demandFactors(sums, multipliers);
  return { ...sums, multipliers };
}

/** Sums of 64 bits take no factors below 0, and none that are too large. */
export function demandFactors(sums: Pick<Biases, 'sums'>, multipliers: readonly Multiplier[]): void {
  demand(
    sums.sums === undefined ||
      multipliers.every(({ multiplier, shift }) => multiplier >= 0 && shift <= largestWideShift),
    `its scales make factors below 0 or beyond 2^${largestWideShift}, which int16 kernels do not take`,
    symmetricInt16,
  );
}

/** One scale for all weights: TensorFlow Lite rounds the product of the scales to float32 here, and only here. */
function fullyConnectedFactors(
  site: Site,
  inputScale: number,
  scales: readonly number[],
  outputScale: number,
  outputs: number,
): FullyConnected['multipliers'] {
  const perTensor = scales.length === 1;
  return perTensor
    ? channelFactors(site, 1, [Math.fround(inputScale * at(scales, 0))], outputScale, outputs)
    : channelFactors(site, inputScale, scales, outputScale, outputs);
}
