/** Conversion between float32 and int8, and between int8 of different scales. */
import { optionsType } from '../schema.ts';
import { int8Value, type OperatorRule } from './rule.ts';

export const quantize: OperatorRule = {
  code: 114,
  optionsType: optionsType.quantize,
  inputs: [{ ...int8Value, types: ['float32', 'int8'] }],
  output: int8Value,
  keepsShape: true,
  readOptions: () => ({ op: 'QUANTIZE' }),
};

export const dequantize: OperatorRule = {
  code: 6,
  optionsType: optionsType.dequantize,
  inputs: [int8Value],
  output: { ...int8Value, types: ['float32'] },
  keepsShape: true,
  readOptions: () => ({ op: 'DEQUANTIZE' }),
};
