/** Gives standalone relus of a float network to the operators before them, as TensorFlow Lite's converter does. */
import { at } from '../base/index.ts';
import type { Activation, Model, ModelOperator } from '../model/index.ts';

const activations: Readonly<Record<string, Activation>> = {
  RELU: 'relu',
  RELU6: 'relu6',
  RELU_N1_TO_1: 'relu-n1-to-1',
};

/** Tensors keep their numbers; those between an operator and its relu are no longer written. */
export function fuseActivations(model: Model): Model {
  const readers = new Map<number, number>();
  for (const tensor of [...model.operators.flatMap(({ inputs }) => inputs), ...model.outputs]) {
    readers.set(tensor, (readers.get(tensor) ?? 0) + 1);
  }
  const operators: ModelOperator[] = [];
  const positions = new Map<number, number>();
  for (const operator of model.operators) {
    const input = at(operator.inputs, 0);
    const position = positions.get(input);
    const producer = position === undefined ? undefined : at(operators, position);
    const activation = activations[operator.options.op];
    const fused =
      producer && activation && readers.get(input) === 1 ? withActivation(producer, activation) : undefined;
    if (fused !== undefined && position !== undefined)
      operators[position] = { ...fused, outputs: operator.outputs };
    else operators.push(operator);
    const written = fused === undefined ? operators.length - 1 : position;
    if (written !== undefined) positions.set(at(operator.outputs, 0), written);
  }
  return { ...model, operators };
}

function withActivation(operator: ModelOperator, activation: Activation): ModelOperator | undefined {
  const { options } = operator;
  switch (options.op) {
    case 'CONV_2D':
    case 'DEPTHWISE_CONV_2D':
    case 'TRANSPOSE_CONV':
    case 'FULLY_CONNECTED':
    case 'ADD':
    case 'SUB':
    case 'MUL':
      return options.activation === 'none' ? { ...operator, options: { ...options, activation } } : undefined;
    default:
      return undefined;
  }
}
