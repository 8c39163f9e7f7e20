/** A few input sets to try a network on: real ones where there are any. */
import { at } from '../base/index.ts';
import type { Edge, Graph } from '../graph/index.ts';
import { concatenate } from './concatenate.ts';
import { edgeBytes } from './datasets/input-encoding.ts';
import type { Dataset } from './types.ts';

export type SampleInputs = {
  /** One int8 set each: every network input in order, quantised. */
  readonly quantised: readonly Int8Array[];
  /** The same sets back to back in the types of the model file, as `runOnHost` takes them. */
  readonly asInFile: Uint8Array;
};

/** The first `count` samples of a data set; without one, numbers from a seed. */
export function sampleInputs(graph: Graph, dataset: Dataset | undefined, count: number): SampleInputs {
  const quantised = Array.from({ length: count }, (_, set) =>
    dataset === undefined ? pseudoRandomSet(graph, set) : realSet(graph, dataset, set % dataset.samples),
  );
  return { quantised, asInFile: concatenate(quantised.map((set) => toFileTypes(graph.inputs, graph, set))) };
}

/** Values in the types of the model file: float32 edges are scale * (value - zero point). */
function toFileTypes(edges: readonly Edge[], graph: Graph, set: Int8Array): Uint8Array {
  let start = 0;
  return concatenate(
    edges.map((edge) => {
      const values = set.slice(start, start + elementsOf(edge));
      start += values.length;
      if (edge.type === 'int8') return new Uint8Array(values.buffer);
      const { scale, zeroPoint } = at(graph.tensors, edge.tensor);
      return new Uint8Array(Float32Array.from(values, (value) => scale * (value - zeroPoint)).buffer);
    }),
  );
}

/** Values in the types of the model file as int8; float32 values must lie on the grid of the edge's scale. */
export function toQuantised(edges: readonly Edge[], graph: Graph, set: Uint8Array): Int8Array {
  let start = 0;
  const parts = edges.map((edge) => {
    const bytes = set.slice(start, start + edgeBytes(edge));
    start += bytes.length;
    if (edge.type === 'int8') return new Int8Array(bytes.buffer);
    const { scale, zeroPoint } = at(graph.tensors, edge.tensor);
    return Int8Array.from(new Float32Array(bytes.buffer), (value) =>
      Math.max(-128, Math.min(127, Math.round(value / scale) + zeroPoint)),
    );
  });
  return new Int8Array(concatenate(parts.map((part) => new Uint8Array(part.buffer))).buffer);
}

function realSet(graph: Graph, dataset: Dataset, sample: number): Int8Array {
  const bytes = dataset.inputs.length / dataset.samples;
  return toQuantised(graph.inputs, graph, dataset.inputs.subarray(sample * bytes, (sample + 1) * bytes));
}

/** xorshift32 (Marsaglia 2003): every network sees the same numbers on every machine. */
function pseudoRandomSet(graph: Graph, set: number): Int8Array {
  let state = 0x9e3779b9 ^ (set + 1);
  const elements = graph.inputs.reduce((total, edge) => total + elementsOf(edge), 0);
  return Int8Array.from({ length: elements }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >> 24;
  });
}

function elementsOf(edge: Edge): number {
  return edge.shape.reduce((product, dimension) => product * dimension, 1);
}
