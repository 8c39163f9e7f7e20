/** What becomes of each operator of ONNX. */
import { invariant } from '../../../base/index.ts';
import type { OperatorOptions } from '../../types.ts';
import type { Site } from '../site.ts';
import type { Value } from '../values.ts';
import { add, div, max, min, mul, sub } from './binary.ts';
import { depthToSpace, gather, spaceToDepth } from './blocks.ts';
import { conv } from './convolution.ts';
import {
  abs,
  cast,
  clip,
  constant,
  elu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  passThrough,
  relu,
  sigmoid,
  tanh,
} from './functions.ts';
import { concat, pad, slice, split } from './joining.ts';
import { gemm, matMul } from './linear.ts';
import { batchNormalization } from './normalisation.ts';
import { averagePool, globalMaxPool, maxPool } from './pooling.ts';
import { pRelu } from './prelu.ts';
import { dequantizeLinear, quantizeLinear } from './quantise.ts';
import { globalAveragePool, reduceMax, reduceMean, reduceMin, reduceSum } from './reductions.ts';
import { expand, tile } from './repeats.ts';
import { resize } from './resizing.ts';
import { argMax, argMin, logSoftmax, lpNormalization, softmax } from './rows.ts';
import { flatten, reshape, squeeze, transpose, unsqueeze } from './shapes.ts';
import { convTranspose } from './transposed.ts';

type Lower = (site: Site) => Value | readonly Value[];

/**
 * What lowers an operator, and the operators of TensorFlow Lite that it becomes, beside conversions of layouts and steps
 * and paddings in front of windows.
 */
type Rule = readonly [lower: Lower, ...becomes: OperatorOptions['op'][]];

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>(
  Object.entries<Rule>({
    Abs: [abs, 'ABS'],
    Add: [add, 'ADD'],
    ArgMax: [argMax, 'ARG_MAX'],
    ArgMin: [argMin, 'ARG_MIN'],
    AveragePool: [averagePool, 'AVERAGE_POOL_2D', 'DEPTHWISE_CONV_2D'],
    BatchNormalization: [batchNormalization, 'DEPTHWISE_CONV_2D'],
    Cast: [cast],
    Clip: [clip, 'RELU', 'RELU6', 'RELU_N1_TO_1', 'MAXIMUM', 'MINIMUM'],
    Concat: [concat, 'CONCATENATION'],
    Constant: [constant],
    Conv: [conv, 'CONV_2D', 'DEPTHWISE_CONV_2D'],
    ConvTranspose: [convTranspose, 'TRANSPOSE_CONV'],
    DepthToSpace: [depthToSpace, 'DEPTH_TO_SPACE', 'GATHER'],
    DequantizeLinear: [dequantizeLinear, 'DEQUANTIZE'],
    Div: [div, 'MUL'],
    Dropout: [passThrough],
    Elu: [elu, 'ELU'],
    Expand: [expand, 'BROADCAST_TO'],
    Flatten: [flatten, 'RESHAPE'],
    Gather: [gather, 'GATHER'],
    Gemm: [gemm, 'FULLY_CONNECTED'],
    GlobalAveragePool: [globalAveragePool, 'MEAN'],
    GlobalMaxPool: [globalMaxPool, 'MAX_POOL_2D'],
    HardSigmoid: [hardSigmoid, 'ADD', 'MUL'],
    HardSwish: [hardSwish, 'HARD_SWISH'],
    Identity: [passThrough],
    LeakyRelu: [leakyRelu, 'LEAKY_RELU'],
    LogSoftmax: [logSoftmax, 'LOG_SOFTMAX'],
    LpNormalization: [lpNormalization, 'L2_NORMALIZATION'],
    MatMul: [matMul, 'FULLY_CONNECTED'],
    Max: [max, 'MAXIMUM'],
    MaxPool: [maxPool, 'MAX_POOL_2D'],
    Min: [min, 'MINIMUM'],
    Mul: [mul, 'MUL', 'HARD_SWISH'],
    PRelu: [pRelu, 'PRELU', 'LEAKY_RELU'],
    Pad: [pad, 'PAD', 'PADV2', 'MIRROR_PAD'],
    QuantizeLinear: [quantizeLinear, 'QUANTIZE'],
    ReduceMax: [reduceMax, 'REDUCE_MAX'],
    ReduceMean: [reduceMean, 'MEAN'],
    ReduceMin: [reduceMin, 'REDUCE_MIN'],
    ReduceSum: [reduceSum, 'SUM'],
    Relu: [relu, 'RELU'],
    Reshape: [reshape, 'RESHAPE'],
    Resize: [resize, 'RESIZE_NEAREST_NEIGHBOR', 'RESIZE_BILINEAR'],
    Sigmoid: [sigmoid, 'LOGISTIC'],
    Slice: [slice, 'STRIDED_SLICE'],
    Softmax: [softmax, 'SOFTMAX'],
    SpaceToDepth: [spaceToDepth, 'SPACE_TO_DEPTH'],
    Split: [split, 'STRIDED_SLICE'],
    Squeeze: [squeeze, 'RESHAPE'],
    Sub: [sub, 'SUB'],
    Tanh: [tanh, 'TANH'],
    Tile: [tile, 'TILE'],
    Transpose: [transpose, 'TRANSPOSE'],
    Unsqueeze: [unsqueeze, 'RESHAPE'],
    Upsample: [resize, 'RESIZE_NEAREST_NEIGHBOR', 'RESIZE_BILINEAR'],
  }),
);

export const supportedOperators: ReadonlySet<string> = new Set(rules.keys());

/** By name, what each becomes; nothing where it is folded or only says how values lie. */
export const onnxOperators: Readonly<Record<string, readonly OperatorOptions['op'][]>> = Object.fromEntries(
  [...rules].map(([name, [, ...becomes]]) => [name, becomes]),
);

/** The values of the node's outputs, those behind the last one left out. Throws a `Failure` with the reason if unsupported. */
export function lowerNode(operator: string, site: Site): readonly Value[] {
  const [lower] = rules.get(operator) ?? [];
  invariant(lower !== undefined, `no rule for ${operator}`);
  return [lower(site)].flat();
}
