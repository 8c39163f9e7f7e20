/** 1x1 convolutions. */
import type { Conv2d, Graph } from '../../graph/index.ts';
import { type AccessBlock, lastBlockOf, leadOfBlocks } from '../access-order.ts';
import { cyclesOfMatrix } from '../cycles.ts';
import {
  clampLiterals,
  constantArguments,
  defineKernel,
  foldZeroPoint,
  input,
  largestProduct,
  literals,
  output,
  outputStage,
} from '../definition.ts';
import { imageOf, inputTensor, outputTensor } from '../geometry.ts';
import { allRows, rowByRow, singleRows } from '../row-form.ts';
import type { Argument, Constant, Kernel, KernelCall } from '../types.ts';

function callOf(
  op: Conv2d,
  graph: Graph,
  rows: readonly Argument[],
  height: number,
  width: number,
): KernelCall {
  const channels = imageOf(inputTensor(op, graph)).channels;
  const bias = foldZeroPoint(op.bias, op.weights, inputTensor(op, graph).zeroPoint);
  const stage = outputStage(bias, op.multipliers, channels * largestProduct);
  const weights: Constant = { name: 'weights', type: 'int8_t', values: op.weights };
  const constants = [weights, ...stage.constants];
  return {
    constants,
    arguments: [
      input(0),
      output,
      ...constantArguments(constants),
      ...rows,
      ...literals({
        height,
        width,
        input_channels: channels,
        output_channels: op.bias.length,
        small: stage.small,
        output_zero_point: outputTensor(op, graph).zeroPoint,
      }),
      ...clampLiterals(op.clamp),
    ],
  };
}

/** Straight from the input, pixel by pixel: needs neither padding nor steps. */
export const conv1x1: Kernel = defineKernel<Conv2d>({
  name: 'conv_1x1_s8',
  isFor: (op) => op.kind === 'conv2d',
  accepts: ({ filter, stride, padding }) =>
    [filter.height, filter.width, stride.height, stride.width].every((size) => size === 1) &&
    Object.values(padding).every((size) => size === 0),
  leadBytes: (op, graph) => {
    const { height, width, channels } = imageOf(inputTensor(op, graph));
    return leadOfBlocks(pixelPairs(height * width, channels, op.bias.length));
  },
  // All pixels are one row, so that pairs reach from row to row.
  call: (op, graph) => {
    const { height, width } = imageOf(inputTensor(op, graph));
    return callOf(op, graph, allRows([1], 1), 1, height * width);
  },
  rows: (op, graph) => {
    const image = imageOf(inputTensor(op, graph));
    const { height, width, channels } = image;
    return rowByRow(
      image,
      () => callOf(op, graph, singleRows(), height, width),
      () => leadOfBlocks(pixelPairs(width, channels, op.bias.length)),
    );
  },
  estimateCycles: (op, graph, target) => {
    const { height, width, channels } = imageOf(inputTensor(op, graph));
    return cyclesOfMatrix(height * width, op.bias.length, channels, target);
  },
});

/**
 * Two pixels (at the end of an odd number, one) are read again for each block of output channels; when they are read
 * for the last block, all blocks before it have been written.
 */
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
