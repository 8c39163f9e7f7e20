/** Interval analysis: which values each channel of each tensor can take, whatever the network's inputs are. */
import { at } from '../../../base/index.ts';
import { rangeOf } from '../../element-types.ts';
import { elementCount } from '../../shape.ts';
import type { Add, Extremum, Graph, Mean, Mul, Op, Pool2d, Sub, Tensor, TensorType } from '../../types.ts';
import { channelCount, channelLinks } from './channel-links.ts';
import {
  anyInt8,
  clampInterval,
  hull,
  type Interval,
  lessBy,
  productOf,
  requantiseInterval,
  rescaleInterval,
  scaleBy,
  sumOf,
} from './interval.ts';
import { weightedIntervals } from './weighted-intervals.ts';

/** By tensor id, then by channel. Intervals may be wider than the truth, never narrower. */
export function channelIntervals(graph: Graph): readonly (readonly Interval[])[] {
  const intervals = graph.tensors.map(initialIntervals);
  for (const op of graph.ops) intervals[op.output] = outputIntervals(op, graph, intervals);
  return intervals;
}

/** Constants are what they are; everything else may be anything until its operator is seen. */
function initialIntervals({ data, shape, type }: Tensor): Interval[] {
  const channels = shape.at(-1) ?? 1;
  if (data === undefined) return anything(channels, type);
  const found: Interval[] = Array.from(data.subarray(0, channels), (value) => ({ min: value, max: value }));
  for (const [position, value] of data.entries()) {
    const channel = position % channels;
    found[channel] = hull(at(found, channel), { min: value, max: value });
  }
  return found;
}

function anything(channels: number, type: TensorType): Interval[] {
  return Array.from({ length: channels }, () => rangeOf(type));
}

function outputIntervals(op: Op, graph: Graph, intervals: readonly (readonly Interval[])[]): Interval[] {
  const input = at(graph.tensors, at(op.inputs, 0));
  const output = at(graph.tensors, op.output);
  const isInt8 = [...op.inputs, op.output].every((id) => at(graph.tensors, id).type === 'int8');
  if (!isInt8) return anything(channelCount(graph, output.id), output.type);
  if (op.kind === 'conv2d' || op.kind === 'depthwiseConv2d' || op.kind === 'fullyConnected') {
    return weightedIntervals(op, at(intervals, input.id), input.zeroPoint, output.zeroPoint);
  }
  const operands = operandIntervals(op, graph, intervals);
  return Array.from({ length: channelCount(graph, output.id) }, (_, channel) => {
    const values = operands?.[channel];
    return values === undefined ? rangeOf(output.type) : channelInterval(op, values, graph);
  });
}

/** For each output channel what it reads of every operand; `undefined` where the operator mixes channels. */
function operandIntervals(
  op: Op,
  graph: Graph,
  intervals: readonly (readonly Interval[])[],
): readonly (readonly Interval[])[] | undefined {
  const links = channelLinks(op, graph);
  if (links === undefined) return undefined;
  const read: Interval[][] = Array.from({ length: channelCount(graph, op.output) }, () => []);
  for (const { operand, from, to } of links) {
    at(read, to).push(at(at(intervals, at(op.inputs, operand)), from));
  }
  return read;
}

type Mixing = 'conv2d' | 'depthwiseConv2d' | 'fullyConnected';

/** One output channel of an operator that keeps channels apart. */
function channelInterval(
  op: Exclude<Op, { readonly kind: Mixing }>,
  values: readonly Interval[],
  graph: Graph,
): Interval {
  const input = at(graph.tensors, at(op.inputs, 0));
  const { zeroPoint } = at(graph.tensors, op.output);
  const together = values.reduce(hull);
  switch (op.kind) {
    case 'add':
    case 'sub':
      return addInterval(op, values, graph);
    case 'mul':
      return mulInterval(op, values, graph);
    case 'reduceMax':
    case 'reduceMin':
      return together;
    case 'mean':
    case 'sum':
      return meanInterval(op, together, graph);
    case 'averagePool2d':
    case 'maxPool2d':
      return poolInterval(op, together);
    case 'pad':
      return hull(together, { min: op.value, max: op.value });
    case 'requantize':
    case 'relu':
      return requantiseInterval(lessBy(together, input.zeroPoint), op.multiplier, zeroPoint, op.clamp);
    case 'reshape':
    case 'slice':
    case 'take':
    case 'transpose':
    case 'concatenation':
    case 'resizeBilinear':
    case 'resizeNearest':
      return together;
    case 'maximum':
    case 'minimum':
      return extremumInterval(op, values);
    case 'lookup':
      return lookupInterval(op.table, together);
    case 'argMax':
    case 'argMin':
    case 'cast':
    case 'groupedConv2d':
    case 'l2Normalise':
    case 'logSoftmax':
    case 'transposeConv2d':
    case 'logistic':
    case 'prelu':
    case 'curve':
    case 'piecewise':
    case 'store':
    case 'svdf':
    case 'lstm':
    case 'softmax':
      return rangeOf(at(graph.tensors, op.output).type);
  }
}

/** Operands less their zero points. */
function offsets(
  op: Add | Mul | Sub,
  values: readonly Interval[],
  graph: Graph,
): readonly [Interval, Interval] {
  const offset = (operand: 0 | 1): Interval =>
    lessBy(at(values, operand), at(graph.tensors, at(op.inputs, operand)).zeroPoint);
  return [offset(0), offset(1)];
}

/** Both operands are taken for independent, although those of a residual block are not. */
function addInterval(op: Add | Sub, values: readonly Interval[], graph: Graph): Interval {
  const [first, second] = offsets(op, values, graph).map((value, operand) =>
    rescaleInterval(scaleBy(value, 2 ** op.leftShift), at(op.inputMultipliers, operand)),
  );
  if (first === undefined || second === undefined) return op.clamp;
  const { zeroPoint } = at(graph.tensors, op.output);
  const right = op.kind === 'sub' ? scaleBy(second, -1) : second;
  return requantiseInterval(sumOf(first, right), op.outputMultiplier, zeroPoint, op.clamp);
}

function extremumInterval({ kind }: Extremum, values: readonly Interval[]): Interval {
  const choose = kind === 'maximum' ? Math.max : Math.min;
  return {
    min: choose(...values.map(({ min }) => min)),
    max: choose(...values.map(({ max }) => max)),
  };
}

function lookupInterval(table: Int8Array, { min, max }: Interval): Interval {
  let found: Interval | undefined;
  for (let value = min; value <= max; value += 1) {
    const result = at(table, value & 0xff);
    found = found === undefined ? { min: result, max: result } : hull(found, { min: result, max: result });
  }
  return found ?? anyInt8;
}

function mulInterval(op: Mul, values: readonly Interval[], graph: Graph): Interval {
  const { zeroPoint } = at(graph.tensors, op.output);
  return requantiseInterval(
    productOf(...offsets(op, values, graph)),
    op.outputMultiplier,
    zeroPoint,
    op.clamp,
  );
}

/** The sum of as many values as are averaged, each anywhere in the interval. */
function meanInterval(op: Mean, values: Interval, graph: Graph): Interval {
  const input = at(graph.tensors, at(op.inputs, 0));
  const output = at(graph.tensors, op.output);
  const count = elementCount(input.shape) / elementCount(output.shape);
  const sums = scaleBy(lessBy(values, input.zeroPoint), count);
  return requantiseInterval(sums, op.multiplier, output.zeroPoint, anyInt8);
}

/** A rounded average of integers lies between the smallest and the largest, and so does the largest. */
function poolInterval(op: Pool2d, values: Interval): Interval {
  const { top, bottom, left, right } = op.padding;
  const alwaysReads = Math.max(top, bottom) < op.filter.height && Math.max(left, right) < op.filter.width;
  return alwaysReads ? clampInterval(values, op.clamp) : op.clamp;
}
