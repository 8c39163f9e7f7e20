/** Depthwise convolutions. */
import type { DepthwiseConv2d, Graph } from '../../graph/index.ts';
import { type AccessBlock, leadOfBlocks } from '../access-order.ts';
import {
  clampLiterals,
  constantArguments,
  defineKernel,
  input,
  literals,
  output,
  outputStage,
} from '../definition.ts';
import { firstReads, inputTensor, outputTensor, type SlidingWindow, slidingWindow } from '../geometry.ts';
import { allRows, singleRows, slidingRows } from '../row-form.ts';
import type { Argument, Constant, Kernel, KernelCall } from '../types.ts';

/** Magnitude of the product of a weight and an input less its zero point. */
const largestOffsetProduct = 255 * 128;

function callOf(op: DepthwiseConv2d, graph: Graph, rows: readonly Argument[]): KernelCall {
  const { input: from, output: to, stride, dilation, padding } = slidingWindow(op, graph);
  const { filter } = op;
  const stage = outputStage(op.bias, op.multipliers, filter.height * filter.width * largestOffsetProduct);
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
  leadBytes: (op, graph) => leadOfBlocks(pixels(slidingWindow(op, graph))),
  call: (op, graph) => {
    const window = slidingWindow(op, graph);
    return callOf(op, graph, allRows([window.input.height], window.output.height));
  },
  rows: (op, graph) =>
    slidingRows(slidingWindow(op, graph), op.filter.height, pixels, () => callOf(op, graph, singleRows())),
});
