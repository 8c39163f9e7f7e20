/** Operators over one dimension. */
import { at } from '../base/index.ts';
import {
  type ArgExtremum,
  clampTo,
  elementCount,
  exponentialOnNegativeValues,
  inverseRoot,
  type L2Normalise,
  type LogSoftmax,
  logarithmFromOne,
  multiplyByQuantizedMultiplier,
  roundingDivideByPowerOfTwo,
  type Softmax,
} from '../graph/index.ts';
import { softmax } from './arithmetic.ts';
import { type Operand, read } from './operand.ts';

const int8 = { min: -128, max: 127 };
/** Integer bits of the exponential's argument and of the logarithm, of the sum, and of the result. */
const argumentBits = 5;
const sumBits = 12;
const resultBits = 4;

/** Over rows of the last dimension, or along the axis that is named. */
export function alongRows(
  op: ArgExtremum | L2Normalise | LogSoftmax | Softmax,
  input: Operand,
  output: Operand,
): void {
  if (op.kind === 'l2Normalise') l2Normalise(input, output);
  else if (op.kind === 'logSoftmax') logSoftmax(op, input, output);
  else if (op.kind === 'softmax') softmax(op, input, output);
  else argExtremum(op, input, output);
}

/** Of equal values the first. */
function argExtremum(op: ArgExtremum, { shape, values }: Operand, output: Operand): void {
  const size = at(shape, op.axis);
  const inner = elementCount(shape.slice(op.axis + 1));
  for (let position = 0; position < output.values.length; position += 1) {
    const first = Math.floor(position / inner) * size * inner + (position % inner);
    let place = 0;
    for (let other = 1; other < size; other += 1) {
      const gain = read(values, first + other * inner) - read(values, first + place * inner);
      if (op.kind === 'argMax' ? gain > 0 : gain < 0) place = other;
    }
    output.values[position] = place;
  }
}

/** Every row of the last dimension. */
function forEachRow(
  { shape, values }: Operand,
  visit: (row: readonly number[], start: number) => void,
): void {
  const depth = shape.at(-1) ?? 1;
  for (let start = 0; start < values.length; start += depth) {
    visit([...values.subarray(start, start + depth)], start);
  }
}

function l2Normalise(input: Operand, output: Operand): void {
  forEachRow(input, (row, start) => {
    const values = row.map((value) => value - input.zeroPoint);
    const { multiplier, shift } = inverseRoot(values.reduce((sum, value) => sum + value * value, 0));
    for (const [i, value] of values.entries()) {
      const scaled = multiplyByQuantizedMultiplier(value, { multiplier, shift: shift + 7 });
      output.values[start + i] = clampTo(scaled, int8);
    }
  });
}

function logSoftmax(op: LogSoftmax, input: Operand, output: Operand): void {
  forEachRow(input, (row, start) => {
    const largest = Math.max(...row);
    const differences = row.map((value) => value - largest);
    const arguments_ = differences.map((value) => multiplyByQuantizedMultiplier(value, op.multiplier));
    const sum = differences.reduce((total, value, i) => {
      if (value < op.diffMin) return total;
      const exponential = exponentialOnNegativeValues(at(arguments_, i), argumentBits);
      return total + roundingDivideByPowerOfTwo(exponential, sumBits);
    }, 0);
    const logarithm = logarithmFromOne(sum);
    const least = multiplyByQuantizedMultiplier(logarithm - 2 ** 31, op.reverseMultiplier);
    for (const [i, value] of differences.entries()) {
      const counts = value > Math.max(op.diffMin - 1, least);
      const steps = (at(arguments_, i) - logarithm) | 0;
      const real = roundingDivideByPowerOfTwo(steps, 31 - argumentBits - resultBits) + int8.max;
      output.values[start + i] = counts ? clampTo(real, int8) : int8.min;
    }
  });
}
