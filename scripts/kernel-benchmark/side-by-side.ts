/** Puts single operators side by side into networks that fit the chip's coupled memory, to build and run few of them. */
import { at } from '../../src/base/index.ts';
import { type Graph, type Op, tensorBytes } from '../../src/graph/index.ts';
import { benchmarkNetwork } from './benchmark-network.ts';
import type { BenchmarkNetwork } from './network-types.ts';

/** Appends one operator, its inputs included. */
export type OperatorCase = (network: BenchmarkNetwork) => void;

/** Operator i of the graph is that of case i. */
export type Batch<C> = { readonly cases: readonly C[]; readonly graph: Graph };

/** What may stand side by side in a network. */
const mostArenaBytes = 80_000;
const mostWeightBytes = 600_000;
const mostOperators = 40;

function sizeOf(append: OperatorCase): { readonly arenaBytes: number; readonly weightBytes: number } {
  const network = benchmarkNetwork(1);
  append(network);
  const { tensors, ops } = network.finish();
  const arenaBytes = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  return { arenaBytes, weightBytes: ops.reduce((sum, op) => sum + weightBytesOf(op), 0) };
}

function weightBytesOf(op: Op): number {
  if (op.kind === 'lstm') return 4 * op.units * (op.inputSize + op.units);
  if (op.kind === 'svdf') return op.featureWeights.length + op.timeWeights.byteLength;
  return 'weights' in op ? op.weights.length + 12 * op.bias.length : 0;
}

/** Networks of operators in the order of `cases`, one operator each. */
export function sideBySide<C extends OperatorCase>(
  cases: readonly C[],
  mostBytes: number = mostArenaBytes,
): Batch<C>[] {
  const batches: C[][] = [];
  let arena = Number.POSITIVE_INFINITY;
  let weights = 0;
  for (const append of cases) {
    const { arenaBytes, weightBytes } = sizeOf(append);
    arena += arenaBytes;
    weights += weightBytes;
    const isFull = arena > mostBytes || weights > mostWeightBytes;
    if (isFull || at(batches, batches.length - 1).length === mostOperators) {
      batches.push([]);
      arena = arenaBytes;
      weights = weightBytes;
    }
    at(batches, batches.length - 1).push(append);
  }
  return batches.map((batch, index) => {
    const network = benchmarkNetwork(index + 1);
    for (const append of batch) append(network);
    return { cases: batch, graph: network.finish() };
  });
}
