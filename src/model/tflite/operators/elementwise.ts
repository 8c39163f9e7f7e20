/** Arithmetic element by element, activations of their own, and softmax. */
import { malformed } from '../../failures.ts';
import { optionsType } from '../schema.ts';
import { get } from '../table.ts';
import { readActivation } from './option-values.ts';
import { int8Value, type Operand, type OperatorRule, value } from './rule.ts';

export const add: OperatorRule = arithmetic(0, 'ADD', optionsType.add);
export const mul: OperatorRule = arithmetic(18, 'MUL', optionsType.mul);
export const sub: OperatorRule = arithmetic(41, 'SUB', optionsType.sub);
export const maximum: OperatorRule = pair(55, 'MAXIMUM', optionsType.maximumMinimum);
export const minimum: OperatorRule = pair(57, 'MINIMUM', optionsType.maximumMinimum);
export const prelu: OperatorRule = pair(54, 'PRELU', optionsType.none);
export const relu: OperatorRule = withoutOptions(19, 'RELU');
export const relu6: OperatorRule = withoutOptions(21, 'RELU6');
export const reluN1To1: OperatorRule = withoutOptions(20, 'RELU_N1_TO_1', optionsType.none, int8Value);
export const relu0To1: OperatorRule = withoutOptions(152, 'RELU_0_TO_1', optionsType.none, int8Value);
export const logistic: OperatorRule = withoutOptions(14, 'LOGISTIC');
export const tanh: OperatorRule = withoutOptions(28, 'TANH');
export const elu: OperatorRule = withoutOptions(111, 'ELU', optionsType.none, int8Value);
export const abs: OperatorRule = withoutOptions(101, 'ABS', optionsType.abs);
export const hardSwish: OperatorRule = withoutOptions(117, 'HARD_SWISH', optionsType.hardSwish, int8Value);

export const leakyRelu: OperatorRule = {
  code: 98,
  optionsType: optionsType.leakyRelu,
  inputs: [value],
  output: value,
  keepsShape: true,
  readOptions: (options) => {
    const alpha = get(options, 'LeakyReluOptions.alpha');
    if (!Number.isFinite(alpha)) throw malformed(`LeakyReluOptions.alpha is ${alpha}`);
    return { op: 'LEAKY_RELU', alpha };
  },
};

export const softmax: OperatorRule = {
  code: 25,
  optionsType: optionsType.softmax,
  inputs: [value],
  output: value,
  keepsShape: true,
  readOptions: (options) => {
    const beta = get(options, 'SoftmaxOptions.beta');
    if (!(Number.isFinite(beta) && beta > 0)) throw malformed(`SoftmaxOptions.beta is ${beta}`);
    return { op: 'SOFTMAX', beta };
  },
};

function arithmetic(code: number, op: 'ADD' | 'SUB' | 'MUL', type: number): OperatorRule {
  return {
    code,
    optionsType: type,
    inputs: [value, value],
    output: value,
    readOptions: (options, report) => ({
      op,
      activation: readActivation(options, 'AddOptions.activation', report),
    }),
  };
}

function pair(code: number, op: 'MAXIMUM' | 'MINIMUM' | 'PRELU', type: number): OperatorRule {
  return {
    code,
    optionsType: type,
    inputs: [value, op === 'PRELU' ? int8Value : value],
    output: value,
    readOptions: () => ({ op }),
  };
}

type WithoutOptions =
  | 'RELU'
  | 'RELU6'
  | 'RELU_N1_TO_1'
  | 'RELU_0_TO_1'
  | 'LOGISTIC'
  | 'TANH'
  | 'ELU'
  | 'ABS'
  | 'HARD_SWISH';

/** `operand`: int8 alone where TensorFlow Lite Micro has no int16 kernel. */
function withoutOptions(
  code: number,
  op: WithoutOptions,
  type: number = optionsType.none,
  operand: Operand = value,
): OperatorRule {
  return {
    code,
    optionsType: type,
    inputs: [operand],
    output: operand,
    keepsShape: true,
    readOptions: () => ({ op }),
  };
}
