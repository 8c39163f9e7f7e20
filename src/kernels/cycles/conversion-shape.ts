/** Shapes of operators that make elements of one type those of another. */
import {
  type Cast,
  elementBytes,
  elementCount,
  type Graph,
  type Op,
  type Requantize,
  rangeOf,
} from '../../graph/index.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import type { Conversion, KernelShape } from './shape.ts';

function conversionOf(op: Op, graph: Graph): Conversion {
  const [from, to] = [inputTensor(op, graph), outputTensor(op, graph)];
  return {
    elements: elementCount(to.shape),
    inputBytes: elementBytes(from.type),
    outputBytes: elementBytes(to.type),
  };
}

export function castShape(op: Cast, graph: Graph): KernelShape {
  return { kernel: 'cast_s32', ...conversionOf(op, graph) };
}

/** Results that cannot reach their bounds are not held to them. */
export function conversionShape(op: Requantize, graph: Graph): KernelShape {
  const [from, to] = [inputTensor(op, graph), outputTensor(op, graph)];
  const { multiplier, shift } = op.multiplier;
  const range = rangeOf(from.type);
  const reach = Math.max(range.max - from.zeroPoint, from.zeroPoint - range.min);
  const most = reach * Math.abs(multiplier) * 2 ** (shift - 31) + Math.abs(to.zeroPoint);
  const isWhole = to.type === 'int32' && op.clamp.min === rangeOf('int32').min;
  return {
    kernel: 'requantise_types_s32',
    ...conversionOf(op, graph),
    steps: Number(from.zeroPoint !== 0) + Number(to.zeroPoint !== 0) + Number(shift > 0),
    isRounded: shift < 0,
    isClamped: !isWhole && most > Math.min(-op.clamp.min, op.clamp.max),
  };
}
