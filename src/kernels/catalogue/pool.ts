/** Pools: one result for each window and channel. */
import type { Graph, Pool2d } from '../../graph/index.ts';
import { type AccessBlock, leadOfBlocks } from '../access-order.ts';
import { cyclesOfProducts, type ProductCost } from '../cycles.ts';
import { clampLiterals, defineKernel, input, literals, output } from '../definition.ts';
import { firstReads, imageOf, inputTensor, outputTensor, type SlidingWindow } from '../geometry.ts';
import type { Kernel } from '../types.ts';

function windowOf(op: Pool2d, graph: Graph): SlidingWindow {
  const dilation = { height: 1, width: 1 };
  return {
    input: imageOf(inputTensor(op, graph)),
    output: imageOf(outputTensor(op, graph)),
    stride: op.stride,
    dilation,
    padding: op.padding,
  };
}

/** Channels are read and written together, so that a pixel is bounded by its first channel alone. */
function* pixels(window: SlidingWindow): Generator<AccessBlock> {
  let written = 0;
  for (const readsFrom of firstReads(window)) {
    written += window.output.channels;
    yield { readsFrom, writtenTo: written };
  }
}

function definePool(name: string, kind: Pool2d['kind'], cost: ProductCost): Kernel {
  return defineKernel<Pool2d>({
    name,
    isFor: (op): op is Pool2d => op.kind === kind,
    leadBytes: (op, graph) => leadOfBlocks(pixels(windowOf(op, graph))),
    call: (op, graph) => {
      const { input: from, output: to } = windowOf(op, graph);
      return {
        constants: [],
        arguments: [
          input(0),
          output,
          ...literals({
            input_height: from.height,
            input_width: from.width,
            channels: to.channels,
            output_height: to.height,
            output_width: to.width,
            filter_height: op.filter.height,
            filter_width: op.filter.width,
            stride_height: op.stride.height,
            stride_width: op.stride.width,
            padding_top: op.padding.top,
            padding_left: op.padding.left,
          }),
          ...clampLiterals(op.clamp),
        ],
      };
    },
    estimateCycles: (op, graph, target) => {
      const { output: to } = windowOf(op, graph);
      const results = to.height * to.width * to.channels;
      return cyclesOfProducts(results, op.filter.height * op.filter.width, cost, target);
    },
  });
}

export const averagePool: Kernel = definePool('average_pool_s8', 'averagePool2d', {
  product: { dsp: 2, portable: 4.9 },
  result: { dsp: 13, portable: 2 },
});
export const maxPool: Kernel = definePool('max_pool_s8', 'maxPool2d', {
  product: { dsp: 0.9, portable: 3.5 },
  result: { dsp: 0.5, portable: 2 },
});
