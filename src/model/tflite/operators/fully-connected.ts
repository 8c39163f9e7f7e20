/** Fully connected (dense) layers. */
import { optionsType } from '../schema.ts';
import { get } from '../table.ts';
import { readActivation, readBiasType } from './option-values.ts';
import { bias, type OperatorRule, packableWeights, value } from './rule.ts';

/** Weights [outputs, inputs]. */
export const fullyConnected: OperatorRule = {
  code: 9,
  optionsType: optionsType.fullyConnected,
  inputs: [value, packableWeights(0), bias],
  output: value,
  readOptions: (options, report) => {
    if (get(options, 'FullyConnectedOptions.weightsFormat') !== 0) report('shuffled weights');
    return {
      op: 'FULLY_CONNECTED',
      ...readBiasType(options, 'FullyConnectedOptions.quantizedBiasType', report),
      activation: readActivation(options, 'FullyConnectedOptions.activation', report),
      keepDims: get(options, 'FullyConnectedOptions.keepDims'),
    };
  },
};
