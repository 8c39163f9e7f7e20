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
  MEAN: 40,
  PADV2: 60,
  RESIZE_NEAREST_NEIGHBOR: 97,
  QUANTIZE: 114,
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
    case 'MUL':
      return { type: op === 'ADD' ? 11 : 21, fields: [[0, 'byte', activationCode(options.activation)]] };
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
      return { type: 27, fields: [[0, 'byte', Number(options.keepDims ?? false)]] };
    case 'RESIZE_NEAREST_NEIGHBOR':
      return {
        type: 74,
        fields: [
          [0, 'byte', Number(options.alignCorners ?? false)],
          [1, 'byte', Number(options.halfPixelCenters ?? false)],
        ],
      };
    default:
      return { type: typesWithoutFields[op], fields: [] };
  }
}

const typesWithoutFields = {
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
