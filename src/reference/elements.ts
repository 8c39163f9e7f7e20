/** Operators that take elements one by one, alone or in pairs. */
import { at } from '../base/index.ts';
import {
  type Add,
  broadcastStrides,
  clampTo,
  type Extremum,
  type Lookup,
  type Mul,
  multiplyByQuantizedMultiplier,
  type Prelu,
  rangeOf,
  type Sub,
} from '../graph/index.ts';
import { forEachIndex, type Operand, offsetOf, read } from './operand.ts';

/** Pairs of operands, less their zero points, for every output element. */
function forEachPair(
  first: Operand,
  second: Operand,
  output: Operand,
  visit: (a: number, b: number, position: number) => void,
): void {
  const firstStrides = broadcastStrides(first.shape, output.shape);
  const secondStrides = broadcastStrides(second.shape, output.shape);
  forEachIndex(output.shape, (index, position) => {
    const a = read(first.values, offsetOf(index, firstStrides)) - first.zeroPoint;
    const b = read(second.values, offsetOf(index, secondStrides)) - second.zeroPoint;
    visit(a, b, position);
  });
}

export function add(op: Add | Sub, first: Operand, second: Operand, output: Operand): void {
  const [firstMultiplier, secondMultiplier] = op.inputMultipliers;
  forEachPair(first, second, output, (a, b, position) => {
    const scaledA = multiplyByQuantizedMultiplier(a << op.leftShift, firstMultiplier);
    const scaledB = multiplyByQuantizedMultiplier(b << op.leftShift, secondMultiplier);
    const total = op.kind === 'sub' ? scaledA - scaledB : scaledA + scaledB;
    const sum = multiplyByQuantizedMultiplier(total, op.outputMultiplier);
    output.values[position] = clampTo(sum + output.zeroPoint, op.clamp);
  });
}

export function mul(op: Mul, first: Operand, second: Operand, output: Operand): void {
  forEachPair(first, second, output, (a, b, position) => {
    const product = multiplyByQuantizedMultiplier(a * b, op.outputMultiplier);
    output.values[position] = clampTo(product + output.zeroPoint, op.clamp);
  });
}

/** Compared as they are: both operands and the output mean the same real numbers. */
export function extremum(op: Extremum, first: Operand, second: Operand, output: Operand): void {
  const choose = op.kind === 'maximum' ? Math.max : Math.min;
  const strides = [first, second].map(({ shape }) => broadcastStrides(shape, output.shape));
  forEachIndex(output.shape, (index, position) => {
    const a = read(first.values, offsetOf(index, at(strides, 0)));
    const b = read(second.values, offsetOf(index, at(strides, 1)));
    output.values[position] = choose(a, b);
  });
}

export function prelu(op: Prelu, input: Operand, slope: Operand, output: Operand): void {
  forEachPair(input, slope, output, (value, factor, position) => {
    const scaled =
      value >= 0
        ? multiplyByQuantizedMultiplier(value, op.positiveMultiplier)
        : multiplyByQuantizedMultiplier(value * factor, op.negativeMultiplier);
    output.values[position] = clampTo(scaled + output.zeroPoint, rangeOf(output.type));
  });
}

export function lookup(op: Lookup, input: Operand, output: Operand): void {
  for (const [position, value] of input.values.entries()) {
    output.values[position] = at(op.table, value & 0xff);
  }
}
