/** What quantisation does to each operator, by TensorFlow Lite's specification for 8-bit quantisation. */
import type { OperatorOptions } from '../model/index.ts';
import type { Parameters } from './types.ts';

export type OperatorRule = {
  /** Positions of inputs that become int8 with one scale; `all` of a variable number. */
  readonly values: readonly number[] | 'all';
  /** Dimension of the weights (input 1) along which each slice has its own scale; input 2 is a bias. */
  readonly weightAxis?: number;
  /**
   * `own`: as calibrated. `tied`: the scale and zero point of the values, as the kernel copies or compares them.
   * Otherwise fixed, whatever was calibrated.
   */
  readonly output: 'own' | 'tied' | Parameters;
};

/** Why an operator is not quantised. */
export type Refusal = { readonly refused: string };

const own = { values: [0], output: 'own' } as const;
const tied = { values: [0], output: 'tied' } as const;
/** 256 steps from 0 to 1. */
const probability = { values: [0], output: { scale: 1 / 256, zeroPoint: -128 } } as const;
/** Steps of 1/128 around 0, from -1 on. */
const signed = { values: [0], output: { scale: 1 / 128, zeroPoint: 0 } } as const;
const ownPair = { values: [0, 1], output: 'own' } as const;
const tiedPair = { values: [0, 1], output: 'tied' } as const;
const notComputed = {
  refused: 'its float form is not computed here, so that it cannot be calibrated',
} as const;
const quantised = { refused: 'it is quantised already' } as const;

export const operatorRules: Readonly<Record<OperatorOptions['op'], OperatorRule | Refusal>> = {
  CONV_2D: { values: [0], weightAxis: 0, output: 'own' },
  DEPTHWISE_CONV_2D: { values: [0], weightAxis: 3, output: 'own' },
  FULLY_CONNECTED: { values: [0], weightAxis: 0, output: 'own' },
  ADD: ownPair,
  SUB: ownPair,
  MUL: ownPair,
  MAXIMUM: tiedPair,
  MINIMUM: tiedPair,
  PRELU: ownPair,
  AVERAGE_POOL_2D: tied,
  MAX_POOL_2D: tied,
  MEAN: own,
  PAD: tied,
  PADV2: { values: [0, 2], output: 'tied' },
  RESHAPE: tied,
  SQUEEZE: tied,
  EXPAND_DIMS: tied,
  TRANSPOSE: tied,
  RESIZE_NEAREST_NEIGHBOR: tied,
  CONCATENATION: { values: 'all', output: 'tied' },
  RELU: own,
  RELU6: own,
  RELU_N1_TO_1: own,
  RELU_0_TO_1: own,
  LEAKY_RELU: own,
  ABS: own,
  ELU: own,
  HARD_SWISH: own,
  TANH: signed,
  LOGISTIC: probability,
  SOFTMAX: probability,
  SUM: notComputed,
  REDUCE_MAX: notComputed,
  REDUCE_MIN: notComputed,
  SLICE: notComputed,
  STRIDED_SLICE: notComputed,
  SPLIT: notComputed,
  SPLIT_V: notComputed,
  PACK: notComputed,
  UNPACK: notComputed,
  GATHER: notComputed,
  MIRROR_PAD: notComputed,
  SPACE_TO_DEPTH: notComputed,
  DEPTH_TO_SPACE: notComputed,
  QUANTIZE: quantised,
  DEQUANTIZE: quantised,
};

/** The rule of an operator in a network that `checkQuantisable` let pass. */
export function ruleOf(options: OperatorOptions): OperatorRule {
  const rule = operatorRules[options.op];
  if ('refused' in rule) throw new Error(`internal error: ${options.op} is not quantised`);
  return rule;
}

export function isValue(rule: OperatorRule, position: number): boolean {
  return rule.values === 'all' || rule.values.includes(position);
}
