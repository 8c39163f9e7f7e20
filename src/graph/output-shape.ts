/** The output shape that an operator's inputs and parameters make, against which stated shapes are checked. */
import { at, invariant } from '../base/index.ts';
import type { Lstm, Store, Svdf } from './recurrent-types.ts';
import { broadcastShapes, elementCount, filterSpan, type Shape } from './shape.ts';
import type { Mean, Op, Padding2d, ReducedExtremum, Size2d, Slice } from './types.ts';

/** Outputs along one axis of a window that is moved over a padded input. */
function positions(size: number, padding: number, filter: number, stride: number, dilation: number): number {
  return Math.floor((size + padding - filterSpan(filter, dilation)) / stride) + 1;
}

function windowShape(
  input: Shape,
  channels: number,
  op: { filter: Size2d; stride: Size2d; padding: Padding2d; dilation?: Size2d },
): Shape {
  const { filter, stride, padding, dilation = { height: 1, width: 1 } } = op;
  const rows = padding.top + padding.bottom;
  const columns = padding.left + padding.right;
  return [
    1,
    positions(at(input, 1), rows, filter.height, stride.height, dilation.height),
    positions(at(input, 2), columns, filter.width, stride.width, dilation.width),
    channels,
  ];
}

/** Reduced axes are either kept with size 1 or dropped; the operator reads the same either way. */
function reducedShape(op: Mean | ReducedExtremum, input: Shape, stated: Shape): Shape {
  const kept = input.map((size, axis) => (op.axes.includes(axis) ? 1 : size));
  return stated.length === input.length ? kept : kept.filter((_, axis) => !op.axes.includes(axis));
}

/** Whether a slice of this shape takes nothing from outside its input. */
function isWithin({ begin, stride }: Slice, input: Shape, stated: Shape): boolean {
  return (
    stated.length === input.length &&
    input.every((size, axis) => {
      const first = at(begin, axis);
      const last = first + (at(stated, axis) - 1) * at(stride, axis);
      return Math.min(first, last) >= 0 && Math.max(first, last) < size;
    })
  );
}

/** `stated` decides only what the parameters leave open: the rank of reshapes, means and fully connected operators, and the size of slices. */
export function resolveOutputShape(op: Op, inputs: readonly Shape[], stated: Shape): Shape {
  switch (op.kind) {
    case 'svdf':
      return [op.batches, op.units];
    case 'lstm':
      return [...at(inputs, 0).slice(0, -1), op.units];
    case 'store':
      return at(inputs, 1);
    default:
      return shapeWithoutState(op, inputs, stated);
  }
}

function shapeWithoutState(
  op: Exclude<Op, Svdf | Lstm | Store>,
  inputs: readonly Shape[],
  stated: Shape,
): Shape {
  const input = at(inputs, 0);
  switch (op.kind) {
    case 'conv2d':
    case 'groupedConv2d':
      return windowShape(input, op.bias.length, op);
    case 'depthwiseConv2d':
      return windowShape(input, at(input, 3) * op.depthMultiplier, op);
    case 'averagePool2d':
    case 'maxPool2d':
      return windowShape(input, at(input, 3), op);
    case 'fullyConnected': {
      const fits = stated.at(-1) === op.outputSize && elementCount(stated) === op.batches * op.outputSize;
      return fits ? stated : [op.batches, op.outputSize];
    }
    case 'add':
    case 'sub':
    case 'mul':
    case 'maximum':
    case 'minimum':
    case 'prelu': {
      const shape = broadcastShapes(input, at(inputs, 1));
      invariant(shape !== undefined, `operator ${op.index} has operands that do not broadcast`);
      return shape;
    }
    case 'mean':
    case 'sum':
    case 'reduceMax':
    case 'reduceMin':
      return reducedShape(op, input, stated);
    case 'argMax':
    case 'argMin':
      return input.filter((_, axis) => axis !== op.axis);
    case 'pad':
      return input.map((size, axis) => size + at(op.before, axis) + at(op.after, axis));
    case 'slice':
      return isWithin(op, input, stated) ? stated : input;
    case 'take':
      return input.map((size, axis) => op.sources[axis]?.length ?? size);
    case 'reshape':
      return elementCount(stated) === elementCount(input) ? stated : input;
    case 'transpose':
      return op.permutation.map((axis) => at(input, axis));
    case 'concatenation':
      return input.map((size, axis) =>
        axis === op.axis ? inputs.reduce((sum, shape) => sum + at(shape, axis), 0) : size,
      );
    case 'transposeConv2d':
      return [1, at(stated, 1), at(stated, 2), op.bias.length];
    case 'resizeBilinear':
    case 'resizeNearest':
      return [1, at(stated, 1), at(stated, 2), at(input, 3)];
    case 'softmax':
    case 'logSoftmax':
    case 'l2Normalise':
    case 'cast':
    case 'requantize':
    case 'relu':
    case 'logistic':
    case 'lookup':
    case 'curve':
    case 'piecewise':
      return input;
  }
}
