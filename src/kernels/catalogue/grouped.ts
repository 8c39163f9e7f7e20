/** Convolutions in groups of channels. */
import { at } from '../../base/index.ts';
import type { Graph, GroupedConv2d } from '../../graph/index.ts';
import { type AccessBlock, leadOfBlocks } from '../access-order.ts';
import {
  constantArguments,
  defineKernel,
  input,
  type KernelDefinition,
  literals,
  output,
  scratch,
} from '../definition.ts';
import { inputTensor, outputTensor, type SlidingWindow, slidingWindow } from '../geometry.ts';
import { expandedBlockBytes } from '../matrix.ts';
import { type GroupedOutputs, groupedOutputs } from '../parted-blocks.ts';
import { type Part, partedMatrixOf } from '../parted-matrix.ts';
import { allRows, singleRows, slidingRows } from '../row-form.ts';
import type { Argument, Kernel, KernelCall } from '../types.ts';
import { filterLiterals, imageLiterals } from '../window-literals.ts';
import { patchBlocks } from './convolution.ts';

/** Rows that one call makes, as far as blocks of them are worth their memory. */
const rowsOfCall = 4;

function outputsOf(op: GroupedConv2d, { output: to }: SlidingWindow, rows: number): GroupedOutputs {
  return groupedOutputs(to, Math.min(rows, to.height), op.weights.length / op.bias.length);
}

function scratchBytes(op: GroupedConv2d, { depth, block }: GroupedOutputs): number {
  return expandedBlockBytes(block, depth) + depth + block * op.bias.length;
}

/** The groups as matrices of their own. */
export function groupsOf({ weights, bias, multipliers, groups }: GroupedConv2d): Part[] {
  const channels = bias.length / groups;
  const size = weights.length / groups;
  return Array.from({ length: groups }, (_, group) => ({
    weights: weights.subarray(group * size, (group + 1) * size),
    bias: bias.subarray(group * channels, (group + 1) * channels),
    multipliers: multipliers.slice(group * channels, (group + 1) * channels),
  }));
}

function callOf(
  op: GroupedConv2d,
  graph: Graph,
  rows: readonly Argument[],
  { depth, block }: GroupedOutputs,
): KernelCall {
  const window = slidingWindow(op, graph);
  const inputZeroPoint = inputTensor(op, graph).zeroPoint;
  const outputZeroPoint = outputTensor(op, graph).zeroPoint;
  const layer = { parts: groupsOf(op), inputZeroPoint, outputZeroPoint, clamp: op.clamp };
  const { constants, scaling, starts } = partedMatrixOf(layer);
  return {
    constants,
    arguments: [
      input(0),
      output,
      scratch,
      ...constantArguments(constants),
      ...rows,
      ...imageLiterals(window),
      ...literals({ output_channels: window.output.channels, groups: op.groups }),
      ...filterLiterals(op.filter, window),
      ...literals({ depth, pitch: at(starts, 1), block, input_zero_point: inputZeroPoint }),
      ...scaling,
    ],
  };
}

/** What kernels of int8 and of int16 do not have alike. */
type GroupedParts = {
  readonly outputsOf: (op: GroupedConv2d, window: SlidingWindow, rows: number) => GroupedOutputs;
  readonly scratchBytes: (op: GroupedConv2d, outputs: GroupedOutputs) => number;
  readonly blocksOf: (outputs: GroupedOutputs) => (window: SlidingWindow) => Iterable<AccessBlock>;
  readonly callOf: (
    op: GroupedConv2d,
    graph: Graph,
    rows: readonly Argument[],
    outputs: GroupedOutputs,
  ) => KernelCall;
};

/** All rows at once, or so many of them that blocks are worth their memory. */
export function groupedForms({
  outputsOf,
  scratchBytes,
  blocksOf,
  callOf,
}: GroupedParts): Pick<KernelDefinition<GroupedConv2d>, 'scratchBytes' | 'leadBytes' | 'call' | 'rows'> {
  const whole = (op: GroupedConv2d, graph: Graph) => {
    const window = slidingWindow(op, graph);
    return { window, outputs: outputsOf(op, window, window.output.height) };
  };
  return {
    scratchBytes: (op, graph) => scratchBytes(op, whole(op, graph).outputs),
    leadBytes: (op, graph) => {
      const { window, outputs } = whole(op, graph);
      return leadOfBlocks(blocksOf(outputs)(window));
    },
    call: (op, graph) => {
      const { window, outputs } = whole(op, graph);
      return callOf(op, graph, allRows([window.input.height], window.output.height), outputs);
    },
    rows: (op, graph) => {
      const window = slidingWindow(op, graph);
      const outputs = outputsOf(op, window, rowsOfCall);
      return slidingRows(
        window,
        op.filter.height,
        // Rows that are taken together shift the blocks: one may end anywhere in a row.
        blocksOf({ ...outputs, block: 1 }),
        () => callOf(op, graph, singleRows(), outputs),
        scratchBytes(op, outputs),
      );
    },
  };
}

export const groupedConv: Kernel = defineKernel<GroupedConv2d>({
  name: 'grouped_conv_s8',
  isFor: (op) => op.kind === 'groupedConv2d',
  ...groupedForms({ outputsOf, scratchBytes, blocksOf: patchBlocks, callOf }),
});
