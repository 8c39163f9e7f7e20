/** Pools, means and functions of one tensor. */
import { at } from '../base/index.ts';
import {
  clampTo,
  exponentialOnNegativeValues,
  type Logistic,
  logistic as logisticFunction,
  type Mean,
  multiplyByQuantizedMultiplier,
  type Pool2d,
  type ReducedExtremum,
  type Relu,
  type Requantize,
  rangeOf,
  reciprocal,
  roundingDivideByPowerOfTwo,
  type Softmax,
  saturatingRoundingDoublingHighMul,
  stridesOf,
} from '../graph/index.ts';
import { softmaxRowOfInt16 } from './int16-functions.ts';
import { forEachIndex, imageOf, type Operand, offsetOf, read } from './operand.ts';

const int8 = { min: -128, max: 127 };
const softmaxIntegerBits = 5;
/** Integer bits of the softmax's sum: 4,096 exponentials of at most 1. */
const sumIntegerBits = 12;
const logisticIntegerBits = 4;

/** Only positions inside the input count: padding neither adds to an average nor takes part in a maximum. */
export function pool2d(op: Pool2d, input: Operand, output: Operand): void {
  const size = imageOf(input);
  forEachIndex(output.shape, (index, position) => {
    const [row, column, channel] = [at(index, 1), at(index, 2), at(index, 3)];
    const values: number[] = [];
    for (let y = 0; y < op.filter.height; y += 1) {
      for (let x = 0; x < op.filter.width; x += 1) {
        const inputRow = row * op.stride.height - op.padding.top + y;
        const inputColumn = column * op.stride.width - op.padding.left + x;
        if (inputRow < 0 || inputRow >= size.height || inputColumn < 0 || inputColumn >= size.width) continue;
        values.push(read(input.values, (inputRow * size.width + inputColumn) * size.channels + channel));
      }
    }
    const pooled =
      op.kind === 'maxPool2d'
        ? values.reduce((largest, value) => Math.max(largest, value), op.clamp.min)
        : roundedAverage(values);
    output.values[position] = clampTo(pooled, op.clamp);
  });
}

/** Rounded half away from zero. */
function roundedAverage(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const half = Math.trunc(values.length / 2);
  return Math.trunc((sum > 0 ? sum + half : sum - half) / values.length);
}

/** Steps of the output along the input's axes; 0 along those that are reduced. */
function reducedStrides(axes: readonly number[], { shape }: Operand): readonly number[] {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return stridesOf(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
}

export function reducedExtremum(op: ReducedExtremum, input: Operand, output: Operand): void {
  const strides = reducedStrides(op.axes, input);
  const choose = op.kind === 'reduceMax' ? Math.max : Math.min;
  output.values.fill(op.kind === 'reduceMax' ? int8.min : int8.max);
  forEachIndex(input.shape, (index, position) => {
    const target = offsetOf(index, strides);
    output.values[target] = choose(read(output.values, target), read(input.values, position));
  });
}

export function mean(op: Mean, input: Operand, output: Operand): void {
  const strides = reducedStrides(op.axes, input);
  const count = input.values.length / output.values.length;
  const sums = new Int32Array(output.values.length);
  forEachIndex(input.shape, (index, position) => {
    const target = offsetOf(index, strides);
    sums[target] = at(sums, target) + read(input.values, position);
  });
  for (const [position, sum] of sums.entries()) {
    const scaled = multiplyByQuantizedMultiplier(sum - input.zeroPoint * count, op.multiplier);
    output.values[position] = clampTo(scaled + output.zeroPoint, rangeOf(output.type));
  }
}

export function softmax(op: Softmax, input: Operand, output: Operand): void {
  const depth = input.shape.at(-1) ?? 1;
  const rowOf = input.type === 'int16' ? softmaxRowOfInt16 : softmaxRow;
  for (let start = 0; start < input.values.length; start += depth) {
    const row = [...input.values.subarray(start, start + depth)];
    for (const [i, value] of rowOf(op, row).entries()) output.values[start + i] = value;
  }
}

function softmaxRow(op: Softmax, row: readonly number[]): number[] {
  const largest = Math.max(...row);
  /** e^(value - largest) in Q0.31; `undefined` where it is too small to count. */
  const exponentials = row.map((value) => {
    const difference = value - largest;
    if (difference < op.diffMin) return undefined;
    return exponentialOnNegativeValues(
      multiplyByQuantizedMultiplier(difference, op.multiplier),
      softmaxIntegerBits,
    );
  });
  const sum = exponentials.reduce<number>(
    (total, value) => total + roundingDivideByPowerOfTwo(value ?? 0, sumIntegerBits),
    0,
  );
  const { reciprocal: scale, bitsOverUnit } = reciprocal(sum, sumIntegerBits);
  return exponentials.map((value) => {
    if (value === undefined) return int8.min;
    const probability = saturatingRoundingDoublingHighMul(scale, value);
    return clampTo(roundingDivideByPowerOfTwo(probability, bitsOverUnit + 31 - 8) + int8.min, int8);
  });
}

export function logistic(op: Logistic, input: Operand, output: Operand): void {
  for (const [position, value] of input.values.entries()) {
    output.values[position] = logisticOf(value - input.zeroPoint, op);
  }
}

function logisticOf(value: number, op: Logistic): number {
  if (value <= -op.inputRangeRadius) return int8.min;
  if (value >= op.inputRangeRadius) return int8.max;
  const argument = multiplyByQuantizedMultiplier(value, op.multiplier);
  const probability = logisticFunction(argument, logisticIntegerBits);
  return clampTo(roundingDivideByPowerOfTwo(probability, 31 - 8) + int8.min, int8);
}

/** Sums wrap as those of the compiled kernels do. */

export function rescaleEach(op: Requantize | Relu, input: Operand, output: Operand): void {
  const areActivations = [input, output].every(
    ({ values }) => values instanceof Int8Array || values instanceof Int16Array,
  );
  for (const [position, value] of input.values.entries()) {
    const scaled = multiplyByQuantizedMultiplier((value - input.zeroPoint) | 0, op.multiplier);
    const moved = scaled + output.zeroPoint;
    // To and from 32 bits it wraps, as in the compiled original. Scales of activations never lead beyond an int32.
    output.values[position] = clampTo(areActivations ? moved : moved | 0, op.clamp);
  }
}
