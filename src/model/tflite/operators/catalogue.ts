/** Every operator that can be read; a new one is added to its family's file and here. */
import type { OperatorOptions } from '../../types.ts';
import { dequantize, quantize } from './conversion.ts';
import { conv2d, depthwiseConv2d } from './convolution.ts';
import { add, logistic, mul, relu, relu6, softmax } from './elementwise.ts';
import { fullyConnected } from './fully-connected.ts';
import { averagePool2d, maxPool2d, mean } from './pooling.ts';
import { concatenation, pad, padV2, reshape, resizeNearestNeighbor, transpose } from './rearrangement.ts';
import type { OperatorRule } from './rule.ts';

const rules: Readonly<Record<OperatorOptions['op'], OperatorRule>> = {
  ADD: add,
  AVERAGE_POOL_2D: averagePool2d,
  CONCATENATION: concatenation,
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwiseConv2d,
  DEQUANTIZE: dequantize,
  FULLY_CONNECTED: fullyConnected,
  LOGISTIC: logistic,
  MAX_POOL_2D: maxPool2d,
  MEAN: mean,
  MUL: mul,
  PAD: pad,
  PADV2: padV2,
  QUANTIZE: quantize,
  RELU: relu,
  RELU6: relu6,
  RESHAPE: reshape,
  RESIZE_NEAREST_NEIGHBOR: resizeNearestNeighbor,
  SOFTMAX: softmax,
  TRANSPOSE: transpose,
};

const byCode: ReadonlyMap<number, OperatorRule> = new Map(
  Object.values(rules).map((rule) => [rule.code, rule]),
);

/** The rule for a builtin operator code, or `undefined` for an operator that is not supported. */
export function operatorRule(code: number): OperatorRule | undefined {
  return byCode.get(code);
}

/** The rule of an operator that is supported. */
export function ruleOf(op: OperatorOptions['op']): OperatorRule {
  return rules[op];
}
