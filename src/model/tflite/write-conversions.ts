/** Functions that are read as one with the conversions around them, as the three operators that a file has. */
import { at } from '../../base/index.ts';
import type { Model, ModelOperator, ModelTensor } from '../types.ts';

/** The model with float32 between DEQUANTIZE and QUANTIZE where an operator computes in it. */
export function withConversions(model: Model): Model {
  const tensors = [...model.tensors];
  const operators = model.operators.flatMap((operator) => separated(operator, tensors));
  return { ...model, tensors, operators };
}

function separated(operator: ModelOperator, tensors: ModelTensor[]): readonly ModelOperator[] {
  const { index, inputs, outputs, options } = operator;
  if (options.op !== 'ELU' || options.isInFloat !== true) return [operator];
  const before = addFloat(at(tensors, at(inputs, 0)), tensors);
  const behind = addFloat(at(tensors, at(outputs, 0)), tensors);
  return [
    { index, inputs, outputs: [before], options: { op: 'DEQUANTIZE' } },
    { index, inputs: [before], outputs: [behind], options: { op: 'ELU' } },
    { index, inputs: [behind], outputs, options: { op: 'QUANTIZE' } },
  ];
}

/** What the tensor holds as real numbers. */
function addFloat({ name, shape }: ModelTensor, tensors: ModelTensor[]): number {
  const index = tensors.length;
  tensors.push({
    index,
    name: `${name}/float`,
    shape,
    type: 'float32',
    quantization: undefined,
    data: undefined,
  });
  return index;
}
