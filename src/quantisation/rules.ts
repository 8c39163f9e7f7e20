/** What quantisation does to each operator, by TensorFlow Lite's specification for 8-bit quantisation. */
import type { OperatorOptions } from '../model/index.ts';
import type { Parameters } from './types.ts';

export type OperatorRule = {
  /** Positions of inputs that become int8 with one scale; `all` of a variable number. */
  readonly values: readonly number[] | 'all';
  /** Dimension of the weights (input 1) along which each slice has its own scale; `layerPositions` tells the others. */
  readonly weightAxis?: number;
  /**
   * `own`: as calibrated. `tied`: the scale and zero point of the values, as the kernel copies or compares them.
   * `number`: places, which stay whole numbers. Otherwise fixed, whatever was calibrated.
   */
  readonly output: 'own' | 'tied' | 'number' | Parameters;
  /** Whether its values only go to other places: then `graph` says to which. */
  readonly moves?: true;
};

/** Why an operator is not quantised. */
export type Refusal = { readonly refused: string };

const own = { values: [0], output: 'own' } as const;
const tied = { values: [0], output: 'tied' } as const;
/** `tied`, and values go from place to place as they are. */
const moved = { values: [0], output: 'tied', moves: true } as const;
const joined = { values: 'all', output: 'tied', moves: true } as const;
/** 256 steps from 0 to 1. */
const probability = { values: [0], output: { scale: 1 / 256, zeroPoint: -128 } } as const;
/** Steps of 1/128 around 0, from -1 on. */
const signed = { values: [0], output: { scale: 1 / 128, zeroPoint: 0 } } as const;
/** Logarithms of probabilities, from -16 to 0. */
const logarithm = { values: [0], output: { scale: 1 / 16, zeroPoint: 127 } } as const;
const place = { values: [0], output: 'number' } as const;
const ownPair = { values: [0, 1], output: 'own' } as const;
const tiedPair = { values: [0, 1], output: 'tied' } as const;
/** The scales of what it keeps follow from sequences, which calibration samples are not. */
const unlikeTrained =
  'it keeps state over a sequence: quantise the network with tf.lite.TFLiteConverter, with sequences as its representative_dataset';
const quantised = { refused: 'it is quantised already' } as const;

export const operatorRules: Readonly<Record<OperatorOptions['op'], OperatorRule | Refusal>> = {
  CONV_2D: { values: [0], weightAxis: 0, output: 'own' },
  DEPTHWISE_CONV_2D: { values: [0], weightAxis: 3, output: 'own' },
  TRANSPOSE_CONV: { values: [2], weightAxis: 0, output: 'own' },
  FULLY_CONNECTED: { values: [0], weightAxis: 0, output: 'own' },
  SVDF: { refused: unlikeTrained },
  UNIDIRECTIONAL_SEQUENCE_LSTM: { refused: unlikeTrained },
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
  RESHAPE: moved,
  SQUEEZE: moved,
  EXPAND_DIMS: moved,
  TRANSPOSE: moved,
  RESIZE_BILINEAR: tied,
  RESIZE_NEAREST_NEIGHBOR: tied,
  CONCATENATION: joined,
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
  LOG_SOFTMAX: logarithm,
  L2_NORMALIZATION: signed,
  ARG_MAX: place,
  ARG_MIN: place,
  SUM: own,
  REDUCE_MAX: tied,
  REDUCE_MIN: tied,
  SLICE: moved,
  STRIDED_SLICE: moved,
  SPLIT: { values: [1], output: 'tied', moves: true },
  SPLIT_V: moved,
  PACK: joined,
  UNPACK: moved,
  GATHER: moved,
  MIRROR_PAD: moved,
  TILE: moved,
  BROADCAST_TO: moved,
  REVERSE_V2: moved,
  SPACE_TO_DEPTH: moved,
  DEPTH_TO_SPACE: moved,
  CAST: { refused: 'it changes the type of numbers, which float32 networks need not' },
  QUANTIZE: quantised,
  DEQUANTIZE: quantised,
};

/** Operators that float networks may have to be made int8. */
export const quantisableOperators: ReadonlySet<string> = new Set(
  Object.entries(operatorRules).flatMap(([op, rule]) => ('refused' in rule ? [] : [op])),
);

/** Operators whose values only go to other places. */
export const movingOperators: ReadonlySet<string> = new Set(
  Object.entries(operatorRules).flatMap(([op, rule]) => ('moves' in rule ? [op] : [])),
);

/** The rule of an operator in a network that `checkQuantisable` let pass. */
export function ruleOf(options: OperatorOptions): OperatorRule {
  const rule = operatorRules[options.op];
  if ('refused' in rule) throw new Error(`internal error: ${options.op} is not quantised`);
  return rule;
}

/** Where an operator with weights, which are its input 1, takes its values and its bias. */
export function layerPositions({ op }: OperatorOptions): { readonly values: number; readonly bias: number } {
  return op === 'TRANSPOSE_CONV' ? { values: 2, bias: 3 } : { values: 0, bias: 2 };
}

export function isValue(rule: OperatorRule, position: number): boolean {
  return rule.values === 'all' || rule.values.includes(position);
}
