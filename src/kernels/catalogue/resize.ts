/** Operators that resize images: to the nearest neighbour, and bilinearly. */
import {
  type BilinearSource,
  bilinearSource,
  bilinearSteps,
  elementBytes,
  type Graph,
  nearestSource,
  type Op,
  type ResizeBilinear,
  type ResizeNearest,
} from '../../graph/index.ts';
import { constantArguments, defineKernel, input, literals, output } from '../definition.ts';
import { type Image, imageOf, inputTensor, outputTensor } from '../geometry.ts';
import { allRows, rowByRow, singleRows } from '../row-form.ts';
import type { Argument, Constant, Kernel, KernelCall, RowRange } from '../types.ts';

/** Positions that an int16 can name. */
const largestPosition = 2 ** 15;

function sources(name: string, from: number, to: number, op: ResizeNearest): Constant {
  const values = Int16Array.from({ length: to }, (_, position) => nearestSource(position, from, to, op));
  return { name, type: 'int16_t', values };
}

function nearestTables(op: ResizeNearest, from: Image, to: Image): Constant[] {
  return [sources('rows', from.height, to.height, op), sources('columns', from.width, to.width, op)];
}

function resizeCall(
  from: Image,
  to: Image,
  constants: readonly Constant[],
  rows: readonly Argument[],
): KernelCall {
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
        channels: from.channels,
        output_height: to.height,
        output_width: to.width,
      }),
    ],
  };
}

function hasSmallInput(op: Op, graph: Graph): boolean {
  const { height, width } = imageOf(inputTensor(op, graph));
  return Math.max(height, width) <= largestPosition;
}

/** The input with the bytes of a pixel as its channels. */
function pixelsOf(op: ResizeNearest, graph: Graph): Image {
  const tensor = inputTensor(op, graph);
  const image = imageOf(tensor);
  return { ...image, channels: image.channels * elementBytes(tensor.type) };
}

export const resizeNearest: Kernel = defineKernel<ResizeNearest>({
  name: 'resize_nearest_s8',
  isFor: (op) => op.kind === 'resizeNearest',
  types: ['int8', 'int16'],
  accepts: hasSmallInput,
  call: (op, graph) => {
    const [from, to] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
    const tables = nearestTables(op, from, to);
    return resizeCall(pixelsOf(op, graph), to, tables, allRows([from.height], to.height));
  },
  rows: (op, graph) => {
    const [from, to] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
    const reads = (_: number, row: number): RowRange => {
      const first = nearestSource(row, from.height, to.height, op);
      return { first, end: first + 1 };
    };
    const tables = nearestTables(op, from, to);
    const call = (): KernelCall => resizeCall(pixelsOf(op, graph), to, tables, singleRows());
    return { ...rowByRow(to, call, () => undefined), reads };
  },
});

/** The kernel's columns have weights of 16,384ths, doubled. */
const columnSteps = 2 ** 14;

function sourcesAlong(op: ResizeBilinear, from: number, to: number): BilinearSource[] {
  return Array.from({ length: to }, (_, position) => bilinearSource(position, from, to, op));
}

function shorts(name: string, values: readonly number[]): Constant {
  return { name, type: 'int16_t', values: Int16Array.from(values) };
}

function bilinearCall(op: ResizeBilinear, from: Image, to: Image, rows: readonly Argument[]): KernelCall {
  const down = sourcesAlong(op, from.height, to.height);
  const across = sourcesAlong(op, from.width, to.width);
  const runs = across.filter(({ first }, column) => first !== across[column - 1]?.first);
  const weights = across.map(({ first, weight }, column) => {
    const endsRun = first !== across[column + 1]?.first;
    return (2 * weight * columnSteps) / bilinearSteps + Number(endsRun);
  });
  const constants = [
    shorts(
      'rows',
      down.map(({ first }) => first),
    ),
    shorts(
      'row_weights',
      down.map(({ weight }) => weight),
    ),
    shorts(
      'columns',
      runs.map(({ first }) => first),
    ),
    shorts('column_weights', weights),
  ];
  const call = resizeCall(from, to, constants, rows);
  return { ...call, arguments: [...call.arguments, ...literals({ runs: runs.length })] };
}

export const resizeBilinear: Kernel = defineKernel<ResizeBilinear>({
  name: 'resize_bilinear_s8',
  isFor: (op) => op.kind === 'resizeBilinear',
  accepts: hasSmallInput,
  call: (op, graph) => {
    const [from, to] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
    return bilinearCall(op, from, to, allRows([from.height], to.height));
  },
  rows: (op, graph) => {
    const [from, to] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
    const reads = (_: number, row: number): RowRange => {
      const { first, weight } = bilinearSource(row, from.height, to.height, op);
      return { first, end: weight > 0 ? first + 2 : first + 1 };
    };
    const call = (): KernelCall => bilinearCall(op, from, to, singleRows());
    return { ...rowByRow(to, call, () => undefined), reads };
  },
});
