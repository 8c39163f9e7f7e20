/** Conversion between float32 and int8 or int16, and between these of different scales. */
import { optionsType } from '../schema.ts';
import { type OperatorRule, value } from './rule.ts';

export const quantize: OperatorRule = {
  code: 114,
  optionsType: optionsType.quantize,
  inputs: [{ ...value, types: ['float32', 'int8', 'int16'] }],
  output: value,
  keepsShape: true,
  readOptions: () => ({ op: 'QUANTIZE' }),
};

export const dequantize: OperatorRule = {
  code: 6,
  optionsType: optionsType.dequantize,
  inputs: [value],
  output: { ...value, types: ['float32'] },
  keepsShape: true,
  readOptions: () => ({ op: 'DEQUANTIZE' }),
};
