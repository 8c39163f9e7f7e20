/** Depthwise convolutions of usual filters, two taps of a row at a time. */
import { at } from '../../base/index.ts';
import type { DepthwiseConv2d, Graph } from '../../graph/index.ts';
import { type AccessBlock, leadOfBlocks } from '../access-order.ts';
import {
  clampLiterals,
  constantArguments,
  defineKernel,
  foldZeroPoint,
  input,
  literals,
  output,
  scratch,
} from '../definition.ts';
import {
  firstReads,
  imageOf,
  inputTensor,
  outputTensor,
  type SlidingWindow,
  slidingWindow,
} from '../geometry.ts';
import { sumsOf, withoutChannels } from '../matrix.ts';
import { allRows, singleRows, slidingRows } from '../row-form.ts';
import { outputScaling } from '../scaling.ts';
import type { Argument, Constant, Kernel, KernelCall } from '../types.ts';
import { pixels } from './depthwise.ts';

/** Channels and outputs of a row that are made together, as in the C. */
const lanes = 4;
const tile = 6;
/** Pairs of rows that are kept where memory does not matter. */
const pairBytes = 8192;

/** Outputs that are made before pairs of more rows are. */
type Band = { readonly rows: number; readonly scratchBytes: number };

/** Bytes of the pairs of four channels: of their weights, and of a row. */
function pairSizes(op: DepthwiseConv2d, { output: to }: SlidingWindow) {
  const pairs = (op.filter.width + 1) / 2;
  const isDense = op.stride.width === 1;
  const tiles = Math.ceil(to.width / tile);
  const pitch = tiles * (isDense ? tile / 2 : tile) + pairs - 1;
  const weightBytes = 4 * lanes * op.filter.height * (isDense ? 2 : 1) * pairs;
  return { weightBytes, rowBytes: 4 * lanes * pitch };
}

function bandOf(op: DepthwiseConv2d, window: SlidingWindow, rows: number): Band {
  const { weightBytes, rowBytes } = pairSizes(op, window);
  const pairRows = op.filter.height + (rows - 1) * op.stride.height;
  return { rows, scratchBytes: weightBytes + pairRows * rowBytes };
}

/** As many rows as `pairBytes` hold. */
function widestBand(op: DepthwiseConv2d, window: SlidingWindow): Band {
  const { rowBytes } = pairSizes(op, window);
  const more = Math.floor((pairBytes / rowBytes - op.filter.height) / op.stride.height);
  return bandOf(op, window, Math.min(1 + Math.max(0, more), window.output.height));
}

/** Weights [channel][tap] of weights [tap][channel]. */
function byChannel(weights: Int8Array, channels: number): Int8Array {
  const taps = weights.length / channels;
  return weights.map((_, index) => at(weights, (index % taps) * channels + Math.floor(index / taps)));
}

function constantsOf(op: DepthwiseConv2d, graph: Graph) {
  const channels = op.bias.length;
  const rows = byChannel(op.weights, channels);
  const first = foldZeroPoint(op.bias, rows, inputTensor(op, graph).zeroPoint);
  const { scales, form, constantChannels } = outputScaling({
    sums: sumsOf(rows, first),
    multipliers: op.multipliers,
    zeroPoint: outputTensor(op, graph).zeroPoint,
    clamp: op.clamp,
  });
  const weights: Constant = {
    name: 'weights',
    type: 'int8_t',
    values: withoutChannels(rows, constantChannels, channels),
  };
  return { constants: [weights, scales], form };
}

function callOf(
  op: DepthwiseConv2d,
  graph: Graph,
  rows: readonly Argument[],
  atOnce: boolean,
  band: Band,
): KernelCall {
  const { input: from, output: to, stride, padding } = slidingWindow(op, graph);
  const { constants, form } = constantsOf(op, graph);
  return {
    constants,
    arguments: [
      input(0),
      output,
      scratch,
      ...constantArguments(constants),
      ...rows,
      ...literals({
        input_height: from.height,
        input_width: from.width,
        output_height: to.height,
        output_width: to.width,
        channels: to.channels,
        filter_height: op.filter.height,
        filter_width: op.filter.width,
        stride_height: stride.height,
        stride_width: stride.width,
        padding_top: padding.top,
        padding_left: padding.left,
        at_once: atOnce ? 1 : 0,
        band: band.rows,
        input_zero_point: inputTensor(op, graph).zeroPoint,
        scaling: form,
        output_zero_point: outputTensor(op, graph).zeroPoint,
      }),
      ...clampLiterals(op.clamp),
    ],
  };
}

/**
 * Group by group of channels, row by row, each row read before it is written; more rows at a time are read earlier. The
 * plain C goes pixel by pixel, which needs more than that only where there is one group.
 */
function* blocksOf(window: SlidingWindow): Generator<AccessBlock> {
  const { height, width, channels } = window.output;
  if (channels <= lanes) {
    yield* pixels(window);
    return;
  }
  const reads = [...firstReads(window)];
  for (let channel = 0; channel < channels; channel += lanes) {
    const end = Math.min(channel + lanes, channels);
    for (let row = 0; row < height; row += 1) {
      const ofRow = reads.slice(row * width, (row + 1) * width);
      const readsFrom = ofRow.reduce((least, read) => Math.min(least, read)) + channel;
      yield { readsFrom, writtenTo: ((row + 1) * width - 1) * channels + end };
    }
  }
}

/** Every window has rows inside. */
function isCovered({ filter, padding }: DepthwiseConv2d): boolean {
  return padding.top < filter.height && padding.bottom < filter.height;
}

/** Depthwise convolution of 3, 5 or 7 columns, on images as wide as a tile. */
export const depthwisePaired: Kernel = defineKernel<DepthwiseConv2d>({
  name: 'depthwise_paired_s8',
  isFor: (op) => op.kind === 'depthwiseConv2d',
  accepts: (op, graph, { hasDsp }) =>
    hasDsp &&
    op.depthMultiplier === 1 &&
    [3, 5, 7].includes(op.filter.width) &&
    op.stride.width <= 2 &&
    op.dilation.height === 1 &&
    op.dilation.width === 1 &&
    isCovered(op) &&
    imageOf(outputTensor(op, graph)).width >= tile,
  scratchBytes: (op, graph) => widestBand(op, slidingWindow(op, graph)).scratchBytes,
  leadBytes: (op, graph) => leadOfBlocks(blocksOf(slidingWindow(op, graph))),
  call: (op, graph) => {
    const window = slidingWindow(op, graph);
    const rows = allRows([window.input.height], window.output.height);
    return callOf(op, graph, rows, true, widestBand(op, window));
  },
  rows: (op, graph) => {
    const window = slidingWindow(op, graph);
    const band = bandOf(op, window, 1);
    return slidingRows(
      window,
      op.filter.height,
      blocksOf,
      () => callOf(op, graph, singleRows(), false, band),
      band.scratchBytes,
    );
  },
});
