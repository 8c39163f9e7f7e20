/** Which columns of their inputs operators need for some columns of their output, and operators cut down to columns. */
import { at, invariant } from '../base/index.ts';
import type { Graph, Op, Padding2d, TensorId } from '../graph/index.ts';

/** Columns `first` to `end - 1` of an image. */
export type Columns = { readonly first: number; readonly end: number };

type Windowed = Extract<Op, { readonly filter: unknown; readonly padding: Padding2d }>;

/** Columns of an image [1, height, width, channels]; `undefined` for any other tensor. */
export function widthOf(graph: Graph, tensor: TensorId): number | undefined {
  const { shape } = at(graph.tensors, tensor);
  return shape.length === 4 && shape[0] === 1 ? at(shape, 2) : undefined;
}

/**
 * Columns of an input that an operator needs for these of its output; `undefined` where it is no image, where they all
 * lie in padding, and for operators that columns cannot be taken of.
 */
export function columnsRead(op: Op, graph: Graph, position: number, wanted: Columns): Columns | undefined {
  const input = widthOf(graph, at(op.inputs, position));
  const output = widthOf(graph, op.output);
  if (input === undefined || output === undefined) return undefined;
  switch (op.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'groupedConv2d':
    case 'averagePool2d':
    case 'maxPool2d':
      return clipped(windowColumns(op, wanted), input);
    case 'pad':
      return clipped(paddedColumns(op.before, wanted), input);
    case 'add':
    case 'sub':
    case 'mul':
    case 'maximum':
    case 'minimum':
    case 'prelu':
      // One column serves for all, as in a squeeze-and-excite gate.
      return input === 1 && output > 1 ? { first: 0, end: 1 } : wanted;
    case 'concatenation':
      return op.axis === 3 ? wanted : undefined;
    case 'relu':
    case 'requantize':
    case 'logistic':
    case 'lookup':
    case 'curve':
    case 'piecewise':
      return wanted;
    default:
      return undefined;
  }
}

/** The operator that makes these columns of its output, with padding only where the image ends. */
export function cutToColumns(op: Op, graph: Graph, wanted: Columns): Op {
  const width = widthOf(graph, at(op.inputs, 0));
  invariant(width !== undefined, `${op.name} reads no image`);
  switch (op.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'groupedConv2d':
    case 'averagePool2d':
    case 'maxPool2d':
      return { ...op, padding: { ...op.padding, ...outside(windowColumns(op, wanted), width) } };
    case 'pad': {
      const { left, right } = outside(paddedColumns(op.before, wanted), width);
      return { ...op, before: withColumn(op.before, left), after: withColumn(op.after, right) };
    }
    default:
      return op;
  }
}

/** Padding counted as columns before 0 and beyond the width. */
function windowColumns(op: Windowed, { first, end }: Columns): Columns {
  const dilation = 'dilation' in op ? op.dilation.width : 1;
  return {
    first: first * op.stride.width - op.padding.left,
    end: (end - 1) * op.stride.width - op.padding.left + (op.filter.width - 1) * dilation + 1,
  };
}

function paddedColumns(before: readonly number[], { first, end }: Columns): Columns {
  return { first: first - at(before, 2), end: end - at(before, 2) };
}

function clipped({ first, end }: Columns, width: number): Columns | undefined {
  const inside = { first: Math.max(0, first), end: Math.min(width, end) };
  return inside.first < inside.end ? inside : undefined;
}

function outside({ first, end }: Columns, width: number): Pick<Padding2d, 'left' | 'right'> {
  return { left: Math.max(0, -first), right: Math.max(0, end - width) };
}

function withColumn(counts: readonly number[], count: number): readonly number[] {
  return counts.map((each, axis) => (axis === 2 ? count : each));
}
