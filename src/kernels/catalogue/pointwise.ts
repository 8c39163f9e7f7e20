/** 1x1 convolutions. */
import type { Conv2d, Graph } from '../../graph/index.ts';
import { type AccessBlock, leadOfBlocks } from '../access-order.ts';
import { constantArguments, defineKernel, input, literals, output, scratch } from '../definition.ts';
import { type Image, imageOf, inputTensor, outputTensor } from '../geometry.ts';
import { blockOfRows, expandedBlockBytes, matrixOf, paddedDepth } from '../matrix.ts';
import { allRows, rowByRow, singleRows } from '../row-form.ts';
import type { Argument, Kernel, KernelCall } from '../types.ts';

/** Pixels that are made at a time. */
type Pixels = {
  readonly count: number;
  readonly depth: number;
  readonly channels: number;
  readonly block: number;
};

/** Rows that one call makes, as far as blocks of them are worth their memory. */
const rowsOfCall = 2;

function inputImage(op: Conv2d, graph: Graph): Image {
  return imageOf(inputTensor(op, graph));
}

/** `count` pixels that lie one behind the other, in blocks for calls of `rows` rows. */
function pixelsOf(op: Conv2d, image: Image, rows: number, count: number): Pixels {
  const depth = paddedDepth(image.channels);
  const channels = op.bias.length;
  return { count, depth, channels, block: blockOfRows(image, rows, depth, channels) };
}

function allPixels(op: Conv2d, graph: Graph): Pixels {
  const image = inputImage(op, graph);
  return pixelsOf(op, image, image.height, image.height * image.width);
}

function scratchBytes({ block, depth }: Pixels): number {
  return Math.max(expandedBlockBytes(block, depth), depth);
}

/** Blocks of pixels, then single ones, are read whole before their outputs are written. */
function* blocksOf({ count, channels, block }: Pixels, inputChannels: number): Generator<AccessBlock> {
  const grouped = count - (count % 4);
  for (let pixel = 0; pixel < count; ) {
    const end = pixel < grouped ? Math.min(pixel + block, grouped) : pixel + 1;
    yield { readsFrom: pixel * inputChannels, writtenTo: end * channels };
    pixel = end;
  }
}

function callOf(
  op: Conv2d,
  graph: Graph,
  rows: readonly Argument[],
  height: number,
  pixels: Pixels,
): KernelCall {
  const from = inputTensor(op, graph);
  const matrix = matrixOf({
    ...op,
    inputZeroPoint: from.zeroPoint,
    outputZeroPoint: outputTensor(op, graph).zeroPoint,
  });
  return {
    constants: matrix.constants,
    arguments: [
      input(0),
      output,
      scratch,
      ...constantArguments(matrix.constants),
      ...rows,
      ...literals({
        height,
        width: pixels.count,
        input_channels: imageOf(from).channels,
        output_channels: pixels.channels,
        depth: pixels.depth,
        block: pixels.block,
      }),
      ...matrix.scaling,
    ],
  };
}

/** A product of the pixels as they lie: needs neither padding nor steps. */
export const conv1x1: Kernel = defineKernel<Conv2d>({
  name: 'conv_1x1_s8',
  isFor: (op) => op.kind === 'conv2d',
  accepts: ({ filter, stride, padding, weightBits }) =>
    weightBits === undefined &&
    [filter.height, filter.width, stride.height, stride.width].every((size) => size === 1) &&
    Object.values(padding).every((size) => size === 0),
  scratchBytes: (op, graph) => scratchBytes(allPixels(op, graph)),
  leadBytes: (op, graph) => leadOfBlocks(blocksOf(allPixels(op, graph), inputImage(op, graph).channels)),
  // All pixels are one row, so that blocks reach from row to row.
  call: (op, graph) => callOf(op, graph, allRows([1], 1), 1, allPixels(op, graph)),
  rows: (op, graph) => {
    const image = inputImage(op, graph);
    const pixels = pixelsOf(op, image, rowsOfCall, image.width);
    return rowByRow(
      image,
      () => callOf(op, graph, singleRows(), image.height, pixels),
      // Rows that are taken together shift the blocks: one may end anywhere in a row.
      () => leadOfBlocks(blocksOf({ ...pixels, block: 1 }, image.channels)),
      scratchBytes(pixels),
    );
  },
});
