/** Depthwise convolutions. */
import type { DepthwiseConv2d, Graph } from '../../graph/index.ts';
import { type AccessBlock, leadOfBlocks } from '../access-order.ts';
import {
  clampLiterals,
  constantArguments,
  defineKernel,
  input,
  literals,
  noPointer,
  output,
  outputStage,
  scratch,
} from '../definition.ts';
import { firstReads, inputTensor, outputTensor, type SlidingWindow, slidingWindow } from '../geometry.ts';
import { allRows, singleRows, slidingRows } from '../row-form.ts';
import type { Argument, Constant, Kernel, KernelCall } from '../types.ts';
import { filterLiterals, imageLiterals } from '../window-literals.ts';

/** Magnitude of the product of a weight and an input less its zero point. */
const largestOffsetProduct = 255 * 128;

/** Images of fewer columns have rows that are copied before they are used, which costs little. */
const narrowWidth = 6;

/** Rows that are kept as copies while outputs are written over the input; 0 where they are used as they are. */
function copiedRows(
  { filter, dilation }: DepthwiseConv2d,
  { input: from, output: to }: SlidingWindow,
): number {
  const isNarrow = from.width < narrowWidth && to.channels === from.channels;
  return isNarrow ? Math.min((filter.height - 1) * dilation.height + 1, from.height) : 0;
}

function copiedBytes(op: DepthwiseConv2d, window: SlidingWindow): number {
  return copiedRows(op, window) * window.input.width * window.input.channels;
}

/** Row by row, of which the inputs that are not there as copies yet are read before it is written. */
function* copiedBlocks({ filter, dilation }: DepthwiseConv2d, window: SlidingWindow): Generator<AccessBlock> {
  const { input: from, output: to, stride, padding } = window;
  let copied = 0;
  for (let row = 0; row < to.height; row += 1) {
    const readsFrom = copied * from.width * from.channels;
    yield { readsFrom, writtenTo: (row + 1) * to.width * to.channels };
    const below = row * stride.height - padding.top + (filter.height - 1) * dilation.height + 1;
    copied = Math.max(copied, Math.min(below, from.height));
  }
}

function callOf(
  op: DepthwiseConv2d,
  graph: Graph,
  rows: readonly Argument[],
  copies: Argument = noPointer('copies'),
): KernelCall {
  const window = slidingWindow(op, graph);
  const { filter } = op;
  const stage = outputStage(op.bias, op.multipliers, filter.height * filter.width * largestOffsetProduct);
  const weights: Constant = { name: 'weights', type: 'int8_t', values: op.weights };
  const constants = [weights, ...stage.constants];
  return {
    constants,
    arguments: [
      input(0),
      output,
      copies,
      ...constantArguments(constants),
      ...rows,
      ...imageLiterals(window),
      ...literals({ channels: window.output.channels, depth_multiplier: op.depthMultiplier }),
      ...filterLiterals(filter, window),
      ...literals({
        small: stage.small,
        input_zero_point: inputTensor(op, graph).zeroPoint,
        output_zero_point: outputTensor(op, graph).zeroPoint,
      }),
      ...clampLiterals(op.clamp),
    ],
  };
}

/** Channel by channel (or four by four), each read before it is written; both ends of a pixel bound what is between. */
export function* pixels(window: SlidingWindow): Generator<AccessBlock> {
  const lastInput = window.input.channels - 1;
  const { channels } = window.output;
  let written = 0;
  for (const readsFrom of firstReads(window)) {
    yield { readsFrom, writtenTo: written + channels - 1 };
    written += channels;
    yield { readsFrom: readsFrom + lastInput, writtenTo: written };
  }
}

/** Any depthwise convolution. */
export const depthwiseConv: Kernel = defineKernel<DepthwiseConv2d>({
  name: 'depthwise_conv_s8',
  isFor: (op) => op.kind === 'depthwiseConv2d',
  scratchBytes: (op, graph) => copiedBytes(op, slidingWindow(op, graph)),
  leadBytes: (op, graph) => {
    const window = slidingWindow(op, graph);
    const copies = copiedBytes(op, window) > 0;
    return leadOfBlocks(copies ? copiedBlocks(op, window) : pixels(window));
  },
  call: (op, graph) => {
    const window = slidingWindow(op, graph);
    const { input: from, output: to } = window;
    const copied = copiedRows(op, window);
    return callOf(op, graph, allRows([from.height], to.height), copied > 0 ? scratch : undefined);
  },
  rows: (op, graph) =>
    slidingRows(slidingWindow(op, graph), op.filter.height, pixels, () => callOf(op, graph, singleRows())),
});
