/** Convolutions of int16 whose products come in parts: groups of channels, phases of a transposed convolution. */
import { at } from '../../base/index.ts';
import type { Graph, GroupedConv2d, TransposeConv2d } from '../../graph/index.ts';
import type { AccessBlock } from '../access-order.ts';
import { constantArguments, defineKernel, input, literals, output, scratch } from '../definition.ts';
import { imageOf, inputTensor, outputTensor, type SlidingWindow, slidingWindow } from '../geometry.ts';
import { expandedBlockBytes } from '../matrix.ts';
import { type GroupedOutputs, groupedOutputs } from '../parted-blocks.ts';
import { wideTransposedBlock } from '../transposed-phases.ts';
import type { Argument, Constant, Kernel, KernelCall } from '../types.ts';
import { wideMatrixOf } from '../wide-matrix.ts';
import { filterLiterals, imageLiterals } from '../window-literals.ts';
import { patchBlocks } from './convolution.ts';
import { groupedForms, groupsOf } from './grouped.ts';
import { phasePartsOf, transposedForms, transposedWindow } from './transposed.ts';

const bytesOfElement = 2;

function outputsOf(op: GroupedConv2d, { output: to }: SlidingWindow, rows: number): GroupedOutputs {
  return groupedOutputs(to, Math.min(rows, to.height), op.weights.length / op.bias.length, bytesOfElement);
}

/** A block of expanded patches, and its results. */
function groupedScratch(op: GroupedConv2d, { depth, block }: GroupedOutputs): number {
  return expandedBlockBytes(block, depth) + bytesOfElement * block * op.bias.length;
}

/** What is left over from blocks counts as single pixels, which it is no worse than. */
function blocksOfInt16(outputs: GroupedOutputs): (window: SlidingWindow) => Generator<AccessBlock> {
  return function* (window) {
    for (const { readsFrom, writtenTo } of patchBlocks(outputs)(window)) {
      yield { readsFrom: bytesOfElement * readsFrom, writtenTo: bytesOfElement * writtenTo };
    }
  };
}

function groupedCall(
  op: GroupedConv2d,
  graph: Graph,
  rows: readonly Argument[],
  { depth, block }: GroupedOutputs,
): KernelCall {
  const window = slidingWindow(op, graph);
  const parts = groupsOf(op).map(({ weights }) => weights);
  const { constants, scaling, starts } = wideMatrixOf({ ...op, parts }, op.bias.length / op.groups);
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
      ...literals({ depth, pitch: at(starts, 1), block }),
      ...scaling,
    ],
  };
}

export const groupedConvS16: Kernel = defineKernel<GroupedConv2d>({
  name: 'grouped_conv_s16',
  isFor: (op) => op.kind === 'groupedConv2d',
  types: ['int16'],
  ...groupedForms({
    outputsOf,
    scratchBytes: groupedScratch,
    blocksOf: blocksOfInt16,
    callOf: groupedCall,
  }),
});

function transposedScratch(op: TransposeConv2d, graph: Graph): number {
  const [from, to] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
  const { depth, block } = wideTransposedBlock(op, from.channels, to);
  return expandedBlockBytes(block, depth);
}

function transposedCall(op: TransposeConv2d, graph: Graph, rows: readonly Argument[]): KernelCall {
  const [from, to] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
  const parts = phasePartsOf(op, from.channels).map(({ weights }) => weights);
  const { constants, scaling, starts } = wideMatrixOf({ ...op, parts }, op.bias.length);
  const all: Constant[] = [...constants, { name: 'places', type: 'int32_t', values: starts }];
  return {
    constants: all,
    arguments: [
      input(0),
      output,
      scratch,
      ...constantArguments(all),
      ...rows,
      ...imageLiterals({ input: from, output: to }),
      ...literals({
        ...transposedWindow(op),
        block: wideTransposedBlock(op, from.channels, to).block,
      }),
      ...scaling,
    ],
  };
}

export const transposeConvS16: Kernel = defineKernel<TransposeConv2d>({
  name: 'transpose_conv_s16',
  isFor: (op) => op.kind === 'transposeConv2d',
  types: ['int16'],
  accepts: (op) => op.sums === 'wide',
  ...transposedForms(transposedCall, transposedScratch),
});
