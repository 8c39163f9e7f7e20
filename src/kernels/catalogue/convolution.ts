/** Convolutions over images: 1x1, general and depthwise. */
import type { Conv2d, DepthwiseConv2d, Graph, Op } from '../../graph/index.ts';
import { type AccessBlock, lastBlockOf, leadOfBlocks } from '../access-order.ts';
import { cyclesOfDepthwise, cyclesOfMatrix, cyclesOfPatches } from '../cycles.ts';
import {
  clampLiterals,
  constantArguments,
  defineKernel,
  foldZeroPoint,
  input,
  literals,
  output,
  outputStage,
  scratch,
} from '../definition.ts';
import {
  firstReads,
  type Image,
  imageOf,
  inputTensor,
  outputTensor,
  type SlidingWindow,
} from '../geometry.ts';
import type { Constant, Kernel } from '../types.ts';

/** Magnitude of the product of two int8, and of a weight and an input less its zero point. */
const largestProduct = 128 * 128;
const largestOffsetProduct = 255 * 128;

const isConv2d = (op: Op): op is Conv2d => op.kind === 'conv2d';
const isDepthwise = (op: Op): op is DepthwiseConv2d => op.kind === 'depthwiseConv2d';

function images(op: Op, graph: Graph): { from: Image; to: Image } {
  return { from: imageOf(inputTensor(op, graph)), to: imageOf(outputTensor(op, graph)) };
}

function windowOf(op: Conv2d | DepthwiseConv2d, graph: Graph): SlidingWindow {
  const { from, to } = images(op, graph);
  return { input: from, output: to, stride: op.stride, dilation: op.dilation, padding: op.padding };
}

function weightsConstant(values: Int8Array): Constant {
  return { name: 'weights', type: 'int8_t', values };
}

/** Straight from the input, pixel by pixel: needs neither padding nor steps. */
export const conv1x1: Kernel = defineKernel<Conv2d>({
  name: 'conv_1x1_s8',
  isFor: isConv2d,
  accepts: ({ filter, stride, padding }) =>
    [filter.height, filter.width, stride.height, stride.width].every((size) => size === 1) &&
    Object.values(padding).every((size) => size === 0),
  /*
   * Two pixels (at the end of an odd number, one) are read again for each block of output channels; when they are read
   * for the last block, all blocks before it have been written.
   */
  leadBytes: (op, graph) => {
    const { from, to } = images(op, graph);
    return leadOfBlocks(pixelPairs(from.height * from.width, from.channels, to.channels));
  },
  call: (op, graph) => {
    const { from, to } = images(op, graph);
    const bias = foldZeroPoint(op.bias, op.weights, inputTensor(op, graph).zeroPoint);
    const stage = outputStage(bias, op.multipliers, from.channels * largestProduct);
    const constants = [weightsConstant(op.weights), ...stage.constants];
    return {
      constants,
      arguments: [
        input(0),
        output,
        ...constantArguments(constants),
        ...literals({
          pixels: from.height * from.width,
          input_channels: from.channels,
          output_channels: to.channels,
          small: stage.small,
          output_zero_point: outputTensor(op, graph).zeroPoint,
        }),
        ...clampLiterals(op.clamp),
      ],
    };
  },
  estimateCycles: (op, graph, target) => {
    const { to } = images(op, graph);
    return cyclesOfMatrix(to.height * to.width, to.channels, op.weights.length / to.channels, target);
  },
});

function* pixelPairs(pixels: number, inputChannels: number, outputChannels: number): Generator<AccessBlock> {
  for (let pixel = 0; pixel < pixels; pixel += 2) {
    const isPair = pixel + 1 < pixels;
    const lastBlock = lastBlockOf(outputChannels, isPair ? 2 : 4);
    const end = (isPair ? pixel + 2 : pixel + 1) * outputChannels;
    const readsFrom = pixel * inputChannels;
    if (outputChannels > lastBlock) yield { readsFrom, writtenTo: end - lastBlock };
    yield { readsFrom, writtenTo: end };
  }
}

/** Filter size in bytes, up to a multiple of four. */
function patchDepth(op: Conv2d): number {
  return Math.ceil(op.weights.length / op.bias.length / 4) * 4;
}

/** Rows of weights followed by zeros up to `depth`. */
function padRows(weights: Int8Array, rows: number, depth: number): Int8Array {
  const length = weights.length / rows;
  const padded = new Int8Array(rows * depth);
  for (let row = 0; row < rows; row += 1) {
    padded.set(weights.subarray(row * length, (row + 1) * length), row * depth);
  }
  return padded;
}

/** Any convolution, two gathered patches at a time. */
export const conv: Kernel = defineKernel<Conv2d>({
  name: 'conv_s8',
  isFor: isConv2d,
  scratchBytes: (op) => 2 * patchDepth(op),
  // Two patches are read whole before their outputs are written.
  leadBytes: (op, graph) => leadOfBlocks(patchPairs(windowOf(op, graph))),
  call: (op, graph) => {
    const { from, to } = images(op, graph);
    const { filter, stride, dilation, padding } = op;
    const zeroPoint = inputTensor(op, graph).zeroPoint;
    const bias = foldZeroPoint(op.bias, op.weights, zeroPoint);
    const stage = outputStage(bias, op.multipliers, patchDepth(op) * largestProduct);
    const constants = [weightsConstant(padRows(op.weights, to.channels, patchDepth(op))), ...stage.constants];
    return {
      constants,
      arguments: [
        input(0),
        output,
        scratch,
        ...constantArguments(constants),
        ...literals({
          input_height: from.height,
          input_width: from.width,
          input_channels: from.channels,
          output_height: to.height,
          output_width: to.width,
          output_channels: to.channels,
          filter_height: filter.height,
          filter_width: filter.width,
          stride_height: stride.height,
          stride_width: stride.width,
          dilation_height: dilation.height,
          dilation_width: dilation.width,
          padding_top: padding.top,
          padding_left: padding.left,
          depth: patchDepth(op),
          small: stage.small,
          input_zero_point: zeroPoint,
          output_zero_point: outputTensor(op, graph).zeroPoint,
        }),
        ...clampLiterals(op.clamp),
      ],
    };
  },
  estimateCycles: (op, graph, target) => {
    const { to } = images(op, graph);
    const pixels = to.height * to.width;
    return (
      cyclesOfMatrix(pixels, to.channels, patchDepth(op), target) +
      cyclesOfPatches(pixels, op.filter.height, op.weights.length / to.channels, target)
    );
  },
});

function* patchPairs(window: SlidingWindow): Generator<AccessBlock> {
  const reads = [...firstReads(window)];
  const { channels } = window.output;
  for (let pixel = 0; pixel < reads.length; pixel += 2) {
    const pair = reads.slice(pixel, pixel + 2);
    yield { readsFrom: Math.min(...pair), writtenTo: (pixel + pair.length) * channels };
  }
}

/** Any depthwise convolution. */
export const depthwiseConv: Kernel = defineKernel<DepthwiseConv2d>({
  name: 'depthwise_conv_s8',
  isFor: isDepthwise,
  // Channel by channel (or four by four), each read before it is written; both ends of a pixel bound what is between.
  leadBytes: (op, graph) => leadOfBlocks(depthwisePixels(windowOf(op, graph))),
  call: (op, graph) => {
    const { from, to } = images(op, graph);
    const { filter, stride, dilation, padding } = op;
    const stage = outputStage(op.bias, op.multipliers, filter.height * filter.width * largestOffsetProduct);
    const constants = [weightsConstant(op.weights), ...stage.constants];
    return {
      constants,
      arguments: [
        input(0),
        output,
        ...constantArguments(constants),
        ...literals({
          input_height: from.height,
          input_width: from.width,
          input_channels: from.channels,
          output_height: to.height,
          output_width: to.width,
          channels: to.channels,
          depth_multiplier: op.depthMultiplier,
          filter_height: filter.height,
          filter_width: filter.width,
          stride_height: stride.height,
          stride_width: stride.width,
          dilation_height: dilation.height,
          dilation_width: dilation.width,
          padding_top: padding.top,
          padding_left: padding.left,
          small: stage.small,
          input_zero_point: inputTensor(op, graph).zeroPoint,
          output_zero_point: outputTensor(op, graph).zeroPoint,
        }),
        ...clampLiterals(op.clamp),
      ],
    };
  },
  estimateCycles: (op, graph, target) => {
    const { to } = images(op, graph);
    const results = to.height * to.width * to.channels;
    return cyclesOfDepthwise(results, op.filter.height * op.filter.width, op.depthMultiplier, target);
  },
});

function* depthwisePixels(window: SlidingWindow): Generator<AccessBlock> {
  const lastInput = window.input.channels - 1;
  const { channels } = window.output;
  let written = 0;
  for (const readsFrom of firstReads(window)) {
    yield { readsFrom, writtenTo: written + channels - 1 };
    written += channels;
    yield { readsFrom: readsFrom + lastInput, writtenTo: written };
  }
}
