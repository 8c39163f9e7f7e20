/** Pools: one result for each window and channel. */
import type { Graph, Pool2d } from '../../graph/index.ts';
import { type AccessBlock, leadOfBlocks } from '../access-order.ts';
import { clampLiterals, defineKernel, input, literals, noPointer, output, scratch } from '../definition.ts';
import { firstReads, type SlidingWindow, slidingWindow } from '../geometry.ts';
import { accumulated, allRows, singleRows, slidingRows } from '../row-form.ts';
import type { Argument, Kernel, KernelCall, RowForm } from '../types.ts';

/** Channels are read and written together, so that a pixel is bounded by its first channel alone. */
function* pixels(window: SlidingWindow): Generator<AccessBlock> {
  let written = 0;
  for (const readsFrom of firstReads(window)) {
    written += window.output.channels;
    yield { readsFrom, writtenTo: written };
  }
}

/** Whether there is one window, which covers the whole image. */
function isGlobal(op: Pool2d, { input: from, output: to }: SlidingWindow): boolean {
  const { filter, padding } = op;
  return (
    to.height === 1 &&
    to.width === 1 &&
    filter.height - padding.top >= from.height &&
    filter.width - padding.left >= from.width
  );
}

type PoolDefinition = {
  readonly name: 'average_pool_s8' | 'max_pool_s8';
  readonly kind: Pool2d['kind'];
  /** Whether the C function takes sums that grow row by row. */
  readonly accumulates: boolean;
};

function callOf(op: Pool2d, graph: Graph, sums: readonly Argument[], rows: readonly Argument[]): KernelCall {
  const { input: from, output: to } = slidingWindow(op, graph);
  return {
    constants: [],
    arguments: [
      input(0),
      output,
      ...sums,
      ...rows,
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
}

function definePool({ name, kind, accumulates }: PoolDefinition): Kernel {
  const noSums = accumulates ? [noPointer('sums')] : [];
  return defineKernel<Pool2d>({
    name,
    isFor: (op): op is Pool2d => op.kind === kind,
    leadBytes: (op, graph) => leadOfBlocks(pixels(slidingWindow(op, graph))),
    call: (op, graph) => {
      const window = slidingWindow(op, graph);
      return callOf(op, graph, noSums, allRows([window.input.height], window.output.height));
    },
    rows: (op, graph): RowForm => {
      const window = slidingWindow(op, graph);
      if (accumulates && isGlobal(op, window)) {
        const { input: from } = window;
        return accumulated(from, from.channels, () => callOf(op, graph, [scratch], singleRows()));
      }
      return slidingRows(window, op.filter.height, pixels, () => callOf(op, graph, noSums, singleRows()));
    },
  });
}

export const averagePool: Kernel = definePool({
  name: 'average_pool_s8',
  kind: 'averagePool2d',
  accumulates: true,
});
export const maxPool: Kernel = definePool({
  name: 'max_pool_s8',
  kind: 'maxPool2d',
  accumulates: false,
});
