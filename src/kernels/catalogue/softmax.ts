/** Softmax over the last dimension. */
import { at } from '../../base/index.ts';
import { type Graph, type Softmax, tensorBytes } from '../../graph/index.ts';
import { defineKernel, input, literals, output } from '../definition.ts';
import { inputTensor } from '../geometry.ts';
import type { Kernel } from '../types.ts';

/** The sum of a row's exponentials, each up to 1, has 12 integer bits. */
const maximumDepth = 4095;

function depthOf(op: Softmax, graph: Graph): number {
  const { shape } = inputTensor(op, graph);
  return shape.length === 0 ? 1 : at(shape, shape.length - 1);
}

export const softmax: Kernel = defineKernel<Softmax>({
  name: 'softmax_s8',
  isFor: (op) => op.kind === 'softmax',
  accepts: (op, graph) => depthOf(op, graph) <= maximumDepth,
  // Results are written in one pass that reads each element just before it is written, after the row's other passes.
  leadBytes: () => 0,
  call: (op, graph) => {
    const depth = depthOf(op, graph);
    return {
      constants: [],
      arguments: [
        input(0),
        output,
        ...literals({
          rows: tensorBytes(inputTensor(op, graph)) / depth,
          depth,
          multiplier: op.multiplier.multiplier,
          left_shift: op.multiplier.shift,
          diff_min: op.diffMin,
        }),
      ],
    };
  },
});
