/**
 * Moves transposes below means: the mean sums the same values over the permuted axes of the untransposed tensor, and
 * what is left to transpose is smaller, or nothing.
 */
import { at } from '../../base/index.ts';
import { countReaders, findProducers } from '../rewrite.ts';
import type { Graph, Mean, Op, Tensor, Transpose } from '../types.ts';

/** No network of any sense has more; thousands of transposes above thousands of means would take hours. */
const mostSwaps = 200;

export function sinkTransposes(graph: Graph): Graph {
  let current = graph;
  for (let swaps = 0; swaps < mostSwaps; swaps += 1) {
    const sunk = sinkFirst(current);
    if (sunk === undefined) break;
    current = sunk;
  }
  return current;
}

/** Swaps the first transpose that only a mean reads with that mean; `undefined` where there is none. */
function sinkFirst(graph: Graph): Graph | undefined {
  const readers = countReaders(graph);
  const producers = findProducers(graph);
  for (const [position, op] of graph.ops.entries()) {
    if (op.kind !== 'mean' && op.kind !== 'sum') continue;
    const before = producers[at(op.inputs, 0)];
    if (before?.kind !== 'transpose' || readers[before.output] !== 1) continue;
    const { mean, transpose, tensor } = swap(before, op, graph);
    const ops: Op[] = [
      ...graph.ops.slice(0, position),
      mean,
      transpose,
      ...graph.ops.slice(position + 1),
    ].filter((other) => other !== before);
    return { ...graph, ops, tensors: [...graph.tensors, tensor] };
  }
  return undefined;
}

function swap(
  before: Transpose,
  mean: Mean,
  graph: Graph,
): { mean: Mean; transpose: Transpose; tensor: Tensor } {
  const source = at(graph.tensors, at(before.inputs, 0));
  const output = at(graph.tensors, mean.output);
  const axes = mean.axes.map((axis) => at(before.permutation, axis)).sort((a, b) => a - b);
  const keepsDimensions = output.shape.length === source.shape.length;
  // Source axes in the order of the stated output, and of the output that the mean has without the transpose.
  const wanted = before.permutation.filter((axis) => keepsDimensions || !axes.includes(axis));
  const given = [...wanted].sort((a, b) => a - b);
  const tensor: Tensor = {
    ...output,
    id: graph.tensors.length,
    shape: given.map((axis) => (axes.includes(axis) ? 1 : at(source.shape, axis))),
  };
  return {
    mean: { ...mean, inputs: before.inputs, axes, output: tensor.id },
    transpose: {
      ...before,
      name: mean.name,
      inputs: [tensor.id],
      output: mean.output,
      permutation: wanted.map((axis) => given.indexOf(axis)),
    },
    tensor,
  };
}
