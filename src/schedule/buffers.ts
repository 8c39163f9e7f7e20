/** Which buffers a network needs in a given order, when each is live, and which may overlap. */
import { at } from '../base/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Network, Storage } from './network.ts';
import type { BufferId, OperatorStep, Overlap, PlannedBuffer } from './types.ts';

export type Lifetimes = {
  readonly steps: readonly OperatorStep[];
  /** Storages first, in the network's order, then scratch memories by step. */
  readonly buffers: readonly PlannedBuffer[];
  /** Every overlap that a kernel permits, whether a placement uses it or not. */
  readonly overlaps: readonly Overlap[];
};

/** `order[step]` is the index of the node that runs at a step. */
export function buffersOf(graph: Graph, network: Network, order: readonly number[]): Lifetimes {
  const stepOf: number[] = [];
  for (const [step, node] of order.entries()) stepOf[node] = step;
  const buffers = network.storages.map((storage, id) => tensorBuffer(graph, storage, id, stepOf));
  const steps: OperatorStep[] = [];
  const overlaps: Overlap[] = [];
  for (const [step, index] of order.entries()) {
    const node = at(network.nodes, index);
    let scratch: BufferId | undefined;
    if (node.scratchBytes > 0) {
      scratch = buffers.length;
      const name = `scratch of ${at(graph.ops, node.op).name}`;
      const lifetime = { firstStep: step, lastStep: step };
      buffers.push({
        id: scratch,
        kind: 'scratch',
        name,
        tensors: [],
        bytes: node.scratchBytes,
        ...lifetime,
      });
    }
    steps.push({ kind: 'operator', op: node.op, kernel: node.kernel, scratch });
    for (const [position, input] of node.reads.entries()) {
      const leadBytes = node.leads[position];
      const dies = !at(network.storages, input).isOutput && at(buffers, input).lastStep === step;
      if (leadBytes !== undefined && dies) overlaps.push({ step, input, output: node.writes, leadBytes });
    }
  }
  return { steps, buffers, overlaps };
}

function tensorBuffer(
  graph: Graph,
  storage: Storage,
  id: BufferId,
  stepOf: readonly number[],
): PlannedBuffer {
  const written = storage.writer === undefined ? 0 : at(stepOf, storage.writer);
  const lastStep = storage.isOutput
    ? Math.max(0, stepOf.length - 1)
    : Math.max(written, ...storage.readers.map((node) => at(stepOf, node)));
  return {
    id,
    kind: 'tensor',
    name: at(graph.tensors, at(storage.tensors, 0)).name,
    tensors: storage.tensors,
    bytes: storage.bytes,
    firstStep: storage.isInput ? 0 : written,
    lastStep,
  };
}
