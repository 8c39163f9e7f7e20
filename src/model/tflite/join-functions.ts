/**
 * ELU in float32 between DEQUANTIZE and QUANTIZE as one operator of int8: TensorFlow's converter leaves it so, as
 * TensorFlow Lite has no int8 form of it.
 */
import { at } from '../../base/index.ts';
import { type FileOperator, readersOf } from './read-operators.ts';
import type { FileTensor } from './read-tensors.ts';

/** The operators in their order, with what is joined at the place of the function. */
export function joinFunctions(
  operators: readonly FileOperator[],
  tensors: readonly FileTensor[],
  outputs: readonly number[],
): readonly FileOperator[] {
  if (operators.every(({ kind }) => kind.name !== 'ELU')) return operators;
  const writers = new Map(
    operators.flatMap((operator) => operator.outputs.map((output) => [output, operator])),
  );
  const readers = readersOf(operators);
  const joined = new Map<FileOperator, FileOperator>();
  const dropped = new Set<FileOperator>();
  for (const operator of operators) {
    const before = writers.get(operator.inputs[0] ?? -1);
    const [behind, ...others] = readers.get(operator.outputs[0] ?? -1) ?? [];
    if (operator.kind.name !== 'ELU' || others.length > 0 || outputs.includes(operator.outputs[0] ?? -1))
      continue;
    if (!isFrom('DEQUANTIZE', before, tensors) || !isFrom('QUANTIZE', behind, tensors)) continue;
    joined.set(operator, { ...operator, inputs: before.inputs, outputs: behind.outputs, isInFloat: true });
    dropped.add(behind);
  }
  for (const { inputs } of joined.keys()) {
    const before = writers.get(at(inputs, 0));
    const others = readers.get(at(inputs, 0))?.filter((reader) => !joined.has(reader)) ?? [];
    if (before !== undefined && others.length === 0 && !outputs.includes(at(inputs, 0))) dropped.add(before);
  }
  return operators.flatMap((operator) => (dropped.has(operator) ? [] : [joined.get(operator) ?? operator]));
}

/** Whether it converts between int8 and float32, one tensor to one. */
function isFrom(
  name: 'DEQUANTIZE' | 'QUANTIZE',
  operator: FileOperator | undefined,
  tensors: readonly FileTensor[],
): operator is FileOperator {
  if (operator?.kind.name !== name || operator.inputs.length !== 1 || operator.outputs.length !== 1)
    return false;
  const touched = [...operator.inputs, ...operator.outputs];
  const types = touched.map((index) => (index === -1 ? '' : at(tensors, index).type.name));
  return types.join() === (name === 'DEQUANTIZE' ? 'int8,float32' : 'float32,int8');
}
