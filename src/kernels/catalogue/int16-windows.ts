/** Kernels of int16 that slide a window: convolutions (and fully connected layers as those of 1x1), pools. */
import { at } from '../../base/index.ts';
import {
  type Conv2d,
  type DepthwiseConv2d,
  type FullyConnected,
  type Graph,
  type Pool2d,
  shortMultiplier,
} from '../../graph/index.ts';
import { type AccessBlock, leadOfBlocks } from '../access-order.ts';
import { clampLiterals, constantArguments, defineKernel, input, literals, output } from '../definition.ts';
import { denseWindow, firstReads, type SlidingWindow, slidingWindow } from '../geometry.ts';
import { allRows, singleRows, slidingRows } from '../row-form.ts';
import type { Argument, Constant, Kernel, KernelCall } from '../types.ts';
import { filterLiterals, imageLiterals } from '../window-literals.ts';

const bytesOfElement = 2;
/** Magnitude of the product of an int16 and a weight, over the weight's. */
const largestInput = 2 ** 15;

type Layer = Conv2d | DepthwiseConv2d | FullyConnected;

/** Sums as the C has them: wide or not, and whether 32 bits hold those of all channels or are all that they have. */
function sumLiterals({ weights, bias, sums }: Layer, depth: number, step: number): Record<string, number> {
  const isWide = sums === 'wide';
  const channels = bias.length;
  const fits = (channel: number): boolean => {
    let total = 0;
    for (let i = 0; i < depth; i += 1) {
      const place = step === 1 ? channel * depth + i : channel + i * step;
      total += Math.abs(at(weights, place));
    }
    return total * largestInput < 2 ** 31;
  };
  const isNarrow = !isWide || Array.from({ length: channels }, (_, channel) => channel).every(fits);
  return { wide: isWide ? 1 : 0, narrow: isNarrow ? 1 : 0 };
}

/** `bias`, `multiplier` and `shift`, as `finish_s16` takes them. */
function stageConstants({ bias, multipliers, sums }: Layer): Constant[] {
  const scalings = multipliers.map((factor) => {
    const { multiplier, right } = shortMultiplier(factor);
    return sums === 'wide' ? { multiplier, shift: right } : factor;
  });
  return [
    { name: 'bias', type: 'int32_t', values: bias },
    {
      name: 'multiplier',
      type: 'int32_t',
      values: Int32Array.from(scalings, ({ multiplier }) => multiplier),
    },
    { name: 'shift', type: 'int8_t', values: Int8Array.from(scalings, ({ shift }) => shift) },
  ];
}

function windowLiterals(
  window: SlidingWindow,
  filter: { readonly height: number; readonly width: number },
  more: Readonly<Record<string, number>> = {},
): Argument[] {
  return [
    ...imageLiterals(window),
    ...literals({ channels: window.output.channels, ...more }),
    ...filterLiterals(filter, window),
  ];
}

function windowOfLayer(op: Conv2d | FullyConnected, graph: Graph): SlidingWindow {
  return op.kind === 'conv2d' ? slidingWindow(op, graph) : denseWindow(op);
}

function filterOfLayer(op: Conv2d | FullyConnected): { height: number; width: number } {
  return op.kind === 'conv2d' ? op.filter : { height: 1, width: 1 };
}

function convCall(op: Conv2d | FullyConnected, graph: Graph, rows: readonly Argument[]): KernelCall {
  const depth = op.weights.length / op.bias.length;
  const weights: Constant = { name: 'weights', type: 'int8_t', values: op.weights };
  const constants = [weights, ...stageConstants(op)];
  return {
    constants,
    arguments: [
      input(0),
      output,
      ...constantArguments(constants),
      ...rows,
      ...windowLiterals(windowOfLayer(op, graph), filterOfLayer(op)),
      ...literals(sumLiterals(op, depth, 1)),
      ...clampLiterals(op.clamp),
    ],
  };
}

/** The whole window of a pixel is read again for each pair of channels. */
function* pixelsInPairs(window: SlidingWindow): Generator<AccessBlock> {
  const { channels } = window.output;
  const last = channels % 2 || 2;
  let written = 0;
  for (const first of firstReads(window)) {
    written += channels;
    const readsFrom = first * bytesOfElement;
    if (channels > last) yield { readsFrom, writtenTo: (written - last) * bytesOfElement };
    yield { readsFrom, writtenTo: written * bytesOfElement };
  }
}

export const convS16: Kernel = defineKernel<Conv2d | FullyConnected>({
  name: 'conv_s16',
  isFor: (op) => op.kind === 'conv2d' || op.kind === 'fullyConnected',
  types: ['int16'],
  leadBytes: (op, graph) => leadOfBlocks(pixelsInPairs(windowOfLayer(op, graph))),
  call: (op, graph) => {
    const { input: from, output: to } = windowOfLayer(op, graph);
    return convCall(op, graph, allRows([from.height], to.height));
  },
  rows: (op, graph) => {
    if (op.kind === 'fullyConnected') return undefined;
    const window = slidingWindow(op, graph);
    return slidingRows(window, op.filter.height, pixelsInPairs, () => convCall(op, graph, singleRows()));
  },
});

/** Channel by channel, each read before it is written; both ends of a pixel bound what is between. */
function* channelsOfPixels(window: SlidingWindow): Generator<AccessBlock> {
  const lastInput = window.input.channels - 1;
  const { channels } = window.output;
  let written = 0;
  for (const first of firstReads(window)) {
    yield { readsFrom: first * bytesOfElement, writtenTo: (written + channels - 1) * bytesOfElement };
    written += channels;
    yield { readsFrom: (first + lastInput) * bytesOfElement, writtenTo: written * bytesOfElement };
  }
}

function depthwiseCall(op: DepthwiseConv2d, graph: Graph, rows: readonly Argument[]): KernelCall {
  const channels = op.bias.length;
  const weights: Constant = { name: 'weights', type: 'int8_t', values: op.weights };
  const constants = [weights, ...stageConstants(op)];
  const { narrow } = sumLiterals(op, op.weights.length / channels, channels);
  return {
    constants,
    arguments: [
      input(0),
      output,
      ...constantArguments(constants),
      ...rows,
      ...windowLiterals(slidingWindow(op, graph), op.filter, { depth_multiplier: op.depthMultiplier }),
      ...literals({ narrow: narrow ?? 0 }),
      ...clampLiterals(op.clamp),
    ],
  };
}

export const depthwiseConvS16: Kernel = defineKernel<DepthwiseConv2d>({
  name: 'depthwise_conv_s16',
  isFor: (op) => op.kind === 'depthwiseConv2d',
  types: ['int16'],
  accepts: (op) => op.sums === 'wide',
  leadBytes: (op, graph) => leadOfBlocks(channelsOfPixels(slidingWindow(op, graph))),
  call: (op, graph) => {
    const { input: from, output: to } = slidingWindow(op, graph);
    return depthwiseCall(op, graph, allRows([from.height], to.height));
  },
  rows: (op, graph) =>
    slidingRows(slidingWindow(op, graph), op.filter.height, channelsOfPixels, () =>
      depthwiseCall(op, graph, singleRows()),
    ),
});

function poolCall(op: Pool2d, graph: Graph, rows: readonly Argument[]): KernelCall {
  const { input: from, output: to } = slidingWindow(op, graph);
  return {
    constants: [],
    arguments: [
      input(0),
      output,
      ...rows,
      ...literals({
        input_height: from.height,
        input_width: from.width,
        channels: to.channels,
        output_height: to.height,
        output_width: to.width,
        filter_height: op.filter.height,
        filter_width: op.filter.width,
        stride_height: op.stride.height,
        stride_width: op.stride.width,
        padding_top: op.padding.top,
        padding_left: op.padding.left,
        is_maximum: op.kind === 'maxPool2d' ? 1 : 0,
      }),
      ...clampLiterals(op.clamp),
    ],
  };
}

export const poolS16: Kernel = defineKernel<Pool2d>({
  name: 'pool_s16',
  isFor: (op): op is Pool2d => op.kind === 'averagePool2d' || op.kind === 'maxPool2d',
  types: ['int16'],
  leadBytes: (op, graph) => leadOfBlocks(channelsOfPixels(slidingWindow(op, graph))),
  call: (op, graph) => {
    const { input: from, output: to } = slidingWindow(op, graph);
    return poolCall(op, graph, allRows([from.height], to.height));
  },
  rows: (op, graph) =>
    slidingRows(slidingWindow(op, graph), op.filter.height, channelsOfPixels, () =>
      poolCall(op, graph, singleRows()),
    ),
});
