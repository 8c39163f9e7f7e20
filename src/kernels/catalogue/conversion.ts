/** Elements of one type as those of another. */
import {
  type Cast,
  elementBytes,
  elementCount,
  type Graph,
  type Op,
  type Requantize,
  type TensorType,
} from '../../graph/index.ts';
import { clampLiterals, defineKernel, input, literals, output } from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import type { Argument, Kernel } from '../types.ts';

/** As `elements.h` numbers them. */
const typeNumber: Readonly<Record<TensorType, number>> = { int8: 0, uint8: 1, int16: 2, int32: 3 };

const anyType: readonly TensorType[] = ['int8', 'uint8', 'int16', 'int32'];

/** Elements are made in order: where they grow, the last is read furthest behind what was written. */
function leadBytes(op: Op, graph: Graph): number {
  const [from, to] = [inputTensor(op, graph), outputTensor(op, graph)];
  const gained = elementBytes(to.type) - elementBytes(from.type);
  return Math.max(0, gained) * (elementCount(to.shape) - 1);
}

function typeLiterals(op: Op, graph: Graph): Argument[] {
  const [from, to] = [inputTensor(op, graph), outputTensor(op, graph)];
  return literals({
    elements: elementCount(to.shape),
    input_type: typeNumber[from.type],
    output_type: typeNumber[to.type],
  });
}

export const requantiseTypes: Kernel = defineKernel<Requantize>({
  name: 'requantise_types_s32',
  isFor: (op) => op.kind === 'requantize',
  types: anyType,
  leadBytes,
  call: (op, graph) => ({
    constants: [],
    arguments: [
      input(0),
      output,
      ...typeLiterals(op, graph),
      ...literals({
        input_zero_point: inputTensor(op, graph).zeroPoint,
        output_zero_point: outputTensor(op, graph).zeroPoint,
        multiplier: op.multiplier.multiplier,
        shift: op.multiplier.shift,
      }),
      ...clampLiterals(op.clamp),
    ],
  }),
});

export const cast: Kernel = defineKernel<Cast>({
  name: 'cast_s32',
  isFor: (op) => op.kind === 'cast',
  types: anyType,
  leadBytes,
  call: (op, graph) => ({ constants: [], arguments: [input(0), output, ...typeLiterals(op, graph)] }),
});
