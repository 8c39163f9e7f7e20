/** Which operators take int16 activations (16x8 quantisation): those for which TensorFlow Lite Micro has such kernels. */
import type { OperatorOptions } from '../../model/index.ts';

type Code = OperatorOptions['op'];

const int16Operators: ReadonlySet<Code> = new Set<Code>([
  'ABS',
  'ADD',
  'AVERAGE_POOL_2D',
  'CONCATENATION',
  'CONV_2D',
  'DEPTHWISE_CONV_2D',
  'DEQUANTIZE',
  'EXPAND_DIMS',
  'FULLY_CONNECTED',
  'LEAKY_RELU',
  'LOGISTIC',
  'MAXIMUM',
  'MAX_POOL_2D',
  'MEAN',
  'MINIMUM',
  'MUL',
  'PACK',
  'PAD',
  'PADV2',
  'PRELU',
  'QUANTIZE',
  'RELU',
  'RELU6',
  'RESHAPE',
  'RESIZE_NEAREST_NEIGHBOR',
  'REVERSE_V2',
  'SLICE',
  'SOFTMAX',
  'SPLIT',
  'SPLIT_V',
  'SQUEEZE',
  'STRIDED_SLICE',
  'SUB',
  'SUM',
  'TANH',
  'TRANSPOSE',
  'TRANSPOSE_CONV',
  'UNIDIRECTIONAL_SEQUENCE_LSTM',
  'UNPACK',
]);

const mixed: ReadonlySet<Code> = new Set<Code>(['ARG_MAX', 'ARG_MIN', 'CAST', 'PRELU', 'QUANTIZE']);

export function takesInt16(op: Code): boolean {
  return int16Operators.has(op);
}

/** Conversions, places of values, and the int8 slopes of PRELU beside int16 values. */
export function takesBoth(op: Code): boolean {
  return mixed.has(op);
}
