/** One operator for inputs of other sizes: parameters of the right sizes, their values repeated, since nothing is trained. */
import { at } from '../base/index.ts';
import type { Conv2d, DepthwiseConv2d, FullyConnected, Op, Pool2d, Size2d } from '../graph/index.ts';
import { fitWindow } from './windows.ts';

type Shape = readonly number[];

export type OperatorSizes = {
  /** Shapes of the inputs as they were, and as they are now. */
  readonly old: readonly Shape[];
  readonly now: readonly Shape[];
  readonly oldOutput: Shape;
  /** How many channels an operator makes that is free to choose. */
  readonly channels: (count: number) => number;
};

/** The operator, and its output's shape as far as its parameters leave it open; `undefined` where it cannot be. */
export function scaleOperator(
  op: Op,
  sizes: OperatorSizes,
): { readonly op: Op; readonly stated: Shape } | undefined {
  const scaled = scaleParameters(op, sizes);
  if (scaled === undefined) return undefined;
  const stated = statedShape(scaled, sizes);
  return stated && { op: scaled, stated };
}

function scaleParameters(op: Op, sizes: OperatorSizes): Op | undefined {
  switch (op.kind) {
    case 'conv2d':
      return convolution(op, sizes, sizes.channels(op.bias.length));
    case 'depthwiseConv2d':
      return depthwise(op, sizes);
    case 'fullyConnected':
      return dense(op, sizes);
    case 'averagePool2d':
    case 'maxPool2d':
      return pool(op, sizes);
    // What they take is of the old sizes, or in groups that other channels may not have.
    case 'groupedConv2d':
    case 'transposeConv2d':
    case 'slice':
    case 'take':
      return undefined;
    default:
      return op;
  }
}

function convolution(op: Conv2d, sizes: OperatorSizes, outputs: number): Conv2d | undefined {
  const window = fitWindow(op, areaOf(at(sizes.old, 0)), areaOf(at(sizes.now, 0)));
  if (window === undefined) return undefined;
  const each = window.filter.height * window.filter.width * at(at(sizes.now, 0), 3);
  return { ...op, ...window, ...resized(op, outputs, outputs * each) };
}

function depthwise(op: DepthwiseConv2d, sizes: OperatorSizes): DepthwiseConv2d | undefined {
  const window = fitWindow(op, areaOf(at(sizes.old, 0)), areaOf(at(sizes.now, 0)));
  if (window === undefined) return undefined;
  const outputs = at(at(sizes.now, 0), 3) * op.depthMultiplier;
  return {
    ...op,
    ...window,
    ...resized(op, outputs, outputs * window.filter.height * window.filter.width),
  };
}

function dense(op: FullyConnected, sizes: OperatorSizes): FullyConnected | undefined {
  const inputSize = at(sizes.now, 0).reduce((all, size) => all * size, 1) / op.batches;
  if (!Number.isInteger(inputSize)) return undefined;
  const outputSize = sizes.channels(op.outputSize);
  return { ...op, inputSize, outputSize, ...resized(op, outputSize, outputSize * inputSize) };
}

function pool(op: Pool2d, sizes: OperatorSizes): Pool2d | undefined {
  const undilated = { height: 1, width: 1 };
  const window = fitWindow(
    { ...op, dilation: undilated },
    areaOf(at(sizes.old, 0)),
    areaOf(at(sizes.now, 0)),
  );
  return window && { ...op, filter: window.filter, padding: window.padding };
}

function resized(op: Conv2d | DepthwiseConv2d | FullyConnected, outputs: number, weightCount: number) {
  return {
    weights: Int8Array.from({ length: weightCount }, (_, index) => at(op.weights, index % op.weights.length)),
    bias: Int32Array.from({ length: outputs }, (_, index) => at(op.bias, index % op.bias.length)),
    multipliers: Array.from({ length: outputs }, (_, index) =>
      at(op.multipliers, index % op.multipliers.length),
    ),
  };
}

function statedShape(op: Op, { old, now, oldOutput }: OperatorSizes): Shape | undefined {
  if (op.kind === 'fullyConnected') return [...oldOutput.slice(0, -1), op.outputSize];
  if (op.kind === 'resizeNearest' || op.kind === 'resizeBilinear')
    return resizedImage(at(old, 0), at(now, 0), oldOutput);
  return oldOutput;
}

/** By the same factor as before. */
function resizedImage(old: Shape, now: Shape, oldOutput: Shape): Shape | undefined {
  const shape = oldOutput.map((size, axis) => (size * at(now, axis)) / at(old, axis));
  return shape.every(Number.isInteger) ? shape : undefined;
}

function areaOf(shape: Shape): Size2d {
  return { height: at(shape, 1), width: at(shape, 2) };
}
