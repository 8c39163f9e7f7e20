/** Which buffers a network needs in a given order, when each is live, and which may overlap. */
import { at, invariant } from '../base/index.ts';
import type { Graph } from '../graph/index.ts';
import { clearancesOf } from './clearance.ts';
import type { Network, Node, Storage } from './network.ts';
import { operatorTurns } from './patches.ts';
import { liveBytesOfPatches, type Patching, partsOfPatches } from './patching.ts';
import { liveBytesOf, type Stream } from './stream.ts';
import type {
  BufferId,
  Clearance,
  Line,
  OperatorStep,
  Overlap,
  PatchStep,
  PlannedBuffer,
  Step,
  StreamStep,
} from './types.ts';

/** What runs as one step: a node of the network, a stream of nodes, or patches of them. */
export type Task = {
  readonly nodes: readonly number[];
  readonly stream: Stream | undefined;
  readonly patching: Patching | undefined;
};

export type Lifetimes = {
  readonly steps: readonly Step[];
  /** Storages first, in the network's order, then lines and scratch memories by step. */
  readonly buffers: readonly PlannedBuffer[];
  /** Every overlap that a kernel permits, whether a placement uses it or not. */
  readonly overlaps: readonly Overlap[];
  readonly clearances: readonly Clearance[];
};

type Draft = {
  readonly graph: Graph;
  readonly network: Network;
  readonly buffers: PlannedBuffer[];
  /** Buffer of each storage; `undefined` where it is kept in lines. */
  readonly bufferOf: readonly (BufferId | undefined)[];
  readonly overlaps: Overlap[];
  readonly clearances: Clearance[];
};

export function buffersOf(graph: Graph, network: Network, tasks: readonly Task[]): Lifetimes {
  const stepOf: number[] = [];
  for (const [step, { nodes }] of tasks.entries()) for (const node of nodes) stepOf[node] = step;
  const lines = new Set(tasks.flatMap((task) => linesOf(network, task)));
  const buffers: PlannedBuffer[] = [];
  const bufferOf = network.storages.map((storage, index) => {
    if (lines.has(index)) return undefined;
    const id = buffers.length;
    buffers.push(tensorBuffer(graph, storage, id, stepOf, tasks.length));
    return id;
  });
  const draft: Draft = { graph, network, buffers, bufferOf, overlaps: [], clearances: [] };
  const steps = tasks.map(({ nodes, stream, patching }, step) => {
    if (patching !== undefined) return patchStep(draft, nodes, patching, step);
    return stream === undefined
      ? operatorStep(draft, at(network.nodes, at(nodes, 0)), step)
      : streamStep(draft, stream, step);
  });
  return { steps, buffers, overlaps: draft.overlaps, clearances: draft.clearances };
}

/** Storages that a task keeps rows of only. */
function linesOf(network: Network, { nodes, stream, patching }: Task): readonly number[] {
  if (patching !== undefined) return nodes.slice(0, -1).map((node) => at(network.nodes, node).writes);
  return stream?.rows.flatMap(({ kind, storage }) => (kind === 'line' ? [storage] : [])) ?? [];
}

function tensorBuffer(
  graph: Graph,
  storage: Storage,
  id: BufferId,
  stepOf: readonly number[],
  stepCount: number,
): PlannedBuffer {
  const written = storage.writer === undefined ? 0 : at(stepOf, storage.writer);
  const lastStep = storage.isOutput
    ? Math.max(0, stepCount - 1)
    : Math.max(written, ...storage.readers.map((node) => at(stepOf, node)));
  return {
    id,
    kind: storage.isState ? 'state' : 'tensor',
    name: at(graph.tensors, at(storage.tensors, 0)).name,
    tensors: storage.tensors,
    bytes: storage.bytes,
    firstStep: storage.isInput ? 0 : written,
    lastStep,
  };
}

function operatorStep(draft: Draft, node: Node, step: number): OperatorStep {
  const scratch = scratchBuffer(draft, node.op, node.scratchBytes, step);
  for (const [position, storage] of node.reads.entries()) {
    const leadBytes = node.leads[position];
    const input = bufferOfStorage(draft, storage);
    const output = bufferOfStorage(draft, node.writes);
    if (leadBytes !== undefined && diesAt(draft, storage, step)) {
      draft.overlaps.push({ step, input, output, leadBytes });
    }
  }
  return { kind: 'operator', op: node.op, kernel: node.kernel, scratch };
}

function streamStep(draft: Draft, stream: Stream, step: number): StreamStep {
  const { graph, network } = draft;
  const nodes = stream.nodes.map((node) => at(network.nodes, node));
  const lines: Line[] = [];
  const parts = stream.rows.map(({ storage, kind, ring, rowBytes }) => {
    if (kind !== 'line') return bufferOfStorage(draft, storage);
    const tensor = at(at(network.storages, storage).tensors, 0);
    const buffer = addBuffer(
      draft,
      'line',
      `${ring} rows of ${at(graph.tensors, tensor).name}`,
      ring * rowBytes,
      step,
    );
    lines.push({ tensor, rows: ring, buffer });
    return buffer;
  });
  const scratches: (BufferId | undefined)[] = nodes.map(() => undefined);
  for (const { node, bytes } of stream.scratches) {
    const scratch = scratchBuffer(draft, at(nodes, node).op, bytes, step);
    invariant(scratch !== undefined, 'a scratch memory of a stream is empty');
    scratches[node] = scratch;
    parts.push(scratch);
  }
  addClearances(draft, stream, parts, step);
  return {
    kind: 'stream',
    ops: nodes.map((node) => node.op),
    kernels: nodes.map((node) => node.kernel),
    scratches,
    order: stream.order,
    lines,
    liveBytes: liveBytesOf(network, stream),
  };
}

function patchStep(draft: Draft, taskNodes: readonly number[], patching: Patching, step: number): PatchStep {
  const { network } = draft;
  const nodes = taskNodes.map((node) => at(network.nodes, node));
  const { network: patchNetwork, stream } = at(patching.streams, 0);
  const patch = at(patching.patches, 0);
  const turns = operatorTurns(patch);
  const { bytes, barred } = partsOfPatches(patching);
  const lines = stream.rows.map(({ storage, ring }, part): Line => {
    const tensor = at(at(patchNetwork.storages, storage).tensors, 0);
    const { name } = at(patch.graph.tensors, tensor);
    const buffer = addBuffer(draft, 'line', `${ring} rows of patches of ${name}`, at(bytes, part), step);
    return { tensor, rows: ring, buffer };
  });
  const scratches: (BufferId | undefined)[] = nodes.map(() => undefined);
  const parts = lines.map(({ buffer }) => buffer);
  for (const [index, { node }] of stream.scratches.entries()) {
    const turn = turns[node];
    invariant(turn !== undefined, 'a copy of columns has scratch memory');
    const scratch = scratchBuffer(draft, at(nodes, turn).op, at(bytes, lines.length + index), step);
    invariant(scratch !== undefined, 'a scratch memory of a patch is empty');
    scratches[turn] = scratch;
    parts.push(scratch);
  }
  for (const [a, first] of parts.entries()) {
    for (const [b, second] of parts.entries()) {
      if (a < b) draft.clearances.push({ step, a: first, b: second, barred: barred(a, b) });
    }
  }
  return {
    kind: 'patch',
    ops: nodes.map((node) => node.op),
    kernels: patchNetwork.nodes.flatMap(({ kernel }, node) => (turns[node] === undefined ? [] : [kernel])),
    scratches,
    patches: patching.columns,
    order: stream.order,
    lines,
    liveBytes: liveBytesOfPatches(patching),
    recomputedMacs: patching.recomputedMacs,
  };
}

/** An input that is needed later stays whole, so that nothing may be said about parts of it. */
function addClearances(draft: Draft, stream: Stream, parts: readonly BufferId[], step: number): void {
  const barred = clearancesOf(draft.network, stream);
  const isPartial = ({ rows }: Stream, part: number): boolean => {
    const row = rows[part];
    return row === undefined || row.kind !== 'input' || diesAt(draft, row.storage, step);
  };
  for (const [a, first] of parts.entries()) {
    for (const [b, second] of parts.entries()) {
      if (a >= b || !isPartial(stream, a) || !isPartial(stream, b)) continue;
      draft.clearances.push({ step, a: first, b: second, barred: barred(a, b) });
    }
  }
}

function diesAt({ network, buffers, bufferOf }: Draft, storage: number, step: number): boolean {
  const buffer = bufferOf[storage];
  return (
    !at(network.storages, storage).isOutput && buffer !== undefined && at(buffers, buffer).lastStep === step
  );
}

function bufferOfStorage({ bufferOf }: Draft, storage: number): BufferId {
  const buffer = bufferOf[storage];
  invariant(buffer !== undefined, `storage ${storage} has lines only`);
  return buffer;
}

function scratchBuffer(draft: Draft, op: number, bytes: number, step: number): BufferId | undefined {
  if (bytes === 0) return undefined;
  return addBuffer(draft, 'scratch', `scratch of ${at(draft.graph.ops, op).name}`, bytes, step);
}

function addBuffer(
  { buffers }: Draft,
  kind: PlannedBuffer['kind'],
  name: string,
  bytes: number,
  step: number,
): BufferId {
  const id = buffers.length;
  buffers.push({ id, kind, name, tensors: [], bytes, firstStep: step, lastStep: step });
  return id;
}
