/** What becomes of each operator of ONNX. */
import { invariant } from '../../../base/index.ts';
import type { Site } from '../site.ts';
import type { Value } from '../values.ts';
import { add, div, max, min, mul, sub } from './binary.ts';
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
  softmax,
  tanh,
} from './functions.ts';
import { concat, pad, slice, split } from './joining.ts';
import { gemm, matMul } from './linear.ts';
import { averagePool, globalAveragePool, globalMaxPool, maxPool, reduceMean } from './pooling.ts';
import { dequantizeLinear, quantizeLinear } from './quantise.ts';
import { resize } from './resizing.ts';
import { flatten, reshape, squeeze, transpose, unsqueeze } from './shapes.ts';
import { convTranspose } from './transposed.ts';

type Lower = (site: Site) => Value | readonly Value[];

const rules: ReadonlyMap<string, Lower> = new Map<string, Lower>(
  Object.entries({
    Abs: abs,
    Add: add,
    AveragePool: averagePool,
    Cast: cast,
    Clip: clip,
    Concat: concat,
    Constant: constant,
    Conv: conv,
    ConvTranspose: convTranspose,
    DequantizeLinear: dequantizeLinear,
    Div: div,
    Dropout: passThrough,
    Elu: elu,
    Flatten: flatten,
    Gemm: gemm,
    GlobalAveragePool: globalAveragePool,
    GlobalMaxPool: globalMaxPool,
    HardSigmoid: hardSigmoid,
    HardSwish: hardSwish,
    Identity: passThrough,
    LeakyRelu: leakyRelu,
    MatMul: matMul,
    Max: max,
    MaxPool: maxPool,
    Min: min,
    Mul: mul,
    Pad: pad,
    QuantizeLinear: quantizeLinear,
    ReduceMean: reduceMean,
    Relu: relu,
    Reshape: reshape,
    Resize: resize,
    Sigmoid: sigmoid,
    Slice: slice,
    Softmax: softmax,
    Split: split,
    Squeeze: squeeze,
    Sub: sub,
    Tanh: tanh,
    Transpose: transpose,
    Unsqueeze: unsqueeze,
    Upsample: resize,
  }),
);

export const supportedOperators: ReadonlySet<string> = new Set(rules.keys());

/** The values of the node's outputs, those behind the last one left out. Throws a `Failure` with the reason if unsupported. */
export function lowerNode(operator: string, site: Site): readonly Value[] {
  const lower = rules.get(operator);
  invariant(lower !== undefined, `no rule for ${operator}`);
  return [lower(site)].flat();
}
