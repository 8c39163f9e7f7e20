/** One operator of the model to typed operators: the table of operator codes. */
import type { ModelOperator, OperatorOptions } from '../../model/index.ts';
import type { Op } from '../types.ts';
import {
  buildLogistic,
  buildMean,
  buildPool2d,
  buildReducedExtremum,
  buildRelu,
  buildSoftmax,
} from './arithmetic.ts';
import { buildCast, buildConversion, buildRequantize } from './conversions.ts';
import {
  buildConv2d,
  buildDepthwiseConv2d,
  buildFullyConnected,
  buildTransposeConv2d,
} from './convolution.ts';
import { buildExpandDims, buildSqueeze } from './dimensions.ts';
import { withFactorsThatServe } from './factors-that-serve.ts';
import { buildLookup } from './functions.ts';
import { buildBlocks, buildPack, buildSplit, buildUnpack } from './joints.ts';
import {
  buildConcatenation,
  buildPad,
  buildReshape,
  buildResizeBilinear,
  buildResizeNearest,
} from './layout.ts';
import { buildAdd, buildExtremum, buildMul, buildPrelu } from './operands.ts';
import { buildLstm, buildSvdf } from './recurrent.ts';
import { buildBroadcast, buildReverse, buildTile } from './repeats.ts';
import { buildArgExtremum, buildL2Normalise, buildLogSoftmax } from './rows.ts';
import type { OptionsOf, Site, Surroundings } from './site.ts';
import { buildGather, buildMirrorPad, buildSlice, buildStridedSlice } from './slices.ts';
import { buildTranspose } from './transposes.ts';

type Builders = {
  readonly [Code in OperatorOptions['op']]: (site: Site<OptionsOf<Code>>) => Op | readonly Op[];
};

const builders: Builders = {
  CONV_2D: buildConv2d,
  DEPTHWISE_CONV_2D: buildDepthwiseConv2d,
  TRANSPOSE_CONV: buildTransposeConv2d,
  FULLY_CONNECTED: buildFullyConnected,
  ADD: buildAdd,
  SUB: buildAdd,
  MUL: buildMul,
  MAXIMUM: buildExtremum,
  MINIMUM: buildExtremum,
  PRELU: buildPrelu,
  AVERAGE_POOL_2D: buildPool2d,
  MAX_POOL_2D: buildPool2d,
  MEAN: buildMean,
  SUM: buildMean,
  REDUCE_MAX: buildReducedExtremum,
  REDUCE_MIN: buildReducedExtremum,
  PAD: buildPad,
  PADV2: buildPad,
  MIRROR_PAD: buildMirrorPad,
  TILE: buildTile,
  BROADCAST_TO: buildBroadcast,
  REVERSE_V2: buildReverse,
  RESHAPE: buildReshape,
  SQUEEZE: buildSqueeze,
  EXPAND_DIMS: buildExpandDims,
  TRANSPOSE: buildTranspose,
  SPACE_TO_DEPTH: buildBlocks,
  DEPTH_TO_SPACE: buildBlocks,
  SLICE: buildSlice,
  STRIDED_SLICE: buildStridedSlice,
  GATHER: buildGather,
  SPLIT: buildSplit,
  SPLIT_V: buildSplit,
  UNPACK: buildUnpack,
  PACK: buildPack,
  CONCATENATION: buildConcatenation,
  RESIZE_BILINEAR: buildResizeBilinear,
  RESIZE_NEAREST_NEIGHBOR: buildResizeNearest,
  QUANTIZE: buildRequantize,
  CAST: buildCast,
  DEQUANTIZE: buildConversion,
  RELU: buildRelu,
  RELU6: buildRelu,
  RELU_N1_TO_1: buildRelu,
  RELU_0_TO_1: buildRelu,
  LOGISTIC: buildLogistic,
  TANH: buildLookup,
  ABS: buildLookup,
  ELU: buildLookup,
  HARD_SWISH: buildLookup,
  LEAKY_RELU: buildLookup,
  SOFTMAX: buildSoftmax,
  LOG_SOFTMAX: buildLogSoftmax,
  L2_NORMALIZATION: buildL2Normalise,
  ARG_MAX: buildArgExtremum,
  ARG_MIN: buildArgExtremum,
  SVDF: buildSvdf,
  UNIDIRECTIONAL_SEQUENCE_LSTM: buildLstm,
};

/**
 * The operators that one becomes, in the order in which they run. Tensors are still numbered as in the model; those that
 * it does not have are appended to `added`. Throws a `Failure` with the reason where the operator is unsupported.
 */
export function buildOperator(operator: ModelOperator, surroundings: Surroundings): Op | readonly Op[] {
  const { options } = operator;
  // The table's types tie each builder to its options; the call cannot know which one it is.
  const build = builders[options.op] as (site: Site) => Op | readonly Op[];
  const built = build({ ...surroundings, operator, options });
  return 'kind' in built ? withFactorsThatServe(built) : built.map(withFactorsThatServe);
}
