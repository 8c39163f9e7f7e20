/** General convolutions. */
import type { Conv2d, Graph } from '../../graph/index.ts';
import { type AccessBlock, leadOfBlocks } from '../access-order.ts';
import { cyclesOfMatrix, cyclesOfPatches } from '../cycles.ts';
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
  scratch,
} from '../definition.ts';
import { firstReads, inputTensor, outputTensor, type SlidingWindow, slidingWindow } from '../geometry.ts';
import { allRows, singleRows, slidingRows } from '../row-form.ts';
import type { Argument, Constant, Kernel, KernelCall } from '../types.ts';

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

function callOf(op: Conv2d, graph: Graph, rows: readonly Argument[]): KernelCall {
  const { input: from, output: to, stride, dilation, padding } = slidingWindow(op, graph);
  const zeroPoint = inputTensor(op, graph).zeroPoint;
  const depth = patchDepth(op);
  const bias = foldZeroPoint(op.bias, op.weights, zeroPoint);
  const stage = outputStage(bias, op.multipliers, depth * largestProduct);
  const padded = padRows(op.weights, to.channels, depth);
  const weights: Constant = { name: 'weights', type: 'int8_t', values: padded };
  const constants = [weights, ...stage.constants];
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
        input_channels: from.channels,
        output_height: to.height,
        output_width: to.width,
        output_channels: to.channels,
        filter_height: op.filter.height,
        filter_width: op.filter.width,
        stride_height: stride.height,
        stride_width: stride.width,
        dilation_height: dilation.height,
        dilation_width: dilation.width,
        padding_top: padding.top,
        padding_left: padding.left,
        depth,
        small: stage.small,
        input_zero_point: zeroPoint,
        output_zero_point: outputTensor(op, graph).zeroPoint,
      }),
      ...clampLiterals(op.clamp),
    ],
  };
}

/** Two patches are read whole before their outputs are written. */
function* patchPairs(window: SlidingWindow): Generator<AccessBlock> {
  const reads = [...firstReads(window)];
  const { channels } = window.output;
  for (let pixel = 0; pixel < reads.length; pixel += 2) {
    const pair = reads.slice(pixel, pixel + 2);
    yield { readsFrom: Math.min(...pair), writtenTo: (pixel + pair.length) * channels };
  }
}

/** Any convolution, two gathered patches at a time. */
export const conv: Kernel = defineKernel<Conv2d>({
  name: 'conv_s8',
  isFor: (op) => op.kind === 'conv2d',
  scratchBytes: (op) => 2 * patchDepth(op),
  leadBytes: (op, graph) => leadOfBlocks(patchPairs(slidingWindow(op, graph))),
  call: (op, graph) => {
    const window = slidingWindow(op, graph);
    return callOf(op, graph, allRows([window.input.height], window.output.height));
  },
  rows: (op, graph) =>
    slidingRows(
      slidingWindow(op, graph),
      op.filter.height,
      patchPairs,
      () => callOf(op, graph, singleRows()),
      2 * patchDepth(op),
    ),
  estimateCycles: (op, graph, target) => {
    const { output: to } = slidingWindow(op, graph);
    const pixels = to.height * to.width;
    return (
      cyclesOfMatrix(pixels, to.channels, patchDepth(op), target) +
      cyclesOfPatches(pixels, op.filter.height, op.weights.length / to.channels, target)
    );
  },
});
