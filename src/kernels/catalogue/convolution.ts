/** General convolutions. */
import type { Conv2d, Graph } from '../../graph/index.ts';
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
import { firstReads, inputTensor, outputTensor, type SlidingWindow, slidingWindow } from '../geometry.ts';
import {
  blockOfRows,
  expandedBlockBytes,
  matrixOf,
  packedMatrixOf,
  paddedDepth,
  unpackedBytes,
} from '../matrix.ts';
import { allRows, singleRows, slidingRows } from '../row-form.ts';
import type { Argument, Kernel, KernelCall } from '../types.ts';
import { filterLiterals, imageLiterals } from '../window-literals.ts';

/** Outputs that are made at a time: of all rows, or of one. */
type Outputs = { readonly depth: number; readonly block: number };

function outputsOf(op: Conv2d, { output: to }: SlidingWindow, rows: number): Outputs {
  const channels = op.bias.length;
  const depth = paddedDepth(op.weights.length / channels);
  return { depth, block: blockOfRows(to, rows, depth, channels) };
}

function allOutputs(op: Conv2d, window: SlidingWindow): Outputs {
  return outputsOf(op, window, window.output.height);
}

/** Rows that one call makes, as far as blocks of them are worth their memory. */
const rowsOfCall = 4;

/** A block of expanded patches, and one as it is. */
function scratchBytes({ weightBits }: Conv2d, { block, depth }: Outputs): number {
  const unpacked = weightBits === 4 ? unpackedBytes(depth) : 0;
  return expandedBlockBytes(block, depth) + depth + unpacked;
}

/** Blocks of patches, then single ones, are gathered whole before their outputs are written. */
export function patchBlocks({
  block,
}: Pick<Outputs, 'block'>): (window: SlidingWindow) => Generator<AccessBlock> {
  return function* blocks(window) {
    const reads = [...firstReads(window)];
    const grouped = reads.length - (reads.length % 4);
    for (let pixel = 0; pixel < reads.length; ) {
      const end = pixel < grouped ? Math.min(pixel + block, grouped) : pixel + 1;
      yield { readsFrom: Math.min(...reads.slice(pixel, end)), writtenTo: end * window.output.channels };
      pixel = end;
    }
  };
}

function callOf(op: Conv2d, graph: Graph, rows: readonly Argument[], { depth, block }: Outputs): KernelCall {
  const window = slidingWindow(op, graph);
  const inputZeroPoint = inputTensor(op, graph).zeroPoint;
  const outputZeroPoint = outputTensor(op, graph).zeroPoint;
  const lay = op.weightBits === 4 ? packedMatrixOf : matrixOf;
  const { constants, scaling } = lay({ ...op, inputZeroPoint, outputZeroPoint });
  return {
    constants,
    arguments: [
      input(0),
      output,
      scratch,
      ...constantArguments(constants),
      ...rows,
      ...imageLiterals(window),
      ...literals({ output_channels: window.output.channels }),
      ...filterLiterals(op.filter, window),
      ...literals({ depth, block, input_zero_point: inputZeroPoint }),
      ...scaling,
    ],
  };
}

/** All but the name: weights of four bits are unpacked as they are used. */
const throughPatches: Omit<KernelDefinition<Conv2d>, 'name' | 'isFor'> = {
  scratchBytes: (op, graph) => scratchBytes(op, allOutputs(op, slidingWindow(op, graph))),
  leadBytes: (op, graph) => {
    const window = slidingWindow(op, graph);
    return leadOfBlocks(patchBlocks(allOutputs(op, window))(window));
  },
  call: (op, graph) => {
    const window = slidingWindow(op, graph);
    const rows = allRows([window.input.height], window.output.height);
    return callOf(op, graph, rows, allOutputs(op, window));
  },
  rows: (op, graph) => {
    const window = slidingWindow(op, graph);
    const outputs = outputsOf(op, window, rowsOfCall);
    return slidingRows(
      window,
      op.filter.height,
      // Rows that are taken together shift the blocks: one may end anywhere in a row.
      patchBlocks({ ...outputs, block: 1 }),
      () => callOf(op, graph, singleRows(), outputs),
      scratchBytes(op, outputs),
    );
  },
};

/** Any convolution, through gathered patches. */
export const conv: Kernel = defineKernel<Conv2d>({
  name: 'conv_s8',
  isFor: (op) => op.kind === 'conv2d',
  accepts: ({ weightBits }) => weightBits === undefined,
  ...throughPatches,
});

export const packedConv: Kernel = defineKernel<Conv2d>({
  name: 'conv_s4',
  isFor: (op) => op.kind === 'conv2d',
  accepts: ({ weightBits }) => weightBits === 4,
  ...throughPatches,
});
