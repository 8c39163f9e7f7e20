/** Schema facts for the options that test files carry: operator codes, union members, slots. */
import type { Activation, OperatorOptions, PaddingRule } from '../../src/model/index.ts';

type OptionsOf<T> = T extends { readonly op: infer Op }
  ? { readonly op: Op } & Partial<Omit<T, 'op'>>
  : never;

/** A supported operator with the options that matter (others get plain values), or any other by code or name. */
export type OptionsSpec =
  | OptionsOf<OperatorOptions>
  | { readonly code: number }
  | { readonly custom: string };

export type OptionField = readonly [slot: number, type: 'byte' | 'int' | 'float', value: number];

export type OptionsFacts = {
  /** Member of the union `BuiltinOptions`; 0 for none. */
  readonly type: number;
  readonly fields: readonly OptionField[];
};

const codes: Readonly<Record<OperatorOptions['op'], number>> = {
  ADD: 0,
  BROADCAST_TO: 130,
  REVERSE_V2: 105,
  TILE: 69,
  ARG_MAX: 56,
  ARG_MIN: 79,
  CAST: 53,
  L2_NORMALIZATION: 11,
  LOG_SOFTMAX: 50,
  SUM: 74,
  REDUCE_MAX: 82,
  REDUCE_MIN: 89,
  SQUEEZE: 43,
  EXPAND_DIMS: 70,
  PACK: 83,
  UNPACK: 88,
  SPLIT: 49,
  SPLIT_V: 102,
  SLICE: 65,
  STRIDED_SLICE: 45,
  GATHER: 36,
  MIRROR_PAD: 100,
  SPACE_TO_DEPTH: 26,
  DEPTH_TO_SPACE: 5,
  SUB: 41,
  MAXIMUM: 55,
  MINIMUM: 57,
  PRELU: 54,
  TANH: 28,
  ABS: 101,
  ELU: 111,
  HARD_SWISH: 117,
  LEAKY_RELU: 98,
  RELU_N1_TO_1: 20,
  RELU_0_TO_1: 152,
  AVERAGE_POOL_2D: 1,
  CONCATENATION: 2,
  CONV_2D: 3,
  DEPTHWISE_CONV_2D: 4,
  DEQUANTIZE: 6,
  FULLY_CONNECTED: 9,
  LOGISTIC: 14,
  MAX_POOL_2D: 17,
  MUL: 18,
  RELU: 19,
  RELU6: 21,
  RESHAPE: 22,
  SOFTMAX: 25,
  PAD: 34,
  TRANSPOSE: 39,
  TRANSPOSE_CONV: 67,
  MEAN: 40,
  PADV2: 60,
  RESIZE_BILINEAR: 23,
  RESIZE_NEAREST_NEIGHBOR: 97,
  QUANTIZE: 114,
  SVDF: 27,
  UNIDIRECTIONAL_SEQUENCE_LSTM: 44,
};

const customCode = 32;

/** Code in the enumeration `BuiltinOperator`. */
export function operatorCode(options: OptionsSpec): number {
  if ('code' in options) return options.code;
  return 'custom' in options ? customCode : codes[options.op];
}

/** How the options are stored: which table, with which fields. */
export function describeOptions(options: OptionsSpec): OptionsFacts {
  if ('code' in options || 'custom' in options) return { type: 0, fields: [] };
  return describeSlicing(options) ?? describeOthers(options);
}

function describeOthers(options: OptionsOf<OperatorOptions>): OptionsFacts {
  const { op } = options;
  switch (op) {
    case 'CONV_2D':
      return {
        type: 1,
        fields: [
          ...window(options),
          [3, 'byte', activationCode(options.activation)],
          [4, 'int', options.dilationWidth ?? 1],
          [5, 'int', options.dilationHeight ?? 1],
        ],
      };
    case 'DEPTHWISE_CONV_2D':
      return {
        type: 2,
        fields: [
          ...window(options),
          [3, 'int', options.depthMultiplier ?? 1],
          [4, 'byte', activationCode(options.activation)],
          [5, 'int', options.dilationWidth ?? 1],
          [6, 'int', options.dilationHeight ?? 1],
        ],
      };
    case 'AVERAGE_POOL_2D':
    case 'MAX_POOL_2D':
      return {
        type: 5,
        fields: [
          ...window(options),
          [3, 'int', options.filterWidth ?? 1],
          [4, 'int', options.filterHeight ?? 1],
          [5, 'byte', activationCode(options.activation)],
        ],
      };
    case 'FULLY_CONNECTED':
      return {
        type: 8,
        fields: [
          [0, 'byte', activationCode(options.activation)],
          [2, 'byte', Number(options.keepDims ?? false)],
        ],
      };
    case 'ADD':
    case 'SUB':
    case 'MUL':
      return { type: arithmeticTypes[op], fields: [[0, 'byte', activationCode(options.activation)]] };
    case 'LEAKY_RELU':
      return { type: 75, fields: [[0, 'float', options.alpha ?? 0]] };
    case 'SOFTMAX':
      return { type: 9, fields: [[0, 'float', options.beta ?? 1]] };
    case 'CONCATENATION':
      return {
        type: 10,
        fields: [
          [0, 'int', options.axis ?? 0],
          [1, 'byte', activationCode(options.activation)],
        ],
      };
    case 'MEAN':
    case 'SUM':
    case 'REDUCE_MAX':
    case 'REDUCE_MIN':
      return { type: 27, fields: [[0, 'byte', Number(options.keepDims ?? false)]] };
    case 'SVDF':
      return {
        type: 6,
        fields: [
          [0, 'int', options.rank ?? 1],
          [1, 'byte', activationCode(options.activation)],
        ],
      };
    case 'UNIDIRECTIONAL_SEQUENCE_LSTM':
      return {
        type: 71,
        fields: [
          [0, 'byte', 4],
          [1, 'float', options.cellClip ?? 0],
          [3, 'byte', Number(options.timeMajor ?? false)],
        ],
      };
    case 'TRANSPOSE_CONV':
      return { type: 49, fields: [...window(options), [3, 'byte', activationCode(options.activation)]] };
    case 'RESIZE_BILINEAR':
      return {
        type: 15,
        fields: [
          [2, 'byte', Number(options.alignCorners ?? false)],
          [3, 'byte', Number(options.halfPixelCenters ?? false)],
        ],
      };
    case 'RESIZE_NEAREST_NEIGHBOR':
      return {
        type: 74,
        fields: [
          [0, 'byte', Number(options.alignCorners ?? false)],
          [1, 'byte', Number(options.halfPixelCenters ?? false)],
        ],
      };
    default:
      return { type: typesWithoutFields[op as keyof typeof typesWithoutFields], fields: [] };
  }
}

/** Of the operators that take parts or put them together; `undefined` for others. */
function describeSlicing(options: OptionsOf<OperatorOptions>): OptionsFacts | undefined {
  const { op } = options;
  switch (op) {
    case 'PACK':
    case 'UNPACK':
      return { type: op === 'PACK' ? 59 : 64, fields: [[1, 'int', options.axis ?? 0]] };
    case 'GATHER':
      return {
        type: 23,
        fields: [
          [0, 'int', options.axis ?? 0],
          [1, 'int', options.batchDimensions ?? 0],
        ],
      };
    case 'STRIDED_SLICE':
      return {
        type: 32,
        fields: [
          [0, 'int', options.beginMask ?? 0],
          [1, 'int', options.endMask ?? 0],
          [4, 'int', options.shrinkMask ?? 0],
        ],
      };
    case 'MIRROR_PAD':
      return { type: 77, fields: [[0, 'byte', Number(options.repeatsEdge ?? false)]] };
    case 'SPACE_TO_DEPTH':
    case 'DEPTH_TO_SPACE':
      return { type: op === 'SPACE_TO_DEPTH' ? 19 : 94, fields: [[0, 'int', options.blockSize ?? 2]] };
    default:
      return undefined;
  }
}

const arithmeticTypes = { ADD: 11, SUB: 28, MUL: 21 } as const;

const typesWithoutFields = {
  BROADCAST_TO: 104,
  REVERSE_V2: 81,
  TILE: 51,
  SQUEEZE: 30,
  EXPAND_DIMS: 52,
  SPLIT: 35,
  SPLIT_V: 79,
  SLICE: 48,
  MAXIMUM: 39,
  MINIMUM: 39,
  PRELU: 0,
  TANH: 0,
  ABS: 78,
  ELU: 0,
  HARD_SWISH: 91,
  RELU_N1_TO_1: 0,
  RELU_0_TO_1: 0,
  RESHAPE: 17,
  PAD: 22,
  PADV2: 43,
  TRANSPOSE: 26,
  QUANTIZE: 89,
  DEQUANTIZE: 38,
  RELU: 0,
  RELU6: 0,
  LOGISTIC: 0,
} as const;

/** Convolutions and pools begin alike. */
function window(options: {
  readonly padding?: PaddingRule;
  readonly strideWidth?: number;
  readonly strideHeight?: number;
}): readonly OptionField[] {
  return [
    [0, 'byte', options.padding === 'same' ? 0 : 1],
    [1, 'int', options.strideWidth ?? 1],
    [2, 'int', options.strideHeight ?? 1],
  ];
}

function activationCode(activation: Activation = 'none'): number {
  return ['none', 'relu', 'relu-n1-to-1', 'relu6'].indexOf(activation);
}
