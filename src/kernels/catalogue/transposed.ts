/** Transposed convolutions. */
import type { Graph, TransposeConv2d } from '../../graph/index.ts';
import {
  constantArguments,
  defineKernel,
  input,
  type KernelDefinition,
  literals,
  output,
  scratch,
} from '../definition.ts';
import { imageOf, inputTensor, outputTensor } from '../geometry.ts';
import { expandedBlockBytes } from '../matrix.ts';
import { type Part, partedMatrixOf } from '../parted-matrix.ts';
import { allRows, rowByRow, singleRows } from '../row-form.ts';
import { type Phase, phasesOf, transposedBlock } from '../transposed-phases.ts';
import type { Argument, Constant, Kernel, KernelCall, RowRange } from '../types.ts';
import { imageLiterals } from '../window-literals.ts';

type Blocks = { readonly depth: number; readonly block: number };

function blocksOf(op: TransposeConv2d, graph: Graph): Blocks {
  const [from, to] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
  return transposedBlock(op, from.channels, to);
}

/** A block of expanded patches, one as it is, and the outputs of a block where others lie between them. */
function scratchBytes(op: TransposeConv2d, { depth, block }: Blocks): number {
  return expandedBlockBytes(block, depth) + depth + (op.stride.width > 1 ? block * op.bias.length : 0);
}

/** Weights of the taps that each phase has, the last first; a phase without any has a weight of 0. */
export function phasePartsOf(op: TransposeConv2d, inputs: number): Part[] {
  return phasesOf(op).map((phase) => partOf(op, inputs, phase));
}

function partOf(op: TransposeConv2d, inputs: number, { rows, columns }: Phase): Part {
  const { weights, bias, multipliers, filter } = op;
  const taps = rows.flatMap((row) => columns.map((column) => row * filter.width + column));
  const depth = Math.max(1, taps.length * inputs);
  const area = filter.height * filter.width;
  const own = new Int8Array(bias.length * depth);
  for (const channel of bias.keys()) {
    for (const [place, tap] of taps.entries()) {
      const start = (channel * area + tap) * inputs;
      own.set(weights.subarray(start, start + inputs), channel * depth + place * inputs);
    }
  }
  return { weights: own, bias, multipliers };
}

/** `output_channels`, filter, strides and paddings. */
export function transposedWindow({
  bias,
  filter,
  stride,
  padding,
}: TransposeConv2d): Readonly<Record<string, number>> {
  return {
    output_channels: bias.length,
    filter_height: filter.height,
    filter_width: filter.width,
    stride_height: stride.height,
    stride_width: stride.width,
    padding_top: padding.top,
    padding_left: padding.left,
  };
}

function callOf(op: TransposeConv2d, graph: Graph, rows: readonly Argument[]): KernelCall {
  const [source, target] = [inputTensor(op, graph), outputTensor(op, graph)];
  const [from, to] = [imageOf(source), imageOf(target)];
  const inputZeroPoint = source.zeroPoint;
  const { constants, scaling, starts } = partedMatrixOf({
    parts: phasePartsOf(op, from.channels),
    inputZeroPoint,
    outputZeroPoint: target.zeroPoint,
    clamp: op.clamp,
  });
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
        ...blocksOf(op, graph),
        input_zero_point: inputZeroPoint,
      }),
      ...scaling,
    ],
  };
}

/** Rows of the input that meet an output row. */
function rowsRead({ filter, stride, padding }: TransposeConv2d, height: number, row: number): RowRange {
  const place = row + padding.top;
  const taps = Math.max(0, Math.ceil((filter.height - (place % stride.height)) / stride.height));
  const end = Math.floor(place / stride.height) + 1;
  const first = Math.min(Math.max(end - taps, 0), height);
  return { first, end: Math.max(first, Math.min(end, height)) };
}

/** All rows at once, or one by one, by the call and with the scratch of a kernel. */
export function transposedForms(
  callOf: (op: TransposeConv2d, graph: Graph, rows: readonly Argument[]) => KernelCall,
  scratchBytes: (op: TransposeConv2d, graph: Graph) => number,
): Pick<KernelDefinition<TransposeConv2d>, 'scratchBytes' | 'call' | 'rows'> {
  return {
    scratchBytes,
    call: (op, graph) => {
      const [from, to] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
      return callOf(op, graph, allRows([from.height], to.height));
    },
    rows: (op, graph) => {
      const [from, to] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
      const call = (): KernelCall => callOf(op, graph, singleRows());
      const form = rowByRow(to, call, () => undefined, scratchBytes(op, graph));
      return { ...form, reads: (_, row) => rowsRead(op, from.height, row) };
    },
  };
}

export const transposeConv: Kernel = defineKernel<TransposeConv2d>({
  name: 'transpose_conv_s8',
  isFor: (op) => op.kind === 'transposeConv2d',
  ...transposedForms(callOf, (op, graph) => scratchBytes(op, blocksOf(op, graph))),
});
