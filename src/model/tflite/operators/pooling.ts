/** Pooling over windows, and reductions over whole axes. */
import { optionsType } from '../schema.ts';
import { get } from '../table.ts';
import { readActivation, readExtent, readPadding } from './option-values.ts';
import { int8Value, type OperatorRule, parameter, value } from './rule.ts';

export const averagePool2d: OperatorRule = pool2d(1, 'AVERAGE_POOL_2D');
export const maxPool2d: OperatorRule = pool2d(17, 'MAX_POOL_2D');

function pool2d(code: number, op: 'AVERAGE_POOL_2D' | 'MAX_POOL_2D'): OperatorRule {
  return {
    code,
    optionsType: optionsType.pool2d,
    inputs: [value],
    output: value,
    readOptions: (options, report) => ({
      op,
      padding: readPadding(options, 'Pool2DOptions.padding'),
      strideHeight: readExtent(options, 'Pool2DOptions.strideHeight'),
      strideWidth: readExtent(options, 'Pool2DOptions.strideWidth'),
      filterHeight: readExtent(options, 'Pool2DOptions.filterHeight'),
      filterWidth: readExtent(options, 'Pool2DOptions.filterWidth'),
      activation: readActivation(options, 'Pool2DOptions.activation', report),
    }),
  };
}

export const mean: OperatorRule = reduction(40, 'MEAN');
export const sum: OperatorRule = reduction(74, 'SUM');
export const reduceMax: OperatorRule = reduction(82, 'REDUCE_MAX');
export const reduceMin: OperatorRule = reduction(89, 'REDUCE_MIN');

function reduction(code: number, op: 'MEAN' | 'SUM' | 'REDUCE_MAX' | 'REDUCE_MIN'): OperatorRule {
  const operand = op === 'MEAN' || op === 'SUM' ? value : int8Value;
  return {
    code,
    optionsType: optionsType.reducer,
    inputs: [operand, parameter('axes')],
    output: operand,
    readOptions: (options) => ({ op, keepDims: get(options, 'ReducerOptions.keepDims') }),
  };
}
