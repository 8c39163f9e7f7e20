/** Kernels of int16 that take elements one by one, alone or in pairs, and softmax. */
import {
  type Add,
  type Clamp,
  type Curve,
  type Extremum,
  elementBytes,
  elementCount,
  exponentialTable,
  type Graph,
  logisticTable,
  type Mul,
  type Multiplier,
  type Piecewise,
  type Prelu,
  type Relu,
  type Requantize,
  rangeOf,
  reciprocalTable,
  type Softmax,
  type Sub,
} from '../../graph/index.ts';
import { clampLiterals, constantArguments, defineKernel, input, literals, output } from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import type { Constant, Kernel } from '../types.ts';
import { elementwiseForms } from './elementwise.ts';
import { elementForms } from './function.ts';

const int16 = rangeOf('int16');

type Pair = Add | Sub | Mul | Extremum | Prelu;

const functions: Readonly<Record<Pair['kind'], number>> = {
  add: 0,
  sub: 0,
  mul: 1,
  maximum: 2,
  minimum: 3,
  prelu: 4,
};

type PairFactors = Partial<Record<'a' | 'b' | 'result', Multiplier>> & { readonly clamp: Clamp };

function factorsOf(op: Pair): PairFactors {
  switch (op.kind) {
    case 'add':
    case 'sub': {
      const [a, b] = op.inputMultipliers;
      return { a, b, result: op.outputMultiplier, clamp: op.clamp };
    }
    case 'mul':
      return { result: op.outputMultiplier, clamp: op.clamp };
    case 'prelu':
      return { result: op.positiveMultiplier, b: op.negativeMultiplier, clamp: int16 };
    default:
      return { clamp: int16 };
  }
}

const unused: Multiplier = { multiplier: 0, shift: 0 };

export const operandsS16: Kernel = defineKernel<Pair>({
  name: 'operands_s16',
  isFor: (op): op is Pair => op.kind in functions,
  types: ['int8', 'int16'],
  ...elementwiseForms<Pair>((op, graph) => {
    const { a = unused, b = unused, result = unused, clamp } = factorsOf(op);
    return {
      function: functions[op.kind],
      a_multiplier: a.multiplier,
      a_shift: a.shift,
      b_multiplier: b.multiplier,
      b_shift: b.shift,
      b_sign: op.kind === 'sub' ? -1 : 1,
      b_zero_point: inputTensor(op, graph, 1).zeroPoint,
      multiplier: result.multiplier,
      shift: result.shift,
      min: clamp.min,
      max: clamp.max,
    };
  }),
});

type Rescaling = Requantize | Relu | Piecewise;

/** Element i is read just before it is written, at the place where as many of the output's bytes end. */
function leadOfRescaling(op: Rescaling, graph: Graph, elements: number): number {
  const [from, to] = [inputTensor(op, graph), outputTensor(op, graph)].map(({ type }) => elementBytes(type));
  return elements * Math.max(0, (to ?? 0) - (from ?? 0));
}

function bentFactors(op: Rescaling): {
  readonly above: Multiplier;
  readonly below: Multiplier;
  readonly clamp: Clamp;
} {
  if (op.kind === 'piecewise') {
    return { above: op.positiveMultiplier, below: op.negativeMultiplier, clamp: int16 };
  }
  return { above: op.multiplier, below: op.multiplier, clamp: op.clamp };
}

export const rescaleS16: Kernel = defineKernel<Rescaling>({
  name: 'rescale_s16',
  isFor: (op) => op.kind === 'requantize' || op.kind === 'relu' || op.kind === 'piecewise',
  types: ['int8', 'int16'],
  accepts: (op, graph) =>
    [inputTensor(op, graph), outputTensor(op, graph)].some(({ type }) => type === 'int16'),
  leadBytes: (op, graph) => leadOfRescaling(op, graph, elementCount(outputTensor(op, graph).shape)),
  ...elementForms<Rescaling>((op, graph, rows) => {
    const { above, below, clamp } = bentFactors(op);
    const [from, to] = [inputTensor(op, graph), outputTensor(op, graph)];
    const bent = op.kind === 'piecewise' ? op : { ofMagnitude: false, negates: false };
    return {
      constants: [],
      arguments: [
        input(0),
        output,
        ...rows,
        ...literals({
          input_bytes: elementBytes(from.type),
          output_bytes: elementBytes(to.type),
          input_zero_point: from.zeroPoint,
          output_zero_point: to.zeroPoint,
          multiplier: above.multiplier,
          shift: above.shift,
          below_multiplier: below.multiplier,
          below_shift: below.shift,
          of_magnitude: bent.ofMagnitude ? 1 : 0,
          negated: bent.negates ? 1 : 0,
        }),
        ...clampLiterals(clamp),
      ],
    };
  }, leadOfRescaling),
});

export const curveS16: Kernel = defineKernel<Curve>({
  name: 'curve_s16',
  isFor: (op) => op.kind === 'curve',
  types: ['int16'],
  leadBytes: () => 0,
  ...elementForms<Curve>((op, _, rows) => {
    const table: Constant = { name: 'table', type: 'int16_t', values: logisticTable() };
    return {
      constants: [table],
      arguments: [
        input(0),
        output,
        ...constantArguments([table]),
        ...rows,
        ...literals({
          is_tanh: op.function === 'TANH' ? 1 : 0,
          multiplier: op.inputFactor,
          shift: op.inputShift,
        }),
      ],
    };
  }),
});

/** So many exponentials of at most 2^15 fit an int32. */
const mostExponentials = 2 ** 16 - 1;

function depthOf(op: Softmax, graph: Graph): number {
  return inputTensor(op, graph).shape.at(-1) ?? 1;
}

export const softmaxS16: Kernel = defineKernel<Softmax>({
  name: 'softmax_s16',
  isFor: (op) => op.kind === 'softmax',
  types: ['int16'],
  accepts: (op, graph) => depthOf(op, graph) <= mostExponentials,
  // Each exponential replaces its own input, once the row's largest is known.
  leadBytes: () => 0,
  call: (op, graph) => {
    const depth = depthOf(op, graph);
    const constants: readonly Constant[] = [
      { name: 'exponentials', type: 'int16_t', values: exponentialTable() },
      { name: 'reciprocals', type: 'int16_t', values: reciprocalTable() },
    ];
    return {
      constants,
      arguments: [
        input(0),
        output,
        ...constantArguments(constants),
        ...literals({
          rows: elementCount(inputTensor(op, graph).shape) / depth,
          depth,
          multiplier: op.multiplier.multiplier,
          shift: op.multiplier.shift,
        }),
      ],
    };
  },
});
