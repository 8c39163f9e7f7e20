/** Pools, MEAN and the functions of one tensor: SOFTMAX, LOGISTIC, the relu family. */
import { at } from '../../base/index.ts';
import { activationClamp } from '../quantisation.ts';
import type { Curve, Logistic, Mean, Pool2d, ReducedExtremum, Relu, Softmax } from '../types.ts';
import { axisOf } from './axes.ts';
import { curveOf } from './curves.ts';
import { factor, factorAboveOne, inputRadius, meanFactor, resultFactor } from './factors.ts';
import { commonScale, fixedScale } from './hints.ts';
import {
  type Activations,
  activations,
  commonParts,
  demand,
  image,
  integers,
  type OptionsOf,
  result,
  type Site,
} from './site.ts';
import { demandSameNumbers } from './slices.ts';
import { windowPadding } from './window.ts';

/** Values, those of 8 bits less a zero point, whose sum cannot leave an int32. */
const largestMean = { int8: 2 ** 23, int16: 2 ** 16 - 1 };
/** Integer bits of the fixed-point argument of e^x in softmax, and of the logistic function. */
const softmaxIntegerBits = 5;
const logisticIntegerBits = 4;
/** Scale and zero point of probabilities: 256 steps from 0 to 1. */
const probability = { scale: 1 / 256, zeroPoint: -128 };

export function buildPool2d(site: Site<OptionsOf<'AVERAGE_POOL_2D' | 'MAX_POOL_2D'>>): Pool2d {
  const { options } = site;
  const input = activations(site, 0);
  const output = result(site);
  demand(
    Math.abs(input.scale - output.scale) <= 1e-6 && input.zeroPoint === output.zeroPoint,
    'its input and output are quantised differently, which pools do not convert',
    commonScale,
  );
  const filter = { height: options.filterHeight, width: options.filterWidth };
  const stride = { height: options.strideHeight, width: options.strideWidth };
  const window = { filter, stride, dilation: { height: 1, width: 1 } };
  return {
    kind: options.op === 'MAX_POOL_2D' ? 'maxPool2d' : 'averagePool2d',
    ...commonParts(site, [input], output),
    filter,
    stride,
    padding: windowPadding(options.padding, image(input, 'its input'), window),
    clamp: activationClamp(options.activation, output),
  };
}

/** The axes that an operator reduces, ascending and each once. */
function reducedAxes(site: Site, { shape }: Activations): readonly number[] {
  const stated = integers(site, 1).map((axis) => axisOf(axis, shape.length));
  return [...new Set(stated)].sort((a, b) => a - b);
}

export function buildMean(site: Site<OptionsOf<'MEAN'>>): Mean {
  const input = activations(site, 0);
  const output = result(site);
  const axes = reducedAxes(site, input);
  const count = axes.reduce((product, axis) => product * at(input.shape, axis), 1);
  const most = largestMean[input.type];
  demand(
    count <= most,
    `it adds up ${count} values; up to ${most} fit an int32 sum`,
    'reduce one axis after the other, or pool first',
  );
  const ratio = input.scale / output.scale;
  const isMean = site.options.op === 'MEAN';
  return {
    kind: isMean ? 'mean' : 'sum',
    ...commonParts(site, [input], output),
    axes,
    multiplier: isMean ? meanFactor(site, ratio, count) : resultFactor(site, ratio),
  };
}

export function buildReducedExtremum(site: Site<OptionsOf<'REDUCE_MAX'>>): ReducedExtremum {
  const input = activations(site, 0);
  const output = result(site);
  demandSameNumbers(input, output);
  const kind = site.options.op === 'REDUCE_MAX' ? 'reduceMax' : 'reduceMin';
  return { kind, ...commonParts(site, [input], output), axes: reducedAxes(site, input) };
}

export function buildSoftmax(site: Site<OptionsOf<'SOFTMAX'>>): Softmax {
  const input = activations(site, 0);
  const output = result(site);
  if (input.type === 'int16') return buildSoftmaxOfInt16(site, input, output);
  requireProbability(output);
  const real = site.options.beta * input.scale * 2 ** (31 - softmaxIntegerBits);
  const multiplier = factorAboveOne(Math.min(real, 2 ** 31 - 1));
  return {
    kind: 'softmax',
    ...commonParts(site, [input], output),
    multiplier,
    diffMin: -inputRadius(softmaxIntegerBits, multiplier.shift),
  };
}

/** Differences from the largest value, 0 ... -65535, stand for 0 ... -10. */
function buildSoftmaxOfInt16(
  site: Site<OptionsOf<'SOFTMAX'>>,
  input: Activations,
  output: Activations,
): Softmax {
  demand(
    Math.abs(output.scale - 2 ** -15) <= 0.001 * 2 ** -15,
    `its output has the scale ${output.scale} instead of 1/32768`,
    fixedScale,
  );
  const multiplier = factor((input.scale * site.options.beta) / (10 / 65535));
  return { kind: 'softmax', ...commonParts(site, [input], output), multiplier, diffMin: -65535 };
}

export function buildLogistic(site: Site<OptionsOf<'LOGISTIC'>>): Logistic | Curve {
  const input = activations(site, 0);
  const output = result(site);
  if (input.type === 'int16') return curveOf(site, 'LOGISTIC', input, output);
  requireProbability(output);
  const multiplier = factorAboveOne(input.scale * 2 ** (31 - logisticIntegerBits));
  return {
    kind: 'logistic',
    ...commonParts(site, [input], output),
    multiplier,
    inputRangeRadius: inputRadius(logisticIntegerBits, multiplier.shift),
  };
}

function requireProbability({ scale, zeroPoint }: { scale: number; zeroPoint: number }): void {
  demand(
    scale === probability.scale && zeroPoint === probability.zeroPoint,
    `its output has scale ${scale} and zero point ${zeroPoint} instead of 1/256 and -128`,
    fixedScale,
  );
}

/**
 * The ratio of the scales is rounded to float32 here, as TensorFlow Lite does for its standalone activations, except for
 * int16, whose results tell. RELU6 is rescaled to its output as RELU is; TensorFlow Lite Micro's kernel leaves that out, which is wrong where scales differ.
 */
export function buildRelu(site: Site<OptionsOf<'RELU'>>): Relu {
  const input = activations(site, 0);
  const output = result(site);
  const ratio = input.scale / output.scale;
  const isExact = input.type === 'int16' || site.model.roundsOnce === true;
  return {
    kind: 'relu',
    ...commonParts(site, [input], output),
    multiplier: resultFactor(site, isExact ? ratio : Math.fround(ratio)),
    clamp: activationClamp(reluBounds[site.options.op], output),
  };
}

const reluBounds = {
  RELU: 'relu',
  RELU6: 'relu6',
  RELU_N1_TO_1: 'relu-n1-to-1',
  RELU_0_TO_1: 'relu-0-to-1',
} as const;
