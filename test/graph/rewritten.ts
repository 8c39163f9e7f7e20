/** Small networks before and after all passes, and the operators that tests of passes are made of. */
import { expect } from 'vitest';
import { buildGraph, elementCount, type Graph, type Op } from '../../src/graph/index.ts';
import type { Model } from '../../src/model/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { convOptions, type ModelOf, noise } from './model-of.ts';

/** The graph after all passes; every output equals that of the graph without passes on several inputs. */
export function rewritten(model: Model): Graph {
  const plain = buildGraph(model, []);
  const graph = buildGraph(model);
  for (const seed of [1, 2, 3]) {
    const inputs = plain.inputs.map(({ shape }) => Int8Array.from(noise(elementCount(shape), seed)));
    expect(interpret(graph, inputs).outputs).toEqual(interpret(plain, inputs).outputs);
  }
  return graph;
}

export function kinds(graph: Graph): string[] {
  return graph.ops.map((op) => op.kind);
}

export function find<K extends Op['kind']>(graph: Graph, kind: K): Extract<Op, { kind: K }> {
  const op = graph.ops.find((candidate) => candidate.kind === kind);
  if (op === undefined) throw new Error(`no ${kind} in ${kinds(graph)}`);
  return op as Extract<Op, { kind: K }>;
}

/** A 3 x 3 convolution of 2 channels to 3. */
export function conv(
  network: ModelOf,
  input: number,
  output: number,
  options: Parameters<typeof convOptions>[0] = {},
): number {
  const weights = network.weights([3, 3, 3, 2], noise(54, 9), [0.01]);
  return network.apply(convOptions(options), [input, weights], output);
}

export function pad(network: ModelOf, input: number, counts: readonly number[], output: number): number {
  return network.apply({ op: 'PAD' }, [input, network.integers(counts)], output);
}
