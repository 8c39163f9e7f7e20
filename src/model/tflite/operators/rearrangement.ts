/** Operators that move values without computing: padding, shapes, joining, resizing. */
import { optionsType } from '../schema.ts';
import { get } from '../table.ts';
import { readActivation } from './option-values.ts';
import { int8Value, type OperatorRule, optional, parameter, value } from './rule.ts';

export const pad: OperatorRule = {
  code: 34,
  optionsType: optionsType.pad,
  moves: true,
  inputs: [value, parameter('paddings', ['int32', 'int64'])],
  output: value,
  readOptions: () => ({ op: 'PAD' }),
};

export const padV2: OperatorRule = {
  code: 60,
  optionsType: optionsType.padV2,
  inputs: [
    value,
    parameter('paddings', ['int32', 'int64']),
    { ...parameter('padded value', ['int8', 'int16']), followsValues: true },
  ],
  output: value,
  readOptions: () => ({ op: 'PADV2' }),
};

/** The output tensor's own shape decides; the new shape, as input or option, says the same again. */
export const reshape: OperatorRule = {
  code: 22,
  optionsType: optionsType.reshape,
  moves: true,
  inputs: [value, optional(parameter('new shape'))],
  output: value,
  readOptions: () => ({ op: 'RESHAPE' }),
};

export const transpose: OperatorRule = {
  code: 39,
  optionsType: optionsType.transpose,
  moves: true,
  inputs: [value, parameter('permutation')],
  output: value,
  readOptions: () => ({ op: 'TRANSPOSE' }),
};

export const concatenation: OperatorRule = {
  code: 2,
  optionsType: optionsType.concatenation,
  moves: true,
  inputs: [value],
  variadic: true,
  output: value,
  readOptions: (options, report) => ({
    op: 'CONCATENATION',
    axis: get(options, 'ConcatenationOptions.axis'),
    activation: readActivation(options, 'ConcatenationOptions.activation', report),
  }),
};

export const resizeBilinear: OperatorRule = {
  code: 23,
  optionsType: optionsType.resizeBilinear,
  inputs: [int8Value, parameter('new size')],
  output: int8Value,
  readOptions: (options) => ({
    op: 'RESIZE_BILINEAR',
    alignCorners: get(options, 'ResizeBilinearOptions.alignCorners'),
    halfPixelCenters: get(options, 'ResizeBilinearOptions.halfPixelCenters'),
  }),
};

export const resizeNearestNeighbor: OperatorRule = {
  code: 97,
  optionsType: optionsType.resizeNearestNeighbor,
  inputs: [value, parameter('new size')],
  output: value,
  readOptions: (options) => ({
    op: 'RESIZE_NEAREST_NEIGHBOR',
    alignCorners: get(options, 'ResizeNearestNeighborOptions.alignCorners'),
    halfPixelCenters: get(options, 'ResizeNearestNeighborOptions.halfPixelCenters'),
  }),
};
