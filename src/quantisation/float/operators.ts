/** One float operator over samples that lie back to back: the table of operator codes. */
import { at } from '../../base/index.ts';
import type { Model, ModelOperator, OperatorOptions, Size2d } from '../../model/index.ts';
import { elementCount, floatsOf, integersAt, operandAt } from '../constants.ts';
import { movingOperators } from '../rules.ts';
import { resizeBilinear } from './bilinear.ts';
import { convolve } from './convolution.ts';
import { convolveDepthwise } from './depthwise.ts';
import { activate, elementFunctions, logSoftmax, pairFunctions, softmax, unitRows } from './functions.ts';
import { type ImageBatch, placeWindow, type Window } from './images.ts';
import {
  broadcastMap,
  gatherBy,
  nearestMap,
  padMap,
  type Reduction,
  reduceBy,
  reductionMap,
} from './index-maps.ts';
import { multiply } from './matrix.ts';
import { moveValues } from './movement.ts';
import { pool } from './pooling.ts';
import { convolveTransposed } from './transposed.ts';

/** An operator, and the values that it finds; samples of every value lie back to back. */
export type FloatSite<Options extends OperatorOptions = OperatorOptions> = {
  readonly model: Model;
  readonly operator: ModelOperator;
  readonly options: Options;
  readonly samples: number;
  /** Values at a position, also those of a constant once for each sample. */
  readonly valuesAt: (position: number) => Float32Array;
};

type Options<Code extends OperatorOptions['op']> = OperatorOptions & { readonly op: Code };

/** The operator's outputs, each of its own memory unless it only renames its input. */
export function runOperator(site: FloatSite): readonly Float32Array[] {
  const { options } = site;
  return movingOperators.has(options.op) ? moveValues(site) : [computeOutput(site)];
}

function computeOutput(site: FloatSite): Float32Array {
  const { options } = site;
  switch (options.op) {
    case 'CONV_2D':
    case 'DEPTHWISE_CONV_2D':
      return activate(runConvolution({ ...site, options }), options.activation);
    case 'TRANSPOSE_CONV':
      return activate(runTransposed({ ...site, options }), options.activation);
    case 'FULLY_CONNECTED':
      return activate(runFullyConnected(site), options.activation);
    case 'ADD':
    case 'SUB':
    case 'MUL':
      return activate(runPairwise(site, pairFunctions[options.op]), options.activation);
    case 'MAXIMUM':
    case 'MINIMUM':
    case 'PRELU':
      return runPairwise(site, pairFunctions[options.op]);
    case 'AVERAGE_POOL_2D':
    case 'MAX_POOL_2D':
      return activate(runPool({ ...site, options }), options.activation);
    case 'RELU':
    case 'RELU6':
    case 'RELU_N1_TO_1':
    case 'RELU_0_TO_1':
    case 'LOGISTIC':
    case 'TANH':
    case 'ABS':
    case 'ELU':
    case 'HARD_SWISH':
      return site.valuesAt(0).map(elementFunctions[options.op]);
    case 'LEAKY_RELU':
      return site.valuesAt(0).map((x) => (x < 0 ? x * options.alpha : x));
    case 'SOFTMAX':
      return softmax(site.valuesAt(0), rowLength(site), options.beta);
    case 'LOG_SOFTMAX':
      return logSoftmax(site.valuesAt(0), rowLength(site));
    case 'L2_NORMALIZATION':
      return unitRows(site.valuesAt(0), rowLength(site));
    case 'ARG_MAX':
    case 'ARG_MIN':
      return runArgExtremum(site);
    case 'MEAN':
    case 'SUM':
    case 'REDUCE_MAX':
    case 'REDUCE_MIN':
      return runReduction(site, reductions[options.op]);
    case 'RESIZE_BILINEAR':
      return resizeBilinear(imagesOf(site), sizeOf(outputShape(site)), options).values;
    case 'RESIZE_NEAREST_NEIGHBOR':
      return gatherBy(
        site.valuesAt(0),
        nearestMap(inputShape(site), outputShape(site), options),
        site.samples,
      );
    case 'PAD':
    case 'PADV2':
      return runPad(site);
    default:
      throw new Error(`internal error: ${options.op} in a float network`);
  }
}

/** The axes, paddings or permutation that an operator takes as its second input. */
function parameters({ model, operator }: FloatSite): number[] {
  return integersAt(model, operator.inputs, 1);
}

const keep = (value: number): number => value;
const add = (sum: number, value: number): number => sum + value;

const reductions = {
  MEAN: { start: 0, step: add, end: (sum: number, count: number) => sum / count },
  SUM: { start: 0, step: add, end: keep },
  REDUCE_MAX: { start: Number.NEGATIVE_INFINITY, step: Math.max, end: keep },
  REDUCE_MIN: { start: Number.POSITIVE_INFINITY, step: Math.min, end: keep },
} as const;

function runReduction(site: FloatSite, reduction: Reduction): Float32Array {
  const map = reductionMap(inputShape(site), parameters(site));
  return reduceBy(reduction, site.valuesAt(0), map, site.samples, elementCount(outputShape(site)));
}

/** The first place of the extremum along the axis. */
function runArgExtremum(site: FloatSite): Float32Array {
  const shape = inputShape(site);
  const [stated = 0] = parameters(site);
  const axis = stated < 0 ? stated + shape.length : stated;
  const size = at(shape, axis);
  const inner = elementCount(shape.slice(axis + 1));
  const sign = site.options.op === 'ARG_MAX' ? 1 : -1;
  const values = site.valuesAt(0);
  return Float32Array.from({ length: values.length / size }, (_, position) => {
    const first = Math.floor(position / inner) * size * inner + (position % inner);
    let place = 0;
    for (let other = 1; other < size; other += 1) {
      const gain = at(values, first + other * inner) - at(values, first + place * inner);
      if (sign * gain > 0) place = other;
    }
    return place;
  });
}

function runPad(site: FloatSite): Float32Array {
  const input = inputShape(site);
  const counts = parameters(site);
  const before = input.map((_, axis) => at(counts, 2 * axis));
  const padding = operandAt(site.model, site.operator, 2) === undefined ? 0 : at(site.valuesAt(2), 0);
  return gatherBy(site.valuesAt(0), padMap(input, outputShape(site), before), site.samples, padding);
}

function inputShape({ model, operator }: FloatSite, position = 0): readonly number[] {
  return at(model.tensors, at(operator.inputs, position)).shape;
}

function outputShape({ model, operator }: FloatSite): readonly number[] {
  return at(model.tensors, at(operator.outputs, 0)).shape;
}

function sizeOf([, height = 1, width = 1]: readonly number[]): Size2d {
  return { height, width };
}

/** An input as images; images of a sample's own batch are counted as well. */
function imagesOf(site: FloatSite, position = 0): ImageBatch {
  const [batch = 1, height = 1, width = 1, channels = 1] = inputShape(site, position);
  return { values: site.valuesAt(position), count: batch * site.samples, height, width, channels };
}

function runTransposed(site: FloatSite<Options<'TRANSPOSE_CONV'>>): Float32Array {
  const { model, operator, options } = site;
  const kernel = at(model.tensors, at(operator.inputs, 1));
  const bias = operandAt(model, operator, 3);
  const filters = { weights: floatsOf(kernel), bias: bias && floatsOf(bias), outputs: at(kernel.shape, 0) };
  const output = sizeOf(outputShape(site));
  const window = transposedWindow(output, kernel.shape, options);
  return convolveTransposed(imagesOf(site, 2), filters, window, output).values;
}

/** Where the window of the convolution stands that a transposed one undoes; `output` is the size that it makes. */
export function transposedWindow(
  output: Size2d,
  kernel: readonly number[],
  options: Options<'TRANSPOSE_CONV'>,
): Window {
  return placeWindow(output, {
    padding: options.padding,
    filter: { height: at(kernel, 1), width: at(kernel, 2) },
    stride: { height: options.strideHeight, width: options.strideWidth },
    dilation: { height: 1, width: 1 },
  });
}

function runConvolution(site: FloatSite<Options<'CONV_2D' | 'DEPTHWISE_CONV_2D'>>): Float32Array {
  const { model, operator, options } = site;
  const kernel = at(model.tensors, at(operator.inputs, 1));
  const bias = operandAt(model, operator, 2);
  const filters = { weights: floatsOf(kernel), bias: bias && floatsOf(bias) };
  const images = imagesOf(site);
  const window = convolutionWindow(images, kernel.shape, options);
  return options.op === 'CONV_2D'
    ? convolve(images, { ...filters, outputs: at(kernel.shape, 0) }, window).values
    : convolveDepthwise(images, { ...filters, multiplier: options.depthMultiplier }, window).values;
}

/** Where the window of a convolution stands; `kernel` is the shape of its weights. */
export function convolutionWindow(
  image: { readonly height: number; readonly width: number },
  kernel: readonly number[],
  options: Options<'CONV_2D' | 'DEPTHWISE_CONV_2D'>,
): Window {
  return placeWindow(image, {
    padding: options.padding,
    filter: { height: at(kernel, 1), width: at(kernel, 2) },
    stride: { height: options.strideHeight, width: options.strideWidth },
    dilation: { height: options.dilationHeight, width: options.dilationWidth },
  });
}

function runFullyConnected(site: FloatSite): Float32Array {
  const { model, operator } = site;
  const kernel = at(model.tensors, at(operator.inputs, 1));
  const bias = operandAt(model, operator, 2);
  const [columns, inner] = [at(kernel.shape, 0), at(kernel.shape, 1)];
  const left = site.valuesAt(0);
  const rows = left.length / inner;
  const result = new Float32Array(rows * columns);
  const weights = floatsOf(kernel);
  multiply({ left, rows, inner, weights, bias: bias && floatsOf(bias), columns }, result, 0);
  return result;
}

function runPairwise(site: FloatSite, combine: (a: number, b: number) => number): Float32Array {
  const shape = outputShape(site);
  const [first, second] = [0, 1].map((position) => {
    const operand = inputShape(site, position);
    const values = site.valuesAt(position);
    return elementCount(operand) === elementCount(shape)
      ? values
      : gatherBy(values, broadcastMap(operand, shape), site.samples);
  });
  return (first ?? new Float32Array()).map((value, i) => combine(value, second?.[i] ?? 0));
}

/** A scalar is a row of one. */
function rowLength(site: FloatSite): number {
  return inputShape(site).at(-1) ?? 1;
}

function runPool(site: FloatSite<Options<'AVERAGE_POOL_2D' | 'MAX_POOL_2D'>>): Float32Array {
  const { options } = site;
  const images = imagesOf(site);
  const window = placeWindow(images, {
    padding: options.padding,
    filter: { height: options.filterHeight, width: options.filterWidth },
    stride: { height: options.strideHeight, width: options.strideWidth },
    dilation: { height: 1, width: 1 },
  });
  return pool(images, window, options.op === 'MAX_POOL_2D' ? 'max' : 'average').values;
}
