/** Conversion between float32 and quantised values, between those of different scales and types, and between numbers. */
import { optionsType } from '../schema.ts';
import { type Operand, type OperatorRule, value } from './rule.ts';

const quantised = ['int8', 'uint8', 'int16', 'int32'] as const;

export const quantize: OperatorRule = {
  code: 114,
  optionsType: optionsType.quantize,
  inputs: [{ ...value, types: ['float32', ...quantised] }],
  output: { ...value, types: quantised },
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

const plainNumber: Operand = {
  role: 'numbers',
  types: ['int8', 'uint8', 'int16', 'int32', 'int64', 'float32'],
  kind: 'number',
};

export const cast: OperatorRule = {
  code: 53,
  optionsType: optionsType.cast,
  inputs: [plainNumber],
  output: plainNumber,
  keepsShape: true,
  readOptions: () => ({ op: 'CAST' }),
};
