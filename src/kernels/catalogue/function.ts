/** Functions of one element: other scales, standalone activations, logistic. */
import {
  clampTo,
  type Graph,
  type Logistic,
  logistic as logisticFunction,
  multiplyByQuantizedMultiplier,
  type Relu,
  type Requantize,
  roundingDivideByPowerOfTwo,
  tensorBytes,
} from '../../graph/index.ts';
import { type Cost, cyclesOfElements } from '../cycles.ts';
import { clampLiterals, constantArguments, defineKernel, input, literals, output } from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import type { Constant, Kernel } from '../types.ts';

/** Instructions of the inner loops for one element. */
const requantiseInstructions: Cost = { dsp: 10, portable: 12 };
const lookupInstructions: Cost = { dsp: 4.25, portable: 4.25 };
/** Integer bits of the fixed-point argument of the logistic function. */
const logisticIntegerBits = 4;
const int8 = { min: -128, max: 127 };

export const requantiseElements: Kernel = defineKernel<Requantize | Relu>({
  name: 'requantise_elements_s8',
  isFor: (op) => op.kind === 'requantize' || op.kind === 'relu',
  // Each element is read just before it is written.
  leadBytes: () => 0,
  call: (op, graph) => ({
    constants: [],
    arguments: [
      input(0),
      output,
      ...literals({
        elements: tensorBytes(outputTensor(op, graph)),
        input_zero_point: inputTensor(op, graph).zeroPoint,
        output_zero_point: outputTensor(op, graph).zeroPoint,
        multiplier: op.multiplier.multiplier,
        shift: op.multiplier.shift,
      }),
      ...clampLiterals(op.clamp),
    ],
  }),
  estimateCycles: (op, graph, target) =>
    cyclesOfElements(tensorBytes(outputTensor(op, graph)), requantiseInstructions, target),
});

/** The logistic of every int8 input, at the index that its bits make as a uint8. */
function logisticTable(op: Logistic, graph: Graph): Int8Array {
  const { zeroPoint } = inputTensor(op, graph);
  return Int8Array.from({ length: 256 }, (_, bits) => {
    const value = ((bits << 24) >> 24) - zeroPoint;
    if (value <= -op.inputRangeRadius) return int8.min;
    if (value >= op.inputRangeRadius) return int8.max;
    const argument = multiplyByQuantizedMultiplier(value, op.multiplier);
    const probability = roundingDivideByPowerOfTwo(logisticFunction(argument, logisticIntegerBits), 31 - 8);
    return clampTo(probability + int8.min, int8);
  });
}

export const lookup: Kernel = defineKernel<Logistic>({
  name: 'lookup_s8',
  isFor: (op) => op.kind === 'logistic',
  // Each element is read just before it is written.
  leadBytes: () => 0,
  call: (op, graph) => {
    const table: Constant = { name: 'table', type: 'int8_t', values: logisticTable(op, graph) };
    return {
      constants: [table],
      arguments: [
        input(0),
        output,
        ...constantArguments([table]),
        ...literals({ elements: tensorBytes(outputTensor(op, graph)) }),
      ],
    };
  },
  estimateCycles: (op, graph, target) =>
    cyclesOfElements(tensorBytes(outputTensor(op, graph)), lookupInstructions, target),
});
