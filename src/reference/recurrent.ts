/** Operators that keep state: SVDF and long short-term memory. Their states are changed in place. */
import { at, invariant } from '../base/index.ts';
import {
  clampTo,
  type Gate,
  gateLogistic,
  gateTanh,
  type Lstm,
  type Multiplier,
  multiplyByQuantizedMultiplier,
  multiplyWide,
  rangeOf,
  type Svdf,
} from '../graph/index.ts';
import type { Operand } from './operand.ts';

const int8 = rangeOf('int8');
const int16 = rangeOf('int16');

/** Wraps as the sums of the kernels do. */
function sumOf(count: number, product: (position: number) => number): number {
  let sum = 0;
  for (let position = 0; position < count; position += 1) sum = (sum + product(position)) | 0;
  return sum;
}

/** The first operand is what comes in, the others are states. */
export function recurrent(op: Svdf | Lstm, operands: readonly Operand[], output: Operand): void {
  const [input, first] = [at(operands, 0), at(operands, 1)];
  if (op.kind === 'svdf') svdf(op, input, first, output);
  else lstm(op, input, first, at(operands, 2), output);
}

function svdf(op: Svdf, input: Operand, state: Operand, output: Operand): void {
  const { batches, inputSize, units, rank, memory } = op;
  const { values } = state;
  const range = values instanceof Int16Array ? int16 : int8;
  for (let batch = 0; batch < batches; batch += 1) {
    for (let filter = 0; filter < units * rank; filter += 1) {
      const start = (batch * units * rank + filter) * memory;
      const sum = sumOf(
        inputSize,
        (i) =>
          at(op.featureWeights, filter * inputSize + i) *
          (at(input.values, batch * inputSize + i) - input.zeroPoint),
      );
      const scaled = multiplyByQuantizedMultiplier(sum, op.stateMultiplier);
      values.copyWithin(start, start + 1, start + memory);
      values[start + memory - 1] = state.zeroPoint + clampTo(scaled, range);
    }
    for (let unit = 0; unit < units; unit += 1) {
      const count = rank * memory;
      const start = (batch * units + unit) * count;
      const sum = sumOf(count, (i) =>
        Math.imul(at(op.timeWeights, unit * count + i), at(values, start + i) - state.zeroPoint),
      );
      const total = (sum + at(op.bias, unit)) | 0;
      const scaled = multiplyByQuantizedMultiplier(total, op.outputMultiplier);
      output.values[batch * units + unit] = clampTo(scaled + output.zeroPoint, int8);
    }
  }
}

function lstm(op: Lstm, input: Operand, hidden: Operand, cell: Operand, output: Operand): void {
  const { timeMajor, batches, steps, inputSize, units } = op;
  invariant(cell.values instanceof Int16Array, 'a cell state is int16');
  for (let batch = 0; batch < batches; batch += 1) {
    for (let step = 0; step < steps; step += 1) {
      const place = timeMajor ? step * batches + batch : batch * steps + step;
      const values = input.values.subarray(place * inputSize, (place + 1) * inputSize);
      stepOf(op, { ...input, values }, partOf(hidden, batch, units), partOf(cell, batch, units));
      for (let unit = 0; unit < units; unit += 1) {
        output.values[place * units + unit] = at(hidden.values, batch * units + unit);
      }
    }
  }
}

/** The elements of one batch; writing them writes the operand's. */
function partOf(operand: Operand, batch: number, units: number): Operand {
  return { ...operand, values: operand.values.subarray(batch * units, (batch + 1) * units) };
}

function stepOf(op: Lstm, input: Operand, hidden: Operand, cell: Operand): void {
  const argumentsOf = (gate: Gate): number[] =>
    Array.from({ length: op.units }, (_, unit) =>
      op.sums === 'wide' ? wideArgumentOf(gate, unit, input, hidden) : argumentOf(gate, unit, input, hidden),
    );
  const [forget, enter, leave] = [op.gates.forget, op.gates.input, op.gates.output].map((gate) =>
    argumentsOf(gate).map(gateLogistic),
  );
  invariant(forget !== undefined && enter !== undefined && leave !== undefined, 'a cell has three gates');
  const candidate = argumentsOf(op.gates.cell).map((value) => gateTanh(value, -12));
  for (let unit = 0; unit < op.units; unit += 1) {
    const before = product(at(forget, unit), at(cell.values, unit), op.forgetMultiplier);
    const added = product(at(enter, unit), at(candidate, unit), op.inputMultiplier);
    const sum = clampTo(before + added, int16);
    cell.values[unit] =
      op.cellClip === undefined ? sum : clampTo(sum, { min: -op.cellClip, max: op.cellClip });
  }
  for (let unit = 0; unit < op.units; unit += 1) {
    const activated = gateTanh(at(cell.values, unit), op.cellPower);
    const scaled = multiplyByQuantizedMultiplier(activated * at(leave, unit), op.hiddenMultiplier);
    hidden.values[unit] = clampTo(scaled + op.hiddenZeroPoint, op.sums === 'wide' ? int16 : int8);
  }
}

/** Two int16, times a factor. */
function product(first: number, second: number, factor: Multiplier): number {
  return clampTo(multiplyByQuantizedMultiplier(first * second, factor), int16);
}

/** What a gate's function is taken of, in Q3.12. */
function argumentOf(gate: Gate, unit: number, input: Operand, hidden: Operand): number {
  const sum = (weights: Int8Array, { values, zeroPoint }: Operand): number =>
    sumOf(values.length, (i) => at(weights, unit * values.length + i) * (at(values, i) - zeroPoint));
  const ofInput = (sum(gate.inputWeights, input) + at(gate.bias, unit)) | 0;
  const ofHidden = sum(gate.hiddenWeights, hidden);
  const first = clampTo(multiplyByQuantizedMultiplier(ofInput, gate.inputMultiplier), int16);
  const second = clampTo(multiplyByQuantizedMultiplier(ofHidden, gate.hiddenMultiplier), int16);
  return clampTo(first + second, int16);
}

/** The same of int16: sums of 64 bits, which a double holds, each rounded once. */
function wideArgumentOf(gate: Gate, unit: number, input: Operand, hidden: Operand): number {
  const sum = (weights: Int8Array, { values }: Operand): number =>
    [...values].reduce((total, value, i) => total + at(weights, unit * values.length + i) * value, 0);
  const ofInput = sum(gate.inputWeights, input) + at(gate.bias, unit);
  const first = clampTo(multiplyWide(ofInput, gate.inputMultiplier), int16);
  const second = clampTo(multiplyWide(sum(gate.hiddenWeights, hidden), gate.hiddenMultiplier), int16);
  return clampTo(first + second, int16);
}
