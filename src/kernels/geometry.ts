/** Shapes of operators as the kernels count them. */
import { at, invariant } from '../base/index.ts';
import type {
  Conv2d,
  DepthwiseConv2d,
  FullyConnected,
  Graph,
  GroupedConv2d,
  Op,
  Padding2d,
  Pool2d,
  Size2d,
  Tensor,
} from '../graph/index.ts';

/** An image tensor [1, height, width, channels]. */
export type Image = { readonly height: number; readonly width: number; readonly channels: number };

export function inputTensor(op: Op, graph: Graph, position = 0): Tensor {
  return at(graph.tensors, at(op.inputs, position));
}

export function outputTensor(op: Op, graph: Graph): Tensor {
  return at(graph.tensors, op.output);
}

export function imageOf({ shape, name }: Tensor): Image {
  invariant(shape.length === 4 && shape[0] === 1, `${name} of shape [${shape}] is not one image`);
  return { height: at(shape, 1), width: at(shape, 2), channels: at(shape, 3) };
}

/** A window that slides over an image. */
export type SlidingWindow = {
  readonly input: Image;
  readonly output: Image;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  readonly padding: Padding2d;
};

export function slidingWindow(
  op: Conv2d | DepthwiseConv2d | GroupedConv2d | Pool2d,
  graph: Graph,
): SlidingWindow {
  return {
    input: imageOf(inputTensor(op, graph)),
    output: imageOf(outputTensor(op, graph)),
    stride: op.stride,
    dilation: 'dilation' in op ? op.dilation : { height: 1, width: 1 },
    padding: op.padding,
  };
}

/** A window of one pixel over an image whose rows are the batches of a fully connected layer. */
export function denseWindow({ batches, inputSize, outputSize }: FullyConnected): SlidingWindow {
  const one = { height: 1, width: 1 };
  return {
    input: { height: batches, width: 1, channels: inputSize },
    output: { height: batches, width: 1, channels: outputSize },
    stride: one,
    dilation: one,
    padding: { top: 0, left: 0, bottom: 0, right: 0 },
  };
}

/** First position at or after `start` by steps of `dilation` that is not before the input. */
function firstInside(start: number, dilation: number): number {
  return start >= 0 ? start : start + Math.ceil(-start / dilation) * dilation;
}

/**
 * Lowest input byte that each output pixel reads, pixels in row-major order, as `taps_inside` of the kernels finds it.
 * A window wholly outside reads nothing, which a byte beyond it understates at most.
 */
export function* firstReads({ input, output, stride, dilation, padding }: SlidingWindow): Generator<number> {
  for (let y = 0; y < output.height; y += 1) {
    const row = firstInside(y * stride.height - padding.top, dilation.height);
    for (let x = 0; x < output.width; x += 1) {
      const column = firstInside(x * stride.width - padding.left, dilation.width);
      yield (row * input.width + column) * input.channels;
    }
  }
}
