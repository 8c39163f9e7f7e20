/** The smallest sensible .tflite network for every operator that is supported, by operator. */
import { at } from '../../src/base/index.ts';
import type { OperatorOptions } from '../../src/model/index.ts';
import {
  int8Value,
  int8Weights,
  int32Constant,
  type NetworkSpec,
  type TensorSpec,
} from './tflite-builder.ts';

type Op = OperatorOptions['op'];

const int32Bias = (channels: number): TensorSpec => ({
  ...int32Constant(
    [channels],
    Array.from({ length: channels }, (_, index) => index * 100 - 50),
  ),
  quantization: { scales: Array.from({ length: channels }, () => 0.125) },
});

const float32Value = (shape: readonly number[]): TensorSpec => ({ shape, type: 'float32' });

/** Tensor 0 is the network's input, tensor 1 its output, the others are further inputs of the operator. */
function single(
  options: OperatorOptions,
  input: TensorSpec,
  output: TensorSpec,
  ...others: readonly TensorSpec[]
): NetworkSpec {
  return {
    tensors: [input, output, ...others],
    operators: [{ inputs: [0, ...others.map((_, index) => index + 2)], outputs: [1], options }],
    inputs: [0],
    outputs: [1],
  };
}

const square = { padding: 'same', strideHeight: 1, strideWidth: 1, activation: 'none' } as const;
const undilated = { dilationHeight: 1, dilationWidth: 1 } as const;
const image = int8Value([1, 4, 4, 2]);

/** Three values in each of two steps, two units; what a plain cell does without is absent. */
function lstmNetwork(): NetworkSpec {
  const gates = [0, 1, 2, 3];
  const network = single(
    { op: 'UNIDIRECTIONAL_SEQUENCE_LSTM', timeMajor: false, cellClip: 10 },
    int8Value([1, 2, 3], 0.0625),
    int8Value([1, 2, 2], 0.0078125, -1),
    ...gates.map(() => int8Weights([2, 3], [0.0625])),
    ...gates.map(() => int8Weights([2, 2], [0.0625])),
    ...gates.map((gate) => int32Constant([2], [gate * 50, 200])),
    { ...int8Value([1, 2], 0.0078125, -1), raw: { isVariable: true } },
    {
      shape: [1, 2],
      type: 'int16',
      quantization: { scales: [2 ** -11], zeroPoints: [0] },
      raw: { isVariable: true },
    },
  );
  const [{ inputs, ...operator } = at(network.operators, 0)] = network.operators;
  const absent = [-1, -1, -1];
  const places = [
    ...inputs.slice(0, 9),
    ...absent,
    ...inputs.slice(9, 13),
    -1,
    -1,
    ...inputs.slice(13),
    ...absent,
    -1,
  ];
  return { ...network, operators: [{ ...operator, inputs: places }] };
}

/** Each computes something, and is sound for every later room. */
export const sampleNetworks: Readonly<Record<Op, NetworkSpec>> = {
  CONV_2D: single(
    { op: 'CONV_2D', ...square, ...undilated, activation: 'relu6' },
    image,
    int8Value([1, 4, 4, 3], 0.25, -128),
    int8Weights([3, 3, 3, 2], [0.25, 0.125, 0.5]),
    int32Bias(3),
  ),
  DEPTHWISE_CONV_2D: single(
    { op: 'DEPTHWISE_CONV_2D', ...square, ...undilated, padding: 'valid', depthMultiplier: 2 },
    image,
    int8Value([1, 2, 2, 4]),
    int8Weights([1, 3, 3, 4], [0.25, 0.125, 0.5, 0.75], 3),
    int32Bias(4),
  ),
  FULLY_CONNECTED: single(
    { op: 'FULLY_CONNECTED', activation: 'relu', keepDims: false },
    int8Value([1, 8]),
    int8Value([1, 3]),
    int8Weights([3, 8]),
    { ...int32Constant([3], [1, -2, 3]), quantization: { scales: [0.125] } },
  ),
  ADD: single({ op: 'ADD', activation: 'none' }, image, int8Value([1, 4, 4, 2], 0.75, 3), {
    ...int8Weights([1, 1, 1, 2]),
    quantization: { scales: [0.25], zeroPoints: [4] },
  }),
  SUB: single({ op: 'SUB', activation: 'none' }, image, int8Value([1, 4, 4, 2], 0.75, 3), {
    ...int8Weights([1, 1, 1, 2]),
    quantization: { scales: [0.25], zeroPoints: [4] },
  }),
  MAXIMUM: single({ op: 'MAXIMUM' }, image, image, int8Weights([1, 1, 1, 2], [0.5])),
  MINIMUM: single({ op: 'MINIMUM' }, image, image, int8Weights([1, 1, 1, 2], [0.5])),
  PRELU: single({ op: 'PRELU' }, image, image, int8Weights([1, 1, 2])),
  TANH: single({ op: 'TANH' }, image, int8Value([1, 4, 4, 2], 1 / 128, 0)),
  ABS: single({ op: 'ABS' }, image, int8Value([1, 4, 4, 2], 0.25, -128)),
  ELU: single({ op: 'ELU' }, image, int8Value([1, 4, 4, 2], 0.25, -100)),
  HARD_SWISH: single({ op: 'HARD_SWISH' }, image, int8Value([1, 4, 4, 2], 0.25, -100)),
  LEAKY_RELU: single({ op: 'LEAKY_RELU', alpha: 0.25 }, image, int8Value([1, 4, 4, 2], 0.25, -100)),
  RELU_N1_TO_1: single({ op: 'RELU_N1_TO_1' }, image, int8Value([1, 4, 4, 2], 1 / 128, 0)),
  RELU_0_TO_1: single({ op: 'RELU_0_TO_1' }, image, int8Value([1, 4, 4, 2], 1 / 256, -128)),
  LOG_SOFTMAX: single({ op: 'LOG_SOFTMAX' }, int8Value([2, 10]), int8Value([2, 10], 1 / 16, 127)),
  L2_NORMALIZATION: single(
    { op: 'L2_NORMALIZATION', activation: 'none' },
    image,
    int8Value([1, 4, 4, 2], 1 / 128, 0),
  ),
  ARG_MAX: single({ op: 'ARG_MAX' }, image, { shape: [1, 4, 4], type: 'int32' }, int32Constant([1], [-1])),
  ARG_MIN: single({ op: 'ARG_MIN' }, image, { shape: [1, 4, 2], type: 'int64' }, int32Constant([], [1])),
  CAST: single({ op: 'CAST' }, image, { shape: [1, 4, 4, 2], type: 'int32' }),
  SQUEEZE: single({ op: 'SQUEEZE', axes: [] }, image, int8Value([4, 4, 2])),
  EXPAND_DIMS: single({ op: 'EXPAND_DIMS' }, image, int8Value([1, 4, 1, 4, 2]), int32Constant([1], [2])),
  PACK: single({ op: 'PACK', axis: 1 }, image, int8Value([1, 2, 4, 4, 2]), int8Weights([1, 4, 4, 2], [0.5])),
  UNPACK: single({ op: 'UNPACK', axis: 0 }, image, int8Value([4, 4, 2])),
  SPLIT: {
    tensors: [image, int8Value([1, 4, 2, 2]), int8Value([1, 4, 2, 2]), int32Constant([], [2])],
    operators: [{ inputs: [3, 0], outputs: [1, 2], options: { op: 'SPLIT' } }],
    inputs: [0],
    outputs: [1, 2],
  },
  SPLIT_V: {
    tensors: [
      image,
      int8Value([1, 4, 1, 2]),
      int8Value([1, 4, 3, 2]),
      int32Constant([2], [1, -1]),
      int32Constant([], [2]),
    ],
    operators: [{ inputs: [0, 3, 4], outputs: [1, 2], options: { op: 'SPLIT_V' } }],
    inputs: [0],
    outputs: [1, 2],
  },
  SLICE: single(
    { op: 'SLICE' },
    image,
    int8Value([1, 2, 3, 2]),
    int32Constant([4], [0, 1, 1, 0]),
    int32Constant([4], [1, 2, -1, 2]),
  ),
  STRIDED_SLICE: single(
    { op: 'STRIDED_SLICE', beginMask: 1, endMask: 8, shrinkMask: 0 },
    image,
    int8Value([1, 2, 3, 2]),
    int32Constant([4], [0, 0, 1, 0]),
    int32Constant([4], [1, 4, 4, 0]),
    int32Constant([4], [1, 2, 1, 1]),
  ),
  GATHER: single(
    { op: 'GATHER', axis: 1, batchDimensions: 0 },
    image,
    int8Value([1, 3, 4, 2]),
    int32Constant([3], [3, 0, 3]),
  ),
  MIRROR_PAD: single(
    { op: 'MIRROR_PAD', repeatsEdge: true },
    image,
    int8Value([1, 5, 6, 2]),
    int32Constant([4, 2], [0, 0, 0, 1, 1, 1, 0, 0]),
  ),
  TILE: single({ op: 'TILE' }, image, int8Value([1, 8, 4, 6]), int32Constant([4], [1, 2, 1, 3])),
  BROADCAST_TO: single(
    { op: 'BROADCAST_TO' },
    int8Value([4, 1]),
    int8Value([2, 4, 3]),
    int32Constant([3], [2, 4, 3]),
  ),
  REVERSE_V2: single({ op: 'REVERSE_V2' }, image, image, int32Constant([2], [1, -1])),
  SPACE_TO_DEPTH: single({ op: 'SPACE_TO_DEPTH', blockSize: 2 }, image, int8Value([1, 2, 2, 8])),
  DEPTH_TO_SPACE: single({ op: 'DEPTH_TO_SPACE', blockSize: 2 }, int8Value([1, 2, 2, 8]), image),
  MUL: single({ op: 'MUL', activation: 'relu' }, image, image, int8Weights([1, 1, 1, 2])),
  AVERAGE_POOL_2D: single(
    { op: 'AVERAGE_POOL_2D', ...square, strideHeight: 2, strideWidth: 2, filterHeight: 2, filterWidth: 2 },
    image,
    int8Value([1, 2, 2, 2]),
  ),
  MAX_POOL_2D: single(
    { op: 'MAX_POOL_2D', ...square, padding: 'valid', filterHeight: 3, filterWidth: 2 },
    image,
    int8Value([1, 2, 3, 2]),
  ),
  MEAN: single({ op: 'MEAN', keepDims: true }, image, int8Value([1, 1, 1, 2]), int32Constant([2], [1, 2])),
  SUM: single({ op: 'SUM', keepDims: false }, image, int8Value([1, 4, 2], 0.75, 3), int32Constant([1], [2])),
  REDUCE_MAX: single(
    { op: 'REDUCE_MAX', keepDims: true },
    image,
    int8Value([1, 4, 4, 1]),
    int32Constant([1], [3]),
  ),
  REDUCE_MIN: single(
    { op: 'REDUCE_MIN', keepDims: false },
    image,
    int8Value([1, 4, 4]),
    int32Constant([1], [-1]),
  ),
  PAD: single({ op: 'PAD' }, image, int8Value([1, 5, 6, 2]), int32Constant([4, 2], [0, 0, 0, 1, 1, 1, 0, 0])),
  PADV2: single(
    { op: 'PADV2' },
    image,
    int8Value([1, 5, 6, 2]),
    { shape: [4, 2], type: 'int64', data: [0, 0, 0, 1, 1, 1, 0, 0] },
    { shape: [], quantization: { scales: [0.5] }, data: [-7] },
  ),
  RESHAPE: single({ op: 'RESHAPE' }, image, int8Value([1, 32]), int32Constant([2], [1, 32])),
  TRANSPOSE: single({ op: 'TRANSPOSE' }, image, int8Value([1, 2, 4, 4]), int32Constant([4], [0, 3, 1, 2])),
  QUANTIZE: single({ op: 'QUANTIZE' }, float32Value([1, 8]), int8Value([1, 8], 0.1, -3)),
  DEQUANTIZE: single({ op: 'DEQUANTIZE' }, int8Value([1, 8], 0.1, -3), float32Value([1, 8])),
  RELU: single({ op: 'RELU' }, image, int8Value([1, 4, 4, 2], 0.25, -128)),
  RELU6: single({ op: 'RELU6' }, image, int8Value([1, 4, 4, 2], 0.0234375, -128)),
  LOGISTIC: single({ op: 'LOGISTIC' }, image, int8Value([1, 4, 4, 2], 1 / 256, -128)),
  SOFTMAX: single({ op: 'SOFTMAX', beta: 1 }, int8Value([1, 8]), int8Value([1, 8], 1 / 256, -128)),
  CONCATENATION: single(
    { op: 'CONCATENATION', axis: 3, activation: 'none' },
    image,
    int8Value([1, 4, 4, 5]),
    int8Weights([1, 4, 4, 3], [0.5]),
  ),
  TRANSPOSE_CONV: {
    tensors: [
      int32Constant([4], [1, 8, 8, 3]),
      int8Weights([3, 2, 2, 2], [0.25, 0.125, 0.5]),
      image,
      int32Bias(3),
      int8Value([1, 8, 8, 3], 0.25, -128),
    ],
    operators: [
      {
        inputs: [0, 1, 2, 3],
        outputs: [4],
        options: {
          op: 'TRANSPOSE_CONV',
          padding: 'same',
          strideHeight: 2,
          strideWidth: 2,
          activation: 'none',
        },
      },
    ],
    inputs: [2],
    outputs: [4],
  },
  RESIZE_BILINEAR: single(
    { op: 'RESIZE_BILINEAR', alignCorners: false, halfPixelCenters: true },
    image,
    int8Value([1, 8, 6, 2]),
    int32Constant([2], [8, 6]),
  ),
  SVDF: single(
    { op: 'SVDF', rank: 2, activation: 'none' },
    int8Value([1, 3]),
    int8Value([1, 2]),
    int8Weights([4, 3], [0.125]),
    int8Weights([4, 5], [0.125]),
    int32Constant([2], [40, -70]),
    { ...int8Value([1, 20], 0.25, 3), raw: { isVariable: true } },
  ),
  UNIDIRECTIONAL_SEQUENCE_LSTM: lstmNetwork(),
  RESIZE_NEAREST_NEIGHBOR: single(
    { op: 'RESIZE_NEAREST_NEIGHBOR', alignCorners: false, halfPixelCenters: true },
    image,
    int8Value([1, 8, 6, 2]),
    int32Constant([2], [8, 6]),
  ),
};
