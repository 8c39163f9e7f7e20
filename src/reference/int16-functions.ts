/** Functions of int16: softmax by two tables, logistic function and hyperbolic tangent by one, slopes that break at 0. */
import { at } from '../base/index.ts';
import {
  type Curve,
  clampTo,
  exponentialTable,
  inPieces,
  logisticTable,
  multiplyByQuantizedMultiplier,
  type Piecewise,
  rangeOf,
  reciprocalTable,
  type Softmax,
} from '../graph/index.ts';
import type { Operand } from './operand.ts';

const int16 = rangeOf('int16');
const exponentials = exponentialTable();
const reciprocals = reciprocalTable();
const logistics = logisticTable();

/** Differences of 0 ... -65535 stand for 0 ... -10; the tables' first entry is that of the lowest int16. */
export function softmaxRowOfInt16(op: Softmax, row: readonly number[]): number[] {
  const largest = Math.max(...row);
  const powers = row.map((value) => {
    const difference = multiplyByQuantizedMultiplier(value - largest, op.multiplier);
    return inPieces(exponentials, clampTo(difference + int16.max, int16));
  });
  const sum = powers.reduce((total, power) => total + power, 0);
  const headroom = Math.clz32(sum);
  // 1 ... 2 in 16 bits, of which the table takes what is beyond 1.
  const mantissa = Math.floor((sum * 2 ** (headroom - 1) + 2 ** 13) / 2 ** 14);
  const scale = inPieces(reciprocals, clampTo(mantissa - (2 ** 15 + 2 ** 16), int16));
  const right = 31 - headroom;
  return powers.map((power) =>
    clampTo((power * scale + 2 ** (right - 1)) >> right, { min: 0, max: int16.max }),
  );
}

export function functionOfInt16(op: Curve | Piecewise, input: Operand, output: Operand): void {
  if (op.kind === 'curve') curve(op, input, output);
  else piecewise(op, input, output);
}

/** Places in the table and what lies between two: 9 bits, or 8 of the doubled argument of the tangent. */
function curve(op: Curve, input: Operand, output: Operand): void {
  const bits = op.function === 'TANH' ? 8 : 9;
  const round = op.inputShift > 0 ? 2 ** (op.inputShift - 1) : 0;
  for (const [position, value] of input.values.entries()) {
    const scaled = (value * op.inputFactor + round) >> op.inputShift;
    const magnitude = Math.abs(scaled);
    const place = magnitude >> bits;
    const rest = magnitude & (2 ** bits - 1);
    const entry = (index: number): number => at(logistics, index) + 2 ** 15;
    const between =
      place >= 255 ? undefined : entry(place) * 2 ** bits + rest * (entry(place + 1) - entry(place));
    output.values[position] =
      op.function === 'TANH' ? tangent(scaled, between) : logisticFunction(scaled, between);
  }
}

function logisticFunction(value: number, between: number = 0x7fff * 2 ** 10): number {
  const half = 2 ** 9;
  return (value >= 0 ? between + half : 2 ** 25 - between + half - 1) >> 10;
}

function tangent(value: number, between: number = 0xffff * 2 ** 8): number {
  const above = between - 2 ** 23;
  return (value >= 0 ? above + 2 ** 7 : -above + 2 ** 7 - 1) >> 8;
}

function piecewise(op: Piecewise, input: Operand, output: Operand): void {
  for (const [position, value] of input.values.entries()) {
    output.values[position] = clampTo(piece(op, value), int16);
  }
}

function piece(op: Piecewise, value: number): number {
  if (value >= 0) return multiplyByQuantizedMultiplier(value, op.positiveMultiplier);
  const scaled = multiplyByQuantizedMultiplier(op.ofMagnitude ? -value : value, op.negativeMultiplier);
  return op.negates ? -scaled : scaled;
}
