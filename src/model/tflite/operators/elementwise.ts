/** Arithmetic element by element, activations of their own, and softmax. */
import { malformed } from '../../failures.ts';
import { optionsType } from '../schema.ts';
import { get } from '../table.ts';
import { readActivation } from './option-values.ts';
import { int8Value, type OperatorRule } from './rule.ts';

export const add: OperatorRule = arithmetic(0, 'ADD', optionsType.add);
export const mul: OperatorRule = arithmetic(18, 'MUL', optionsType.mul);
export const relu: OperatorRule = withoutOptions(19, 'RELU');
export const relu6: OperatorRule = withoutOptions(21, 'RELU6');
export const logistic: OperatorRule = withoutOptions(14, 'LOGISTIC');

export const softmax: OperatorRule = {
  code: 25,
  optionsType: optionsType.softmax,
  inputs: [int8Value],
  output: int8Value,
  keepsShape: true,
  readOptions: (options) => {
    const beta = get(options, 'SoftmaxOptions.beta');
    if (!(Number.isFinite(beta) && beta > 0)) throw malformed(`SoftmaxOptions.beta is ${beta}`);
    return { op: 'SOFTMAX', beta };
  },
};

function arithmetic(code: number, op: 'ADD' | 'MUL', type: number): OperatorRule {
  return {
    code,
    optionsType: type,
    inputs: [int8Value, int8Value],
    output: int8Value,
    readOptions: (options, report) => ({
      op,
      activation: readActivation(options, 'AddOptions.activation', report),
    }),
  };
}

function withoutOptions(code: number, op: 'RELU' | 'RELU6' | 'LOGISTIC'): OperatorRule {
  return {
    code,
    optionsType: optionsType.none,
    inputs: [int8Value],
    output: int8Value,
    keepsShape: true,
    readOptions: () => ({ op }),
  };
}
