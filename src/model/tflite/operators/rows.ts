/** Operators over one dimension. */
import { optionsType } from '../schema.ts';
import { readActivation } from './option-values.ts';
import { int8Value, type Operand, type OperatorRule, parameter } from './rule.ts';

const places: Operand = { role: 'places', types: ['int32', 'int64'], kind: 'number' };

function argExtremum(code: number, op: 'ARG_MAX' | 'ARG_MIN', type: number): OperatorRule {
  return {
    code,
    optionsType: type,
    inputs: [int8Value, parameter('axis', ['int32', 'int64'])],
    output: places,
    readOptions: () => ({ op }),
  };
}

export const argMax: OperatorRule = argExtremum(56, 'ARG_MAX', optionsType.argMax);
export const argMin: OperatorRule = argExtremum(79, 'ARG_MIN', optionsType.argMin);

export const logSoftmax: OperatorRule = {
  code: 50,
  optionsType: optionsType.logSoftmax,
  inputs: [int8Value],
  output: int8Value,
  keepsShape: true,
  readOptions: () => ({ op: 'LOG_SOFTMAX' }),
};

export const l2Normalization: OperatorRule = {
  code: 11,
  optionsType: optionsType.l2Norm,
  inputs: [int8Value],
  output: int8Value,
  keepsShape: true,
  readOptions: (options, report) => ({
    op: 'L2_NORMALIZATION',
    activation: readActivation(options, 'L2NormOptions.activation', report),
  }),
};
