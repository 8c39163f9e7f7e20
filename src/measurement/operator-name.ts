/** What reports call operators. */
import type { Op } from '../graph/index.ts';

/** The operator's name in TensorFlow Lite's schema. */
export function operatorName(op: Op): string {
  if ('function' in op) return op.function;
  const names: Readonly<Record<Exclude<Op, { readonly function: string }>['kind'], string>> = {
    conv2d: 'CONV_2D',
    groupedConv2d: 'CONV_2D',
    transposeConv2d: 'TRANSPOSE_CONV',
    depthwiseConv2d: 'DEPTHWISE_CONV_2D',
    fullyConnected: 'FULLY_CONNECTED',
    add: 'ADD',
    sub: 'SUB',
    mul: 'MUL',
    maximum: 'MAXIMUM',
    minimum: 'MINIMUM',
    prelu: 'PRELU',
    averagePool2d: 'AVERAGE_POOL_2D',
    maxPool2d: 'MAX_POOL_2D',
    mean: 'MEAN',
    sum: 'SUM',
    reduceMax: 'REDUCE_MAX',
    reduceMin: 'REDUCE_MIN',
    argMax: 'ARG_MAX',
    argMin: 'ARG_MIN',
    pad: 'PAD',
    slice: 'SLICE',
    reshape: 'RESHAPE',
    transpose: 'TRANSPOSE',
    softmax: 'SOFTMAX',
    logSoftmax: 'LOG_SOFTMAX',
    l2Normalise: 'L2_NORMALIZATION',
    concatenation: 'CONCATENATION',
    requantize: 'QUANTIZE',
    cast: 'CAST',
    relu: 'RELU',
    logistic: 'LOGISTIC',
    resizeBilinear: 'RESIZE_BILINEAR',
    store: 'ASSIGN_VARIABLE',
    svdf: 'SVDF',
    lstm: 'UNIDIRECTIONAL_SEQUENCE_LSTM',
    resizeNearest: 'RESIZE_NEAREST_NEIGHBOR',
  };
  return names[op.kind];
}
