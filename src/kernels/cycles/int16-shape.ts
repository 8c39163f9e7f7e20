/** Shapes of operators on int16, as far as their kernels' cycles depend on them. */
import { invariant } from '../../base/index.ts';
import { elementCount, type Graph, type Op, stridesOf } from '../../graph/index.ts';
import { denseWindow, imageOf, inputTensor, outputTensor, slidingWindow } from '../geometry.ts';
import { broadcastLoops, joinLoops } from '../loops.ts';
import { imageRows } from '../row-form.ts';
import { sumFormOf } from '../wide-matrix.ts';
import type { Int16Shape } from './shape.ts';

export function isInt16Kernel(kernel: string): kernel is Int16Shape['kernel'] {
  return kernel.endsWith('_s16');
}

export function int16ShapeOf(op: Op, graph: Graph, kernel: Int16Shape['kernel']): Int16Shape {
  const { shape } = outputTensor(op, graph);
  const count = elementCount(shape);
  const height = imageRows(outputTensor(op, graph))?.height ?? 1;
  switch (kernel) {
    case 'grouped_conv_s16':
    case 'transpose_conv_s16':
      return partedShape(op, graph);
    case 'conv_s16':
    case 'depthwise_conv_s16':
    case 'pool_s16':
      return windowShape(op, graph, kernel);
    case 'operands_s16':
    case 'rescale_s16':
    case 'curve_s16':
      return {
        kernel,
        form: formOf(op.kind),
        run: innermost(op, graph),
        height,
        rowElements: count / height,
      };
    case 'lstm_s16': {
      invariant(op.kind === 'lstm', `${kernel} does not compute ${op.kind}`);
      const { batches, inputSize, units } = op;
      return { kernel, steps: batches * op.steps, inputSize, units };
    }
    case 'mean_s16':
      return { kernel, results: count, summed: elementCount(inputTensor(op, graph).shape) / count };
    case 'softmax_s16': {
      const depth = shape.at(-1) ?? 1;
      return { kernel, rows: count / depth, depth };
    }
    case 'strided_s16':
      return { kernel, elements: count, runs: elementCount(shape.slice(0, -1)) };
    case 'fill_s16': {
      const from = inputTensor(op, graph).shape;
      const run = joinLoops(from, [stridesOf(shape)])?.sizes.at(-1) ?? 1;
      return { kernel, filled: count, elements: elementCount(from), runs: elementCount(from) / run };
    }
  }
}

/** Kinds that run the same instructions for each element count as one. */
function formOf(kind: Op['kind']): string {
  switch (kind) {
    case 'sub':
      return 'add';
    case 'minimum':
      return 'maximum';
    case 'relu':
      return 'requantize';
    default:
      return kind;
  }
}

/** Elements of the innermost loop. */
function innermost(op: Op, graph: Graph): number {
  const { shape } = outputTensor(op, graph);
  const operands = op.inputs.map((_, position) => inputTensor(op, graph, position).shape);
  return broadcastLoops(shape, operands)?.sizes.at(-1) ?? elementCount(shape);
}

function partedShape(op: Op, graph: Graph): Int16Shape {
  if (op.kind === 'groupedConv2d') {
    const { filter, groups } = op;
    const window = slidingWindow(op, graph);
    return { kernel: 'grouped_conv_s16', window, filter, groups, sums: sumFormOf(op) };
  }
  invariant(op.kind === 'transposeConv2d', `${op.kind} does not come in parts`);
  const { filter, stride, padding } = op;
  const [input, output] = [imageOf(inputTensor(op, graph)), imageOf(outputTensor(op, graph))];
  return { kernel: 'transpose_conv_s16', input, output, filter, stride, padding, sums: sumFormOf(op) };
}

type WindowKernel = 'conv_s16' | 'depthwise_conv_s16' | 'pool_s16';

function windowShape(op: Op, graph: Graph, kernel: WindowKernel): Int16Shape {
  switch (op.kind) {
    case 'averagePool2d':
    case 'maxPool2d': {
      const window = slidingWindow(op, graph);
      return { kernel: 'pool_s16', window, filter: op.filter, isMaximum: op.kind === 'maxPool2d' };
    }
    case 'conv2d':
    case 'depthwiseConv2d': {
      const window = slidingWindow(op, graph);
      if (op.kind === 'depthwiseConv2d') return { kernel: 'depthwise_conv_s16', window, filter: op.filter };
      return { kernel: 'conv_s16', window, filter: op.filter, isWide: op.sums === 'wide' };
    }
    default: {
      invariant(op.kind === 'fullyConnected', `${kernel} does not compute ${op.kind}`);
      const filter = { height: 1, width: 1 };
      return { kernel: 'conv_s16', window: denseWindow(op), filter, isWide: op.sums === 'wide' };
    }
  }
}
