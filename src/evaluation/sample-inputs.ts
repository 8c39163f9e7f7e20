/** A few input sets to try a network on: real ones where there are any. */
import { at } from '../base/index.ts';
import { type Edge, type Graph, type Tensor, tensorBytes } from '../graph/index.ts';
import { concatenate } from './concatenate.ts';
import { edgeBytes, setToFile, setToMemory } from './edge-values.ts';
import type { Dataset } from './types.ts';

export type SampleInputs = {
  /** One set each: the bytes of every network input in order, as the network has them in memory. */
  readonly quantised: readonly Int8Array[];
  /** The same sets back to back in the types of the model file, as `runOnHost` takes them. */
  readonly asInFile: Uint8Array;
};

/** The first `count` inputs of a data set; without one, numbers from a seed. */
export function sampleInputs(graph: Graph, dataset: Dataset | undefined, count: number): SampleInputs {
  const quantised = Array.from({ length: count }, (_, set) =>
    dataset === undefined ? pseudoRandomSet(graph, set) : realSet(graph, dataset, set),
  );
  const asInFile = quantised.flatMap((set) =>
    setToFile(graph.inputs, tensorOf(graph), new Uint8Array(set.buffer)),
  );
  return { quantised, asInFile: concatenate(asInFile) };
}

/** Values in the types of the model file as the network has them in memory. */
export function toQuantised(edges: readonly Edge[], graph: Graph, set: Uint8Array): Int8Array {
  return new Int8Array(concatenate(setToMemory(edges, tensorOf(graph), set)).buffer);
}

function tensorOf({ tensors }: Graph): (edge: Edge) => Tensor {
  return ({ tensor }) => at(tensors, tensor);
}

function realSet(graph: Graph, { inputs }: Dataset, set: number): Int8Array {
  const bytes = graph.inputs.reduce((sum, edge) => sum + edgeBytes(edge), 0);
  const start = (set * bytes) % inputs.length;
  return toQuantised(graph.inputs, graph, inputs.subarray(start, start + bytes));
}

/** xorshift32 (Marsaglia 2003): every network sees the same bytes on every machine. */
function pseudoRandomSet(graph: Graph, set: number): Int8Array {
  let state = 0x9e3779b9 ^ (set + 1);
  const bytes = graph.inputs.reduce((total, edge) => total + tensorBytes(tensorOf(graph)(edge)), 0);
  return Int8Array.from({ length: bytes }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >> 24;
  });
}
