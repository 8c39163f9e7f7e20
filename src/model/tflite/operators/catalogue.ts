/** Every operator that can be read; a new one is added to its family's file and here. */
import type { OperatorOptions } from '../../types.ts';
import { cast, dequantize, quantize } from './conversion.ts';
import { conv2d, depthwiseConv2d, transposeConv } from './convolution.ts';
import {
  abs,
  add,
  elu,
  hardSwish,
  leakyRelu,
  logistic,
  maximum,
  minimum,
  mul,
  prelu,
  relu,
  relu0To1,
  relu6,
  reluN1To1,
  softmax,
  sub,
  tanh,
} from './elementwise.ts';
import { fullyConnected } from './fully-connected.ts';
import { averagePool2d, maxPool2d, mean, reduceMax, reduceMin, sum } from './pooling.ts';
import {
  concatenation,
  pad,
  padV2,
  reshape,
  resizeBilinear,
  resizeNearestNeighbor,
  transpose,
} from './rearrangement.ts';
import { svdf, unidirectionalSequenceLstm } from './recurrent.ts';
import { argMax, argMin, l2Normalization, logSoftmax } from './rows.ts';
import type { OperatorRule } from './rule.ts';
import {
  broadcastTo,
  depthToSpace,
  expandDims,
  gather,
  mirrorPad,
  pack,
  reverse,
  slice,
  spaceToDepth,
  split,
  splitV,
  squeeze,
  stridedSlice,
  tile,
  unpack,
} from './slicing.ts';

export const operatorRules: Readonly<Record<OperatorOptions['op'], OperatorRule>> = {
  ABS: abs,
  ADD: add,
  ARG_MAX: argMax,
  ARG_MIN: argMin,
  AVERAGE_POOL_2D: averagePool2d,
  BROADCAST_TO: broadcastTo,
  CAST: cast,
  CONCATENATION: concatenation,
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwiseConv2d,
  DEPTH_TO_SPACE: depthToSpace,
  DEQUANTIZE: dequantize,
  ELU: elu,
  EXPAND_DIMS: expandDims,
  FULLY_CONNECTED: fullyConnected,
  GATHER: gather,
  HARD_SWISH: hardSwish,
  L2_NORMALIZATION: l2Normalization,
  LEAKY_RELU: leakyRelu,
  LOGISTIC: logistic,
  LOG_SOFTMAX: logSoftmax,
  MAXIMUM: maximum,
  MAX_POOL_2D: maxPool2d,
  MEAN: mean,
  MINIMUM: minimum,
  MIRROR_PAD: mirrorPad,
  MUL: mul,
  PACK: pack,
  PAD: pad,
  PADV2: padV2,
  PRELU: prelu,
  QUANTIZE: quantize,
  REDUCE_MAX: reduceMax,
  REDUCE_MIN: reduceMin,
  RELU: relu,
  RELU6: relu6,
  RELU_0_TO_1: relu0To1,
  RELU_N1_TO_1: reluN1To1,
  RESHAPE: reshape,
  RESIZE_BILINEAR: resizeBilinear,
  RESIZE_NEAREST_NEIGHBOR: resizeNearestNeighbor,
  REVERSE_V2: reverse,
  SLICE: slice,
  SOFTMAX: softmax,
  SPACE_TO_DEPTH: spaceToDepth,
  SPLIT: split,
  SPLIT_V: splitV,
  SQUEEZE: squeeze,
  STRIDED_SLICE: stridedSlice,
  SUB: sub,
  SUM: sum,
  SVDF: svdf,
  TANH: tanh,
  TILE: tile,
  TRANSPOSE: transpose,
  TRANSPOSE_CONV: transposeConv,
  UNIDIRECTIONAL_SEQUENCE_LSTM: unidirectionalSequenceLstm,
  UNPACK: unpack,
};

const byCode: ReadonlyMap<number, OperatorRule> = new Map(
  Object.values(operatorRules).map((rule) => [rule.code, rule]),
);

/** Whether values only go to other places. */
export function movesValues(op: OperatorOptions['op']): boolean {
  return operatorRules[op].moves === true;
}

/** The rule for a builtin operator code, or `undefined` for an operator that is not supported. */
export function operatorRule(code: number): OperatorRule | undefined {
  return byCode.get(code);
}

/** The rule of an operator that is supported. */
export function ruleOf(op: OperatorOptions['op']): OperatorRule {
  return operatorRules[op];
}
