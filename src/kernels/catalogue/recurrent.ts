/** Operators that keep state, which their kernels change where it lies. */
import { at } from '../../base/index.ts';
import {
  type Gate,
  type Graph,
  gateTable,
  type Lstm,
  type Multiplier,
  type Svdf,
  shortMultiplier,
} from '../../graph/index.ts';
import {
  constantArguments,
  defineKernel,
  foldZeroPoint,
  input,
  literals,
  output,
  scratch,
} from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import type { Argument, Constant, Kernel, KernelCall } from '../types.ts';

function state(position: number): Argument {
  return { kind: 'state', position };
}

export const svdf: Kernel = defineKernel<Svdf>({
  name: 'svdf_s8',
  isFor: (op) => op.kind === 'svdf',
  types: ['int8', 'int16'],
  call: (op, graph) => {
    const { batches, inputSize, units, rank, memory, timeWeights, bias } = op;
    const isWide = timeWeights instanceof Int16Array;
    const zeros = new Int32Array(units * rank);
    const featureBias = foldZeroPoint(zeros, op.featureWeights, inputTensor(op, graph).zeroPoint);
    const constants: Constant[] = [
      { name: 'feature_weights', type: 'int8_t', values: op.featureWeights },
      { name: 'feature_bias', type: 'int32_t', values: featureBias },
      { name: 'time_weights', type: isWide ? 'int16_t' : 'int8_t', values: timeWeights },
      { name: 'bias', type: 'int32_t', values: bias },
    ];
    return {
      constants,
      arguments: [
        input(0),
        state(1),
        output,
        ...constantArguments(constants),
        ...literals({
          batches,
          input_size: inputSize,
          units,
          rank,
          memory,
          is_wide: isWide ? 1 : 0,
          state_zero_point: inputTensor(op, graph, 1).zeroPoint,
          state_multiplier: op.stateMultiplier.multiplier,
          state_shift: op.stateMultiplier.shift,
          output_zero_point: outputTensor(op, graph).zeroPoint,
          output_multiplier: op.outputMultiplier.multiplier,
          output_shift: op.outputMultiplier.shift,
        }),
      ],
    };
  },
});

/** As the C takes them. */
function gatesOf({ gates }: Lstm): readonly Gate[] {
  return [gates.forget, gates.input, gates.cell, gates.output];
}

const even = (count: number): number => count + (count % 2);

/** Half-words of a step's inputs and of its states, and the states that it makes, of so many bytes. */
function scratchBytes({ inputSize, units }: Lstm, bytesOfState: number): number {
  return 2 * (even(inputSize) + even(units)) + bytesOfState * units;
}

/** Weights of a unit's gates, two columns at a time: those of gates 0 and 1 for each, then those of gates 2 and 3. */
function pairedWeights(op: Lstm, unit: number, of: (gate: Gate) => Int8Array, columns: number): Int8Array {
  const matrices = gatesOf(op).map(of);
  const paired = new Int8Array(matrices.length * even(columns));
  for (const [gate, matrix] of matrices.entries()) {
    for (let column = 0; column < columns; column += 1) {
      const place = 8 * Math.floor(column / 2) + 4 * Math.floor(gate / 2) + 2 * (column % 2) + (gate % 2);
      paired[place] = at(matrix, unit * columns + column);
    }
  }
  return paired;
}

function joined(parts: readonly Int8Array[]): Int8Array {
  return Int8Array.from(parts.flatMap((part) => [...part]));
}

function weightsOf(op: Lstm): Int8Array {
  const units = Array.from({ length: op.units }, (_, unit) => unit);
  return joined(
    units.flatMap((unit) => [
      pairedWeights(op, unit, (gate) => gate.inputWeights, op.inputSize),
      pairedWeights(op, unit, (gate) => gate.hiddenWeights, op.units),
    ]),
  );
}

/** For each unit those of its gates for inputs, then for hidden states. */
function biasesOf(op: Lstm, graph: Graph): Int32Array {
  const none = new Int32Array(op.units);
  const folded = gatesOf(op).map(({ bias, inputWeights, hiddenWeights }) => ({
    ofInput: foldZeroPoint(bias, inputWeights, inputTensor(op, graph).zeroPoint),
    ofStates: foldZeroPoint(none, hiddenWeights, inputTensor(op, graph, 1).zeroPoint),
  }));
  const units = Array.from({ length: op.units }, (_, unit) => unit);
  return Int32Array.from(
    units.flatMap((unit) => [
      ...folded.map(({ ofInput }) => at(ofInput, unit)),
      ...folded.map(({ ofStates }) => at(ofStates, unit)),
    ]),
  );
}

function factorsOf(op: Lstm, of: (factor: Multiplier) => Multiplier): Int32Array {
  return Int32Array.from(
    gatesOf(op)
      .flatMap(({ inputMultiplier, hiddenMultiplier }) => [of(inputMultiplier), of(hiddenMultiplier)])
      .flatMap(({ multiplier, shift }) => [multiplier, shift]),
  );
}

function cellConstants(op: Lstm, bias: Int32Array, factors: Int32Array): Constant[] {
  return [
    { name: 'weights', type: 'int8_t', values: weightsOf(op) },
    { name: 'bias', type: 'int32_t', values: bias },
    { name: 'factors', type: 'int32_t', values: factors },
    { name: 'table', type: 'int16_t', values: Int16Array.from(gateTable, (value) => value - 2 ** 15) },
  ];
}

/** `zeroPoint`: the literal of the hidden states', where there is one. */
function cellCall(
  op: Lstm,
  constants: readonly Constant[],
  zeroPoint: Readonly<Record<string, number>>,
): KernelCall {
  return {
    constants,
    arguments: [
      input(0),
      state(1),
      state(2),
      output,
      scratch,
      ...constantArguments(constants),
      ...literals({
        time_major: op.timeMajor ? 1 : 0,
        batches: op.batches,
        steps: op.steps,
        input_size: op.inputSize,
        units: op.units,
        forget_multiplier: op.forgetMultiplier.multiplier,
        forget_shift: op.forgetMultiplier.shift,
        input_multiplier: op.inputMultiplier.multiplier,
        input_shift: op.inputMultiplier.shift,
        hidden_multiplier: op.hiddenMultiplier.multiplier,
        hidden_shift: op.hiddenMultiplier.shift,
        ...zeroPoint,
        tanh_left: 12 + op.cellPower,
        clip: op.cellClip ?? -1,
      }),
    ],
  };
}

export const lstm: Kernel = defineKernel<Lstm>({
  name: 'lstm_s8',
  isFor: (op) => op.kind === 'lstm',
  types: ['int8', 'int16'],
  accepts: (op) => op.sums === undefined,
  scratchBytes: (op) => scratchBytes(op, 1),
  call: (op, graph) => {
    const constants = cellConstants(
      op,
      biasesOf(op, graph),
      factorsOf(op, (factor) => factor),
    );
    return cellCall(op, constants, { hidden_zero_point: op.hiddenZeroPoint });
  },
});

export const lstmS16: Kernel = defineKernel<Lstm>({
  name: 'lstm_s16',
  isFor: (op) => op.kind === 'lstm',
  types: ['int16'],
  accepts: (op) => op.sums === 'wide',
  scratchBytes: (op) => scratchBytes(op, 2),
  call: (op) => {
    const units = Array.from({ length: op.units }, (_, unit) => unit);
    const bias = units.flatMap((unit) => gatesOf(op).map((gate) => at(gate.bias, unit)));
    const factors = factorsOf(op, (factor) => {
      const { multiplier, right } = shortMultiplier(factor);
      return { multiplier, shift: right };
    });
    return cellCall(op, cellConstants(op, Int32Array.from(bias), factors), {});
  },
});
