/** Float functions of one tensor: activations, softmax; of one or two elements, by operator code. */
import type { Activation } from '../../model/index.ts';

const bounds: Readonly<Record<Activation, readonly [number, number]>> = {
  none: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  relu: [0, Number.POSITIVE_INFINITY],
  relu6: [0, 6],
  'relu-n1-to-1': [-1, 1],
};

/** In place. */
export function activate(values: Float32Array, activation: Activation): Float32Array {
  if (activation === 'none') return values;
  const [low, high] = bounds[activation];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? 0;
    // Comparisons keep NaN, so that it can be reported.
    if (value < low) values[i] = low;
    else if (value > high) values[i] = high;
  }
  return values;
}

type ElementCode =
  | 'RELU'
  | 'RELU6'
  | 'RELU_N1_TO_1'
  | 'RELU_0_TO_1'
  | 'LOGISTIC'
  | 'TANH'
  | 'ABS'
  | 'ELU'
  | 'HARD_SWISH';

export const elementFunctions: Readonly<Record<ElementCode, (x: number) => number>> = {
  RELU: (x) => Math.max(x, 0),
  RELU6: (x) => Math.min(Math.max(x, 0), 6),
  RELU_N1_TO_1: (x) => Math.min(Math.max(x, -1), 1),
  RELU_0_TO_1: (x) => Math.min(Math.max(x, 0), 1),
  LOGISTIC: (x) => 1 / (1 + Math.exp(-x)),
  TANH: Math.tanh,
  ABS: Math.abs,
  ELU: (x) => (x < 0 ? Math.expm1(x) : x),
  HARD_SWISH: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
};

type PairCode = 'ADD' | 'SUB' | 'MUL' | 'MAXIMUM' | 'MINIMUM' | 'PRELU';

export const pairFunctions: Readonly<Record<PairCode, (a: number, b: number) => number>> = {
  ADD: (a, b) => a + b,
  SUB: (a, b) => a - b,
  MUL: (a, b) => a * b,
  MAXIMUM: Math.max,
  MINIMUM: Math.min,
  PRELU: (x, slope) => (x < 0 ? x * slope : x),
};

/** Over rows of `size` values. */
export function softmax(values: Float32Array, size: number, beta: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < values.length; row += size) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = row; i < row + size; i += 1) largest = Math.max(largest, values[i] ?? 0);
    let sum = 0;
    for (let i = row; i < row + size; i += 1) {
      const power = Math.exp(((values[i] ?? 0) - largest) * beta);
      result[i] = power;
      sum += power;
    }
    for (let i = row; i < row + size; i += 1) result[i] = (result[i] ?? 0) / sum;
  }
  return result;
}

/** Every row of the last dimension as logarithms of its softmax. */
export function logSoftmax(values: Float32Array, depth: number): Float32Array {
  const logarithms = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += depth) {
    const row = values.subarray(start, start + depth);
    const logarithm = logarithmOfSum(row);
    for (const [i, value] of row.entries()) logarithms[start + i] = value - logarithm;
  }
  return logarithms;
}

function logarithmOfSum(row: Float32Array): number {
  const largest = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** TensorFlow's own bound on the length that rows are divided by. */
const leastLength = 1e-6;

/** Every row of the last dimension divided by its length. */
export function unitRows(values: Float32Array, depth: number): Float32Array {
  const unit = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += depth) {
    const row = values.subarray(start, start + depth);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (const [i, value] of row.entries()) unit[start + i] = value / Math.max(length, leastLength);
  }
  return unit;
}
