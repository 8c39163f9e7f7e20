/** Fully connected (dense) layers. */
import { optionsType } from '../schema.ts';
import { get } from '../table.ts';
import { checkBiasType, readActivation } from './option-values.ts';
import { bias, int8Value, type OperatorRule, weights } from './rule.ts';

/** Weights [outputs, inputs]. */
export const fullyConnected: OperatorRule = {
  code: 9,
  optionsType: optionsType.fullyConnected,
  inputs: [int8Value, weights(0), bias],
  output: int8Value,
  readOptions: (options, report) => {
    checkBiasType(options, 'FullyConnectedOptions.quantizedBiasType', report);
    if (get(options, 'FullyConnectedOptions.weightsFormat') !== 0) report('shuffled weights');
    return {
      op: 'FULLY_CONNECTED',
      activation: readActivation(options, 'FullyConnectedOptions.activation', report),
      keepDims: get(options, 'FullyConnectedOptions.keepDims'),
    };
  },
};
