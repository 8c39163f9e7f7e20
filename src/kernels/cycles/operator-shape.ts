/** The shape of an operator of a graph, as far as its kernel's cycles depend on it. */

import { at } from '../../base/index.ts';
import {
  type ArgExtremum,
  bilinearSource,
  type Clamp,
  type Concatenation,
  elementCount,
  type Graph,
  type Lstm,
  type Mean,
  type Multiplier,
  type Op,
  type Pad,
  type ReducedExtremum,
  type ResizeBilinear,
  type ResizeNearest,
  type Slice,
  type Store,
  type Svdf,
  stridesOf,
  type Take,
  type Transpose,
  tensorBytes,
} from '../../graph/index.ts';
import { imageOf, inputTensor, outputTensor, slidingWindow } from '../geometry.ts';
import { broadcastLoops, joinLoops } from '../loops.ts';
import { imageRows } from '../row-form.ts';
import { isRoundedOnce } from '../scaling.ts';
import { castShape, conversionShape } from './conversion-shape.ts';
import { int16ShapeOf, isInt16Kernel } from './int16-shape.ts';
import { isLarge } from './large-sums.ts';
import type { KernelShape, LayerForm, ScalingForm } from './shape.ts';

/** All elements, as rows of an image. */
type Elements = { readonly height: number; readonly rowElements: number };

/** `kernel` is the one that computes it. */
export function shapeOf(op: Op, graph: Graph, kernel: string): KernelShape {
  if (isInt16Kernel(kernel)) return int16ShapeOf(op, graph, kernel);
  if (op.kind === 'svdf' || op.kind === 'lstm' || op.kind === 'store') return keptShape(op, graph);
  const bytes = tensorBytes(outputTensor(op, graph));
  const image = imageRows(outputTensor(op, graph));
  const height = image?.height ?? 1;
  const elements = { height, rowElements: bytes / height };
  switch (op.kind) {
    case 'conv2d':
    case 'groupedConv2d':
    case 'transposeConv2d':
    case 'depthwiseConv2d':
      return convolutionShape(op, graph, kernel);
    case 'fullyConnected': {
      const { batches, inputSize, outputSize } = op;
      const name = kernel === 'fully_connected_s4' ? kernel : 'fully_connected_s8';
      return { kernel: name, batches, inputSize, outputSize, ...formOf(op, graph) };
    }
    case 'averagePool2d':
    case 'maxPool2d':
      return {
        kernel: op.kind === 'averagePool2d' ? 'average_pool_s8' : 'max_pool_s8',
        window: slidingWindow(op, graph),
        filter: op.filter,
      };
    case 'add':
    case 'sub':
    case 'mul':
    case 'maximum':
    case 'minimum':
    case 'prelu':
      return operandShape(op, graph, elements);
    case 'requantize':
    case 'relu':
    case 'cast':
    case 'logistic':
    case 'lookup':
      return elementShape(op, graph, kernel, elements);
    case 'curve':
    case 'piecewise':
      throw new Error(`${op.name} is of int16`);
    case 'argMax':
    case 'argMin':
    case 'reduceMax':
    case 'reduceMin':
    case 'mean':
    case 'sum':
      return reductionShape(op, graph);
    case 'softmax':
    case 'logSoftmax':
    case 'l2Normalise':
      return rowShape(op.kind, outputTensor(op, graph).shape);
    case 'pad':
    case 'concatenation':
    case 'slice':
    case 'take':
    case 'transpose':
      return layoutShape(op, graph);
    case 'resizeBilinear':
    case 'resizeNearest':
      return resizeShape(op, graph);
    case 'reshape':
      throw new Error(`${op.name} is a reshape, which has no kernel`);
  }
}

type Convolution = Extract<Op, { readonly filter: unknown; readonly weights: unknown }>;

function convolutionShape(op: Convolution, graph: Graph, kernel: string): KernelShape {
  switch (op.kind) {
    case 'conv2d': {
      const form = formOf(op, graph);
      if (kernel === 'conv_1x1_s8') {
        return { kernel, image: imageOf(inputTensor(op, graph)), channels: op.bias.length, ...form };
      }
      const name = kernel === 'conv_s4' ? kernel : 'conv_s8';
      return { kernel: name, window: slidingWindow(op, graph), filter: op.filter, ...form };
    }
    case 'groupedConv2d': {
      const { filter, groups } = op;
      return {
        kernel: 'grouped_conv_s8',
        window: slidingWindow(op, graph),
        filter,
        groups,
        ...formOf(op, graph),
      };
    }
    case 'transposeConv2d': {
      const { filter, stride, padding } = op;
      return {
        kernel: 'transpose_conv_s8',
        input: imageOf(inputTensor(op, graph)),
        output: imageOf(outputTensor(op, graph)),
        filter,
        stride,
        padding,
        ...formOf(op, graph, stride.height * stride.width),
      };
    }
    case 'depthwiseConv2d': {
      const { filter, depthMultiplier, clamp } = op;
      const scaling = scalingOf(clamp, outputTensor(op, graph).zeroPoint, op.multipliers);
      const window = slidingWindow(op, graph);
      if (kernel === 'depthwise_paired_s8') return { kernel, window, filter, scaling };
      return { kernel: 'depthwise_conv_s8', window, filter, depthMultiplier, scaling };
    }
  }
}

function resizeShape(op: ResizeBilinear | ResizeNearest, graph: Graph): KernelShape {
  const [from, output] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
  if (op.kind === 'resizeNearest') return { kernel: 'resize_nearest_s8', output };
  const firsts = Array.from(
    { length: output.width },
    (_, column) => bilinearSource(column, from.width, output.width, op).first,
  );
  return { kernel: 'resize_bilinear_s8', output, columns: new Set(firsts).size };
}

type Operands = Extract<Op, { readonly kind: keyof typeof operandKernels }>;

function operandShape(op: Operands, graph: Graph, elements: Elements): KernelShape {
  const operands = [0, 1].map((position) => inputTensor(op, graph, position).shape);
  const output = outputTensor(op, graph);
  const run = broadcastLoops(output.shape, operands)?.sizes.at(-1) ?? tensorBytes(output);
  return { kernel: operandKernels[op.kind], ...elements, run };
}

function elementShape(op: Op, graph: Graph, kernel: string, elements: Elements): KernelShape {
  if (op.kind === 'cast') return castShape(op, graph);
  if (kernel === 'requantise_types_s32' && op.kind === 'requantize') return conversionShape(op, graph);
  return { kernel: kernel === 'lookup_s8' ? kernel : 'requantise_elements_s8', ...elements };
}

function rowShape(kind: keyof typeof rowKernels, shape: readonly number[]): KernelShape {
  const depth = shape.at(-1) ?? 1;
  return { kernel: rowKernels[kind], rows: elementCount(shape) / depth, depth };
}

function keptShape(op: Svdf | Lstm | Store, graph: Graph): KernelShape {
  if (op.kind === 'store') return layoutShape(op, graph);
  const { batches, inputSize, units } = op;
  if (op.kind === 'lstm') return { kernel: 'lstm_s8', steps: batches * op.steps, inputSize, units };
  return { kernel: 'svdf_s8', batches, inputSize, units, filters: units * op.rank, memory: op.memory };
}

function layoutShape(op: Pad | Concatenation | Slice | Take | Transpose | Store, graph: Graph): KernelShape {
  const bytes = tensorBytes(outputTensor(op, graph));
  const height = imageRows(outputTensor(op, graph))?.height ?? 1;
  switch (op.kind) {
    case 'pad':
      return { kernel: 'pad_s8', height, runs: runsOf(op, graph, -2), bytes };
    case 'concatenation':
      return { kernel: 'concatenation_s8', height, runs: runsOf(op, graph, op.axis), bytes };
    case 'slice':
      return stridedShape(op, graph);
    case 'take':
      return { kernel: 'take_s8', height, runs: takeRuns(op, graph), bytes };
    case 'transpose':
      return stridedShape(op, graph);
    case 'store':
      return { kernel: 'slice_s8', height: 1, elements: bytes, run: bytes, isCopy: true };
  }
}

const rowKernels = {
  softmax: 'softmax_s8',
  logSoftmax: 'log_softmax_s8',
  l2Normalise: 'l2_normalisation_s8',
} as const;

const operandKernels = {
  add: 'add_s8',
  sub: 'add_s8',
  mul: 'mul_s8',
  maximum: 'extremum_s8',
  minimum: 'extremum_s8',
  prelu: 'prelu_s8',
} as const;

/** Stretches of bytes that lie together, as many for each input as the dimensions before an axis make. */
function runsOf(op: Op, graph: Graph, axis: number): number {
  return elementCount(outputTensor(op, graph).shape.slice(0, axis)) * op.inputs.length;
}

/** What lies behind the last axis that has a table is copied together. */
function takeRuns(op: Take, graph: Graph): number {
  const last = op.sources.findLastIndex((sources) => sources !== undefined);
  return elementCount(outputTensor(op, graph).shape.slice(0, last + 1));
}

function stridedShape(op: Slice | Transpose, graph: Graph): KernelShape {
  const { shape } = outputTensor(op, graph);
  const strides = stridesOf(inputTensor(op, graph).shape);
  const steps =
    op.kind === 'slice'
      ? strides.map((stride, axis) => stride * at(op.stride, axis))
      : op.permutation.map((axis) => at(strides, axis));
  const loops = joinLoops(shape, [steps]);
  return {
    kernel: op.kind === 'slice' ? 'slice_s8' : 'transpose_s8',
    height: op.kind === 'slice' ? (imageRows(outputTensor(op, graph))?.height ?? 1) : 1,
    elements: elementCount(shape),
    run: loops?.sizes.at(-1) ?? 1,
    isCopy: loops?.steps[0]?.at(-1) === 1,
  };
}

function reductionShape(op: Mean | ReducedExtremum | ArgExtremum, graph: Graph): KernelShape {
  const results = elementCount(outputTensor(op, graph).shape);
  if ('multiplier' in op) return meanShape(op, graph);
  const reduced = tensorBytes(inputTensor(op, graph)) / results;
  if (!('axis' in op)) return { kernel: 'reduced_extremum_s8', results, reduced };
  const areNeighbours = elementCount(inputTensor(op, graph).shape.slice(op.axis + 1)) === 1;
  return { kernel: 'arg_extremum_s8', results, reduced, areNeighbours };
}

function meanShape(op: Mean, graph: Graph): KernelShape {
  const results = tensorBytes(outputTensor(op, graph));
  const { shape } = inputTensor(op, graph);
  const last = shape.length - 1;
  const neighbours = op.axes.includes(last) ? 1 : at(shape, last);
  const height = imageRows(inputTensor(op, graph))?.height ?? 1;
  return { kernel: 'mean_s8', results, neighbours, summed: elementCount(shape) / results, height };
}

function scalingOf({ min, max }: Clamp, zeroPoint: number, multipliers: readonly Multiplier[]): ScalingForm {
  if (min > -128 || max < 127) return 'any';
  // What is rounded once takes the steps of a line that needs no sign.
  if (multipliers.every(isRoundedOnce)) return 'rectified';
  return zeroPoint === -128 ? 'rectified' : 'signed';
}

/** Of `phases` kinds of outputs each has about its share of the products. */
function formOf(
  op: {
    readonly weights: Int8Array;
    readonly bias: Int32Array;
    readonly multipliers: readonly Multiplier[];
    readonly clamp: Clamp;
  } & Op,
  graph: Graph,
  phases = 1,
): LayerForm {
  const scaling = scalingOf(op.clamp, outputTensor(op, graph).zeroPoint, op.multipliers);
  const depth = Math.ceil(op.weights.length / op.bias.length / phases);
  return { scaling, isApart: isLarge(op.weights, depth) };
}
