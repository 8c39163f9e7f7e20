/** Functions of one element: other scales, standalone activations, logistic. */
import {
  clampTo,
  elementCount,
  type Graph,
  type Logistic,
  type Lookup,
  logistic as logisticFunction,
  multiplyByQuantizedMultiplier,
  type Op,
  type Relu,
  type Requantize,
  roundingDivideByPowerOfTwo,
} from '../../graph/index.ts';
import {
  clampLiterals,
  constantArguments,
  defineKernel,
  input,
  type KernelDefinition,
  literals,
  output,
} from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import { allRows, imageRows, rowByRow, singleRows } from '../row-form.ts';
import type { Argument, Constant, Kernel, KernelCall } from '../types.ts';

/** Integer bits of the fixed-point argument of the logistic function. */
const logisticIntegerBits = 4;
const int8 = { min: -128, max: 127 };

/** Elements are one row, or rows of an image. */
function rowLiterals(height: number, rowElements: number): Argument[] {
  return literals({ height, row_elements: rowElements });
}

/** Each element is read just before it is written. */
const inPlace = (): number => 0;

export type ElementCall<O> = (op: O, graph: Graph, rows: readonly Argument[]) => KernelCall;

/**
 * Both forms of a kernel whose C function ends in rows and what follows them; `leadOf` says how far before so many elements
 * of input its output must start.
 */
export function elementForms<O extends Op>(
  callOf: ElementCall<O>,
  leadOf: (op: O, graph: Graph, elements: number) => number = inPlace,
): Pick<KernelDefinition<O>, 'call' | 'rows'> {
  return {
    call: (op, graph) => {
      const elements = elementCount(outputTensor(op, graph).shape);
      return callOf(op, graph, [...allRows([1], 1), ...rowLiterals(1, elements)]);
    },
    rows: (op, graph) => {
      const image = imageRows(outputTensor(op, graph));
      if (image === undefined) return undefined;
      const elements = image.width * image.channels;
      const rows = [...singleRows(), ...rowLiterals(image.height, elements)];
      return rowByRow(
        image,
        () => callOf(op, graph, rows),
        () => leadOf(op, graph, elements),
      );
    },
  };
}

export const requantiseElements: Kernel = defineKernel<Requantize | Relu>({
  name: 'requantise_elements_s8',
  isFor: (op): op is Requantize | Relu => op.kind === 'requantize' || op.kind === 'relu',
  leadBytes: inPlace,
  ...elementForms((op, graph, rows) => ({
    constants: [],
    arguments: [
      input(0),
      output,
      ...rows,
      ...literals({
        input_zero_point: inputTensor(op, graph).zeroPoint,
        output_zero_point: outputTensor(op, graph).zeroPoint,
        multiplier: op.multiplier.multiplier,
        shift: op.multiplier.shift,
      }),
      ...clampLiterals(op.clamp),
    ],
  })),
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

/** Another scale, zero point or sign of every value of eight bits, at the index that its bits make. */
function requantisedTable(op: Requantize, graph: Graph): Int8Array {
  const [from, to] = [inputTensor(op, graph), outputTensor(op, graph)];
  return Int8Array.from({ length: 256 }, (_, bits) => {
    const value = from.type === 'int8' ? (bits << 24) >> 24 : bits;
    const scaled = multiplyByQuantizedMultiplier(value - from.zeroPoint, op.multiplier);
    return clampTo((scaled + to.zeroPoint) | 0, op.clamp);
  });
}

type Tabled = Logistic | Lookup | Requantize;

function tableOf(op: Tabled, graph: Graph): Int8Array {
  if (op.kind === 'lookup') return op.table;
  return op.kind === 'logistic' ? logisticTable(op, graph) : requantisedTable(op, graph);
}

export const lookup: Kernel = defineKernel<Tabled>({
  name: 'lookup_s8',
  isFor: (op): op is Tabled => op.kind === 'logistic' || op.kind === 'lookup' || op.kind === 'requantize',
  types: ['int8', 'uint8'],
  leadBytes: inPlace,
  ...elementForms((op, graph, rows) => {
    const table: Constant = {
      name: 'table',
      type: 'int8_t',
      values: tableOf(op, graph),
    };
    return {
      constants: [table],
      arguments: [input(0), output, ...constantArguments([table]), ...rows],
    };
  }),
});
