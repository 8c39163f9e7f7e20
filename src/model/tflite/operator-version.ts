/**
 * The version of an operator that a file asks of TensorFlow Lite: the first that has what is used. By the rules of
 * tensorflow/compiler/mlir/lite/tools/versioning/op_version.cc.
 */
import { at } from '../../base/index.ts';
import type { ModelOperator, ModelTensor, OperatorOptions } from '../types.ts';

/** What versions depend on besides an operator's options. */
type Use = {
  readonly isInt8: boolean;
  readonly isInt16: boolean;
  readonly inputs: readonly ModelTensor[];
  readonly output: ModelTensor;
  readonly inputCount: number;
};

type Rules = {
  readonly [Op in OperatorOptions['op']]?: (
    use: Use,
    options: Extract<OperatorOptions, { readonly op: Op }>,
  ) => number;
};

/** Of operators that are not plainly version 2 for int8 and version 1 for float32. */
const rules: Rules = {
  CONV_2D: ({ isInt8, inputs }) => {
    if (inputs[0]?.shape.at(-1) !== inputs[1]?.shape.at(-1)) return 6;
    if (isInt8 && inputs[1]?.type === 'int4') return 7;
    return isInt8 ? 3 : 1;
  },
  DEPTHWISE_CONV_2D: ({ isInt8, inputs }, { dilationHeight, dilationWidth }) => {
    if (isInt8) return inputs[1]?.type === 'int4' ? 6 : 3;
    return dilationHeight === 1 && dilationWidth === 1 ? 1 : 2;
  },
  TRANSPOSE_CONV: ({ inputs }, { activation }) => {
    if (activation !== 'none') return 4;
    if (inputs.length === 4) return 3;
    return inputs[1]?.type === 'int8' ? 2 : 1;
  },
  FULLY_CONNECTED: ({ isInt8, inputs, inputCount }, { keepDims }) => {
    if (inputCount === 2) return 6;
    if (keepDims) return 5;
    if (isInt8 && inputs[1]?.type === 'int4') return 10;
    return isInt8 ? 4 : 1;
  },
  MUL: (use) => (use.isInt8 && productFactor(use) >= 1 ? 3 : plainVersion(use)),
  TRANSPOSE: (use) => {
    const rank = rankOf(use);
    if (rank > 6) return 8;
    if (rank > 4) return rank === 6 ? 6 : 4;
    return plainVersion(use);
  },
  PAD: (use) => (rankOf(use) > 4 ? 4 : plainVersion(use)),
  PADV2: (use) => (rankOf(use) > 4 ? 4 : plainVersion(use)),
  RESIZE_BILINEAR: (use, { halfPixelCenters }) => (halfPixelCenters ? 3 : plainVersion(use)),
  RESIZE_NEAREST_NEIGHBOR: (use, { halfPixelCenters, alignCorners }) =>
    halfPixelCenters || alignCorners ? 3 : plainVersion(use),
  SVDF: ({ isInt8 }) => (isInt8 ? 3 : 1),
  UNIDIRECTIONAL_SEQUENCE_LSTM: () => 1,
  QUANTIZE: ({ output }) => (output.type === 'int16' ? 2 : 1),
  BROADCAST_TO: ({ isInt8 }) => (isInt8 ? 3 : 2),
  REVERSE_V2: ({ isInt8 }) => (isInt8 ? 3 : 1),
  TILE: ({ isInt8 }) => (isInt8 ? 3 : 1),
  RESHAPE: () => 1,
};

export function operatorVersion(operator: ModelOperator, tensors: readonly ModelTensor[]): number {
  const { options, outputs } = operator;
  const inputs = operator.inputs.filter((index) => index !== -1).map((index) => at(tensors, index));
  // The first input of a split is its axis.
  const values = inputs.find(({ type }) => type === 'int8' || type === 'int16');
  const use: Use = {
    isInt8: values?.type === 'int8',
    isInt16: values?.type === 'int16',
    inputs,
    output: at(tensors, at(outputs, 0)),
    inputCount: operator.inputs.length,
  };
  const int16Version = use.isInt16 ? versionOfInt16(use, options) : undefined;
  if (int16Version !== undefined) return int16Version;
  const rule = rules[options.op] as ((use: Use, options: OperatorOptions) => number) | undefined;
  return rule === undefined ? plainVersion(use) : rule(use, options);
}

/** Where int16 activations decide alone; `undefined` for operators that have the version of other types. */
function versionOfInt16(use: Use, options: OperatorOptions): number | undefined {
  if ('biasType' in options) return options.op === 'CONV_2D' ? 8 : 11;
  if (rankOf(use) > 4 && rankDecides.includes(options.op)) return undefined;
  return int16Versions[options.op];
}

const rankDecides: readonly OperatorOptions['op'][] = ['PAD', 'PADV2', 'SLICE'];

const int16Versions: { readonly [Op in OperatorOptions['op']]?: number } = {
  ABS: 3,
  ADD: 3,
  AVERAGE_POOL_2D: 3,
  CONCATENATION: 3,
  DEQUANTIZE: 3,
  LEAKY_RELU: 2,
  LOGISTIC: 3,
  MAXIMUM: 4,
  MAX_POOL_2D: 3,
  MEAN: 3,
  MINIMUM: 4,
  MUL: 4,
  PACK: 3,
  PAD: 3,
  PADV2: 3,
  RELU: 3,
  RELU6: 3,
  RESIZE_NEAREST_NEIGHBOR: 4,
  SLICE: 4,
  SOFTMAX: 3,
  SPLIT: 4,
  SUB: 5,
  TANH: 3,
  TRANSPOSE: 5,
  UNPACK: 4,
};

function plainVersion({ isInt8 }: Use): number {
  return isInt8 ? 2 : 1;
}

function rankOf({ inputs }: Use): number {
  return inputs[0]?.shape.length ?? 0;
}

/** By what the product of two int8 values is scaled. */
function productFactor({ inputs, output }: Use): number {
  const [first = 0, second = 0] = inputs.map(({ quantization }) => quantization?.scales[0]);
  return (first * second) / (output.quantization?.scales[0] ?? Number.POSITIVE_INFINITY);
}
