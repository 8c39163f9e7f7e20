/** Operators that take some elements of a tensor: at regular steps, or those that tables name. */
import { at, invariant } from '../../base/index.ts';
import {
  elementBytes,
  elementCount,
  type Graph,
  type Slice,
  type Store,
  stridesOf,
  type Take,
  tensorBytes,
} from '../../graph/index.ts';
import {
  constantArguments,
  defineKernel,
  input,
  literals,
  noPointer,
  numbered,
  output,
} from '../definition.ts';
import { type Image, inputTensor, outputTensor } from '../geometry.ts';
import { inBytes, joinLoops, type Loops, loopCount } from '../loops.ts';
import { allRows, imageRows, rowByRow, singleRows } from '../row-form.ts';
import type { Argument, Constant, Kernel, KernelCall, RowForm, RowRange } from '../types.ts';

/** What is taken of a row, or of all: where it starts, and loops over it. */
type Taken = { readonly start: number; readonly loops: Loops };

/** From this axis on. */
function takenFrom(op: Slice, graph: Graph, axis: number): Taken | undefined {
  const strides = stridesOf(inputTensor(op, graph).shape).slice(axis);
  const begin = op.begin.slice(axis);
  const loops = joinLoops(outputTensor(op, graph).shape.slice(axis), [
    strides.map((stride, inner) => stride * at(op.stride, axis + inner)),
  ]);
  const bytes = elementBytes(inputTensor(op, graph).type);
  const start = bytes * strides.reduce((sum, stride, inner) => sum + stride * at(begin, inner), 0);
  const bytewise = loops && inBytes(loops, bytes);
  return bytewise && { start, loops: bytewise };
}

function sliceCall(
  rows: readonly Argument[],
  places: Readonly<Record<string, number>>,
  taken: Taken,
): KernelCall {
  const { start, loops } = taken;
  return {
    constants: [],
    arguments: [
      input(0),
      output,
      ...rows,
      ...literals({ ...places, start }),
      ...numbered('n', loops.sizes),
      ...numbered('step', at(loops.steps, 0)),
    ],
  };
}

const oneRow = {
  input_height: 1,
  output_height: 1,
  begin: 0,
  stride: 0,
  input_pitch: 0,
  output_pitch: 0,
};

/** Where steps are never negative, elements come from at or behind where they go. */
function leadOfSlice(op: Slice, from: number): number | undefined {
  return op.stride.slice(from).every((stride) => stride > 0) ? 0 : undefined;
}

/** All bytes as they are, into memory that nothing else lies in. */
function storeCall(op: Store, graph: Graph): KernelCall {
  const loops = joinLoops([tensorBytes(outputTensor(op, graph))], [[1]]);
  invariant(loops !== undefined, 'one run takes one loop');
  return sliceCall(allRows([1], 1), oneRow, { start: 0, loops });
}

export const slice: Kernel = defineKernel<Slice | Store>({
  name: 'slice_s8',
  isFor: (op) => op.kind === 'slice' || op.kind === 'store',
  types: ['int8', 'int16'],
  accepts: (op, graph) => op.kind === 'store' || takenFrom(op, graph, 0) !== undefined,
  leadBytes: (op) => (op.kind === 'store' ? undefined : leadOfSlice(op, 0)),
  call: (op, graph) => {
    if (op.kind === 'store') return storeCall(op, graph);
    const taken = takenFrom(op, graph, 0);
    invariant(taken !== undefined, `${op.name} needs more than four loops`);
    return sliceCall(allRows([1], 1), oneRow, taken);
  },
  rows: (op, graph) => {
    if (op.kind === 'store') return undefined;
    const [from, to] = [imageRows(inputTensor(op, graph)), imageRows(outputTensor(op, graph))];
    if (from === undefined || to === undefined) return undefined;
    const taken = takenFrom(op, graph, 2);
    const [begin, stride] = [at(op.begin, 1), at(op.stride, 1)];
    if (taken === undefined || stride < 0) return undefined;
    const reads = (_: number, row: number): RowRange => {
      const first = begin + row * stride;
      return { first, end: first + 1 };
    };
    const bytes = elementBytes(inputTensor(op, graph).type);
    const places = {
      input_height: from.height,
      output_height: to.height,
      begin,
      stride,
      input_pitch: from.width * from.channels * bytes,
      output_pitch: to.width * to.channels * bytes,
    };
    const call = (): KernelCall => sliceCall(singleRows(), places, taken);
    return { ...rowByRow(to, call, () => leadOfSlice(op, 2)), reads };
  },
});

/** A dimension of the C function: elements of it, their step in the input, and which they are. */
type TakenDimension = {
  readonly size: number;
  readonly step: number;
  readonly sources: readonly number[] | undefined;
};

const nothingTaken: TakenDimension = { size: 1, step: 0, sources: undefined };

/** Dimensions without tables join their neighbours; `undefined` where more than four remain. */
function joinedDimensions(op: Take, graph: Graph): readonly TakenDimension[] | undefined {
  const { shape } = outputTensor(op, graph);
  const all = stridesOf(inputTensor(op, graph).shape).map(
    (step, axis): TakenDimension => ({ size: at(shape, axis), step, sources: op.sources[axis] }),
  );
  // Those of one element keep others apart that no loop is needed for.
  const counting = all.filter(({ size, sources }) => size > 1 || sources !== undefined);
  const joined = joinNeighbours(all.length > loopCount ? counting : all);
  if (joined.length > loopCount) return undefined;
  return [...Array<TakenDimension>(loopCount - joined.length).fill(nothingTaken), ...joined];
}

function joinNeighbours(dimensions: readonly TakenDimension[]): readonly TakenDimension[] {
  const joined: TakenDimension[] = [];
  for (const own of dimensions) {
    const outer = joined.at(-1);
    if (outer !== undefined && outer.sources === undefined && own.sources === undefined) {
      joined.splice(-1, 1, { ...own, size: outer.size * own.size });
    } else {
      joined.push(own);
    }
  }
  return joined;
}

/** Batch, rows, pixels and channels, the last two joined where no table is of either. */
function imageDimensions(op: Take, graph: Graph, from: Image, to: Image): readonly TakenDimension[] {
  const [, rows, pixels, channels] = op.sources;
  const pitch = from.width * from.channels;
  const inRows: TakenDimension = { size: to.height, step: pitch, sources: rows };
  if (pixels === undefined && channels === undefined) {
    const row = { size: tensorBytes(outputTensor(op, graph)) / to.height, step: 1, sources: undefined };
    return [nothingTaken, inRows, nothingTaken, row];
  }
  return [
    nothingTaken,
    inRows,
    { size: to.width, step: from.channels, sources: pixels },
    { size: to.channels, step: 1, sources: channels },
  ];
}

function takeCall(
  dimensions: readonly TakenDimension[],
  rows: readonly Argument[],
  inputHeight: number,
): KernelCall {
  const tables = dimensions.map(
    ({ sources }, position): Constant | undefined =>
      sources && { name: `sources${position}`, type: 'int16_t', values: Int16Array.from(sources) },
  );
  return {
    constants: tables.filter((table) => table !== undefined),
    arguments: [
      input(0),
      output,
      ...tables.flatMap((table, position) =>
        table === undefined ? [noPointer(`sources${position}`)] : constantArguments([table]),
      ),
      ...rows,
      ...literals({ input_height: inputHeight }),
      ...numbered(
        'n',
        dimensions.map(({ size }) => size),
      ),
      ...numbered(
        'step',
        dimensions.map(({ step }) => step),
      ),
    ],
  };
}

/** Where rows are asked for in an order that never goes back. */
function takeRows(op: Take, graph: Graph): RowForm | undefined {
  const [from, to] = [imageRows(inputTensor(op, graph)), imageRows(outputTensor(op, graph))];
  const rows = op.sources[1];
  if (from === undefined || to === undefined || op.sources[0] !== undefined) return undefined;
  if (rows?.some((row, position) => position > 0 && row < at(rows, position - 1))) return undefined;
  const reads = (_: number, row: number): RowRange => {
    const first = rows?.[row] ?? row;
    return { first, end: first + 1 };
  };
  const call = (): KernelCall => takeCall(imageDimensions(op, graph, from, to), singleRows(), from.height);
  return { ...rowByRow(to, call, () => undefined), reads };
}

export const take: Kernel = defineKernel<Take>({
  name: 'take_s8',
  isFor: (op) => op.kind === 'take',
  accepts: (op, graph) => joinedDimensions(op, graph) !== undefined,
  call: (op, graph) => {
    const dimensions = joinedDimensions(op, graph);
    invariant(dimensions !== undefined, `${op.name} needs more than four loops`);
    const [, rows] = dimensions;
    const height = rows === undefined ? 1 : Math.max(rows.size, elementCount(inputTensor(op, graph).shape));
    return takeCall(dimensions, allRows([height], at(dimensions, 1).size), height);
  },
  rows: takeRows,
});
