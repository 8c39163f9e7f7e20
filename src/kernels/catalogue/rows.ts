/** Operators over one dimension: places of extrema, logarithms of softmax, rows of unit length. */
import { at } from '../../base/index.ts';
import {
  type ArgExtremum,
  elementCount,
  type Graph,
  type L2Normalise,
  type LogSoftmax,
} from '../../graph/index.ts';
import { leadOfLoops } from '../access-order.ts';
import { defineKernel, input, literals, output } from '../definition.ts';
import { inputTensor } from '../geometry.ts';
import type { Argument, Kernel } from '../types.ts';

type Loops = { readonly outer: number; readonly size: number; readonly inner: number };

function loopsOf({ axis }: ArgExtremum, shape: readonly number[]): Loops {
  return {
    outer: elementCount(shape.slice(0, axis)),
    size: at(shape, axis),
    inner: elementCount(shape.slice(axis + 1)),
  };
}

/** Each place, of four bytes, is written after the values that it is chosen from. */
function leadOfPlaces({ outer, size, inner }: Loops): number {
  return leadOfLoops([outer, inner], [size * inner, 1], 4);
}

export const argExtremum: Kernel = defineKernel<ArgExtremum>({
  name: 'arg_extremum_s8',
  isFor: (op): op is ArgExtremum => op.kind === 'argMax' || op.kind === 'argMin',
  types: ['int8', 'int32'],
  leadBytes: (op, graph) => leadOfPlaces(loopsOf(op, inputTensor(op, graph).shape)),
  call: (op, graph) => ({
    constants: [],
    arguments: [
      input(0),
      output,
      ...literals({
        ...loopsOf(op, inputTensor(op, graph).shape),
        is_maximum: op.kind === 'argMax' ? 1 : 0,
      }),
    ],
  }),
});

/** `rows` and `depth`. */
function rowLiterals(op: LogSoftmax | L2Normalise, graph: Graph): Argument[] {
  const { shape } = inputTensor(op, graph);
  const depth = shape.at(-1) ?? 1;
  return literals({ rows: elementCount(shape) / depth, depth });
}

/** Results are written in one pass that reads each element just before it is written, after the row's other passes. */
const inPlace = (): number => 0;

export const logSoftmax: Kernel = defineKernel<LogSoftmax>({
  name: 'log_softmax_s8',
  isFor: (op) => op.kind === 'logSoftmax',
  leadBytes: inPlace,
  call: (op, graph) => ({
    constants: [],
    arguments: [
      input(0),
      output,
      ...rowLiterals(op, graph),
      ...literals({
        multiplier: op.multiplier.multiplier,
        left_shift: op.multiplier.shift,
        diff_min: op.diffMin,
        reverse_multiplier: op.reverseMultiplier.multiplier,
        reverse_shift: op.reverseMultiplier.shift,
      }),
    ],
  }),
});

export const l2Normalise: Kernel = defineKernel<L2Normalise>({
  name: 'l2_normalisation_s8',
  isFor: (op) => op.kind === 'l2Normalise',
  leadBytes: inPlace,
  call: (op, graph) => ({
    constants: [],
    arguments: [
      input(0),
      output,
      ...rowLiterals(op, graph),
      ...literals({ input_zero_point: inputTensor(op, graph).zeroPoint }),
    ],
  }),
});
