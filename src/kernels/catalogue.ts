/** Every kernel there is. Schedule, code, tests and benchmarks go through this list. */
import { invariant } from '../base/index.ts';
import type { Graph, Op } from '../graph/index.ts';
import type { Target } from '../target/index.ts';
import { cast, requantiseTypes } from './catalogue/conversion.ts';
import { conv, packedConv } from './catalogue/convolution.ts';
import { depthwiseConv } from './catalogue/depthwise.ts';
import { depthwisePaired } from './catalogue/depthwise-paired.ts';
import { add, extremum, mul, prelu } from './catalogue/elementwise.ts';
import { fullyConnected, packedFullyConnected } from './catalogue/fully-connected.ts';
import { lookup, requantiseElements } from './catalogue/function.ts';
import { groupedConv } from './catalogue/grouped.ts';
import { curveS16, operandsS16, rescaleS16, softmaxS16 } from './catalogue/int16-elements.ts';
import { fillS16, meanS16, stridedS16 } from './catalogue/int16-layout.ts';
import { groupedConvS16, transposeConvS16 } from './catalogue/int16-parted.ts';
import { convS16, depthwiseConvS16, poolS16 } from './catalogue/int16-windows.ts';
import { concatenation, pad, transpose } from './catalogue/layout.ts';
import { mean, reducedExtremum } from './catalogue/mean.ts';
import { conv1x1 } from './catalogue/pointwise.ts';
import { averagePool, maxPool } from './catalogue/pool.ts';
import { lstm, lstmS16, svdf } from './catalogue/recurrent.ts';
import { resizeBilinear, resizeNearest } from './catalogue/resize.ts';
import { argExtremum, l2Normalise, logSoftmax } from './catalogue/rows.ts';
import { slice, take } from './catalogue/slices.ts';
import { softmax } from './catalogue/softmax.ts';
import { transposeConv } from './catalogue/transposed.ts';
import { kernelMissing, kernelsMissing } from './failures.ts';
import type { Kernel } from './types.ts';

/** The first that accepts an operator is the one to take: special ones stand before general ones. */
export const kernelCatalogue: readonly Kernel[] = [
  conv1x1,
  conv,
  packedConv,
  groupedConv,
  groupedConvS16,
  transposeConv,
  transposeConvS16,
  convS16,
  depthwisePaired,
  depthwiseConv,
  depthwiseConvS16,
  fullyConnected,
  packedFullyConnected,
  add,
  mul,
  extremum,
  prelu,
  operandsS16,
  averagePool,
  maxPool,
  poolS16,
  mean,
  meanS16,
  reducedExtremum,
  argExtremum,
  softmax,
  softmaxS16,
  logSoftmax,
  l2Normalise,
  requantiseElements,
  rescaleS16,
  lookup,
  curveS16,
  requantiseTypes,
  cast,
  pad,
  fillS16,
  transpose,
  slice,
  stridedS16,
  take,
  concatenation,
  resizeBilinear,
  resizeNearest,
  svdf,
  lstm,
  lstmS16,
];

/**
 * The kernel for an operator on a target. A reshape needs none and must not be asked for.
 * Throws a `Failure` (`KERNEL_MISSING`) where no kernel accepts the operator.
 */
export function chooseKernel(op: Op, graph: Graph, target: Target): Kernel {
  invariant(op.kind !== 'reshape', `${op.name} is a reshape, which needs no kernel`);
  const kernel = kernelCatalogue.find((candidate) => candidate.accepts(op, graph, target));
  if (kernel === undefined) throw kernelMissing(op, target);
  return kernel;
}

/** Throws a `Failure` (`KERNEL_MISSING`) that lists every operator of a network that no kernel accepts. */
export function demandKernels(graph: Graph, target: Target): void {
  const missing = graph.ops.filter(
    (op) => op.kind !== 'reshape' && !kernelCatalogue.some((kernel) => kernel.accepts(op, graph, target)),
  );
  if (missing.length > 0) throw kernelsMissing(missing, graph, target);
}

/** The kernel of a name that a schedule holds. */
export function findKernel(name: string): Kernel {
  const kernel = kernelCatalogue.find((candidate) => candidate.name === name);
  invariant(kernel !== undefined, `the catalogue has no kernel ${name}`);
  return kernel;
}
