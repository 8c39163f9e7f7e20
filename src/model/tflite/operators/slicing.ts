/** Operators that take parts of tensors, put them together or order them anew. */
import { malformed } from '../../failures.ts';
import type { OperatorOptions } from '../../types.ts';
import { optionsType } from '../schema.ts';
import { type FieldOf, get, type Table } from '../table.ts';
import { int8Value, type OperatorRule, optional, parameter, value } from './rule.ts';

const whole = ['int32', 'int64'] as const;

/** Without options, or with none that matter. */
function plain(
  code: number,
  op: 'EXPAND_DIMS' | 'SLICE' | 'SPLIT' | 'SPLIT_V',
  type: number,
  inputs: OperatorRule['inputs'],
): OperatorRule {
  return { code, optionsType: type, moves: true, inputs, output: value, readOptions: () => ({ op }) };
}

export const expandDims: OperatorRule = plain(70, 'EXPAND_DIMS', optionsType.expandDims, [
  value,
  parameter('axis', whole),
]);

const newPlaces = { moves: true, output: int8Value } as const;

export const tile: OperatorRule = {
  ...newPlaces,
  code: 69,
  optionsType: optionsType.tile,
  inputs: [int8Value, parameter('multiples', whole)],
  readOptions: () => ({ op: 'TILE' }),
};

export const broadcastTo: OperatorRule = {
  ...newPlaces,
  code: 130,
  optionsType: optionsType.broadcastTo,
  inputs: [int8Value, parameter('new shape', whole)],
  readOptions: () => ({ op: 'BROADCAST_TO' }),
};

export const reverse: OperatorRule = {
  ...newPlaces,
  code: 105,
  optionsType: optionsType.reverse,
  inputs: [value, parameter('axes')],
  output: value,
  readOptions: () => ({ op: 'REVERSE_V2' }),
};

export const slice: OperatorRule = plain(65, 'SLICE', optionsType.slice, [
  value,
  parameter('begin', whole),
  parameter('size', whole),
]);

export const split: OperatorRule = {
  ...plain(49, 'SPLIT', optionsType.split, [parameter('axis'), value]),
  severalOutputs: true,
};

export const splitV: OperatorRule = {
  ...plain(102, 'SPLIT_V', optionsType.splitV, [value, parameter('sizes', whole), parameter('axis')]),
  severalOutputs: true,
};

export const squeeze: OperatorRule = {
  code: 43,
  optionsType: optionsType.squeeze,
  moves: true,
  inputs: [value],
  output: value,
  readOptions: (options) => {
    const axes = get(options, 'SqueezeOptions.axes');
    if (axes.length > 8) throw malformed(`SqueezeOptions.axes has ${axes.length} elements`);
    return { op: 'SQUEEZE', axes: Array.from({ length: axes.length }, (_, index) => axes.get(index)) };
  },
};

export const pack: OperatorRule = {
  code: 83,
  optionsType: optionsType.pack,
  moves: true,
  inputs: [value],
  variadic: true,
  output: value,
  readOptions: (options) => ({ op: 'PACK', axis: get(options, 'PackOptions.axis') }),
};

export const unpack: OperatorRule = {
  code: 88,
  optionsType: optionsType.unpack,
  moves: true,
  inputs: [value],
  output: value,
  severalOutputs: true,
  readOptions: (options) => ({ op: 'UNPACK', axis: get(options, 'UnpackOptions.axis') }),
};

export const gather: OperatorRule = {
  code: 36,
  optionsType: optionsType.gather,
  moves: true,
  inputs: [int8Value, parameter('indices', whole)],
  output: int8Value,
  readOptions: (options) => ({
    op: 'GATHER',
    axis: get(options, 'GatherOptions.axis'),
    batchDimensions: get(options, 'GatherOptions.batchDims'),
  }),
};

export const stridedSlice: OperatorRule = {
  code: 45,
  optionsType: optionsType.stridedSlice,
  moves: true,
  inputs: [value, parameter('begin'), parameter('end'), optional(parameter('strides'))],
  output: value,
  readOptions: (options, report) => {
    if (get(options, 'StridedSliceOptions.ellipsisMask') !== 0) report('an ellipsis in its slices');
    if (get(options, 'StridedSliceOptions.newAxisMask') !== 0) report('new dimensions in its slices');
    if (get(options, 'StridedSliceOptions.offset')) report('ends counted from the begin of its slices');
    return {
      op: 'STRIDED_SLICE',
      beginMask: get(options, 'StridedSliceOptions.beginMask'),
      endMask: get(options, 'StridedSliceOptions.endMask'),
      shrinkMask: get(options, 'StridedSliceOptions.shrinkAxisMask'),
    };
  },
};

export const mirrorPad: OperatorRule = {
  code: 100,
  optionsType: optionsType.mirrorPad,
  moves: true,
  inputs: [int8Value, parameter('paddings', whole)],
  output: int8Value,
  readOptions: (options) => {
    const mode = get(options, 'MirrorPadOptions.mode');
    if (mode > 1) throw malformed(`MirrorPadOptions.mode is ${mode}, neither REFLECT (0) nor SYMMETRIC (1)`);
    return { op: 'MIRROR_PAD', repeatsEdge: mode === 1 };
  },
};

export const spaceToDepth: OperatorRule = {
  code: 26,
  optionsType: optionsType.spaceToDepth,
  moves: true,
  inputs: [int8Value],
  output: int8Value,
  readOptions: (options) => blockOptions('SPACE_TO_DEPTH', options, 'SpaceToDepthOptions.blockSize'),
};

export const depthToSpace: OperatorRule = {
  code: 5,
  optionsType: optionsType.depthToSpace,
  moves: true,
  inputs: [int8Value],
  output: int8Value,
  readOptions: (options) => blockOptions('DEPTH_TO_SPACE', options, 'DepthToSpaceOptions.blockSize'),
};

function blockOptions(
  op: 'SPACE_TO_DEPTH' | 'DEPTH_TO_SPACE',
  options: Table,
  field: FieldOf<'int32'>,
): OperatorOptions {
  const blockSize = get(options, field);
  if (blockSize < 1 || blockSize > 4096) throw malformed(`${field} is ${blockSize}`);
  return { op, blockSize };
}
