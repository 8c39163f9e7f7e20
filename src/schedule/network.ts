/** A graph as memory planning sees it: nodes that read and write storages, with reshapes folded into the storages. */
import { at, invariant } from '../base/index.ts';
import {
  changedStates,
  type Graph,
  memoryRoots,
  type Op,
  statesOf,
  type TensorId,
  tensorBytes,
} from '../graph/index.ts';
import { chooseKernel, type Kernel, type RowForm } from '../kernels/index.ts';
import type { Target } from '../target/index.ts';
import { constantEdge } from './failures.ts';
import { fastBytesOf } from './heat.ts';

/** Bytes that one tensor, or several joined by reshapes, live in. */
export type Storage = {
  readonly tensors: readonly TensorId[];
  readonly bytes: number;
  readonly isInput: boolean;
  readonly isOutput: boolean;
  /** Kept from one inference to the next: an input and an output at once, which an operator may change. */
  readonly isState: boolean;
  /** Nodes that read it, ascending. */
  readonly readers: readonly number[];
  /** Node that writes it; `undefined` for a network input and a state. */
  readonly writer: number | undefined;
};

type CallCost = {
  readonly rows?: number;
  /** Shares of its input and its output that lie beyond the fast memory. */
  readonly input: number;
  readonly output: number;
};

/** One operator that becomes code. */
export type Node = {
  /** Index into `graph.ops`. */
  readonly op: number;
  readonly kernel: string;
  /** Storages read, each once; constants are not among them, nor what the node writes. */
  readonly reads: readonly number[];
  /** Kernel's lead for each of `reads`; `undefined` where the output must not overlap it. */
  readonly leads: readonly (number | undefined)[];
  readonly writes: number;
  /** States that it changes: whatever else reads them runs before it. */
  readonly changes: readonly number[];
  readonly scratchBytes: number;
  /** Storage at each position of the operator's inputs; `undefined` for constants. */
  readonly inputs: readonly (number | undefined)[];
  /** How it can be made row by row; `undefined` where it can not. */
  readonly rows: NodeRows | undefined;
  /** Estimate for a call: of so many rows in a stream, of all where that is left out. */
  cyclesOf(call: CallCost): number;
};

/** How a node's rows are made, whatever makes them. */
export type NodeRows = Omit<RowForm, 'call'>;

export type RowNode = Node & { readonly rows: NodeRows };

export type Network = {
  /** Arena bytes that the core reaches without a cache. */
  readonly fastBytes: number;
  readonly storages: readonly Storage[];
  /** Rows of each storage, where its tensor is an image; else 1. */
  readonly heights: readonly number[];
  /** In the graph's order. */
  readonly nodes: readonly Node[];
};

/**
 * How far before a storage the output of an operator must start, over every position at which the operator reads it.
 * `undefined` where one of them forbids overlap.
 */
export function leadOver(
  kernel: Kernel,
  graph: Graph,
  opIndex: number,
  isRead: (tensor: TensorId) => boolean,
): number | undefined {
  const op = at(graph.ops, opIndex);
  const leads = op.inputs.flatMap((tensor, position) =>
    isRead(tensor) ? [kernel.leadBytes(op, graph, position)] : [],
  );
  return leads.reduce(
    (most, lead) => (most === undefined || lead === undefined ? undefined : Math.max(most, lead)),
    leads[0],
  );
}

/** Nodes that have to run before a node, whatever they write: those that read a state before it changes. */
export function nodesBefore({ nodes, storages }: Network, index: number): readonly number[] {
  return at(nodes, index).changes.flatMap((state) =>
    at(storages, state).readers.filter((reader) => reader !== index),
  );
}

/** Chooses kernels and folds reshapes. A network edge that is a constant is a `Failure`. */
export function networkOf(graph: Graph, target: Target): Network {
  const roots = memoryRoots(graph);
  const states = new Set(statesOf(graph).map((state) => state.tensor));
  const isConstant = (tensor: TensorId): boolean => at(graph.tensors, at(roots, tensor)).data !== undefined;
  const storageOfRoot = new Map<TensorId, number>();
  const touch = (tensor: TensorId): number => {
    const root = at(roots, tensor);
    const known = storageOfRoot.get(root);
    if (known !== undefined) return known;
    storageOfRoot.set(root, storageOfRoot.size);
    return storageOfRoot.size - 1;
  };

  for (const edge of [...graph.inputs, ...graph.outputs]) {
    if (isConstant(edge.tensor)) throw constantEdge(edge.name);
  }
  for (const edge of graph.inputs) touch(edge.tensor);
  for (const state of states) touch(state);
  const nodes = graph.ops.flatMap((op, opIndex): Node[] => {
    if (op.kind === 'reshape') return [];
    const kernel = chooseKernel(op, graph, target);
    const inputs = op.inputs.map((tensor) => (isConstant(tensor) ? undefined : touch(tensor)));
    const writes = touch(op.output);
    const read = inputs.filter((storage) => storage !== undefined && storage !== writes);
    const reads = [...new Set(read)].filter((storage) => storage !== undefined);
    const leads = reads.map((storage) =>
      leadOver(kernel, graph, opIndex, (tensor) => !isConstant(tensor) && touch(tensor) === storage),
    );
    const scratchBytes = kernel.scratchBytes(op, graph);
    const changes = changedStates(op).map(touch);
    const memory = { reads, leads, writes, changes, scratchBytes, inputs };
    const node = { op: opIndex, kernel: kernel.name, ...memory, ...howToRun(op, graph, kernel, target) };
    // States are kept whole, and so is what reads them.
    const isWhole = [...op.inputs, op.output].some((tensor) => states.has(at(roots, tensor)));
    return [isWhole ? { ...node, rows: undefined } : node];
  });
  for (const edge of graph.outputs) touch(edge.tensor);
  const heights = [...storageOfRoot.keys()].map((root) => heightOf(at(graph.tensors, root).shape));
  const storages = storagesOf(graph, roots, storageOfRoot, nodes);
  return { fastBytes: fastBytesOf(target), nodes, storages, heights };
}

function howToRun(op: Op, graph: Graph, kernel: Kernel, target: Target): Pick<Node, 'rows' | 'cyclesOf'> {
  return { rows: withKnownLeads(kernel.rows(op, graph)), cyclesOf: cyclesOfCalls(op, graph, kernel, target) };
}

/** Calls of the same rows are asked for again and again. */
export function cyclesOfCalls(op: Op, graph: Graph, kernel: Kernel, target: Target): Node['cyclesOf'] {
  const known = new Map<string, number>();
  return ({ rows, input, output }) => {
    const key = `${rows} ${input} ${output}`;
    const cached = { input, output, scratch: 0 };
    const cycles =
      known.get(key) ??
      kernel.estimateCycles(op, graph, target, { cached, ...(rows === undefined ? {} : { rows }) });
    known.set(key, cycles);
    return cycles;
  };
}

/** Leads are asked for again and again. */
export function withKnownLeads(rows: RowForm | undefined): NodeRows | undefined {
  if (rows === undefined) return undefined;
  const leads = new Map<number, number | undefined>();
  return {
    ...rows,
    rowLeadBytes: (position) => {
      if (!leads.has(position)) leads.set(position, rows.rowLeadBytes(position));
      return leads.get(position);
    },
  };
}

function heightOf(shape: readonly number[]): number {
  return shape.length === 4 ? at(shape, 1) : 1;
}

function storagesOf(
  graph: Graph,
  roots: readonly TensorId[],
  storageOfRoot: ReadonlyMap<TensorId, number>,
  nodes: readonly Node[],
): readonly Storage[] {
  const isEdgeOf = (edges: Graph['inputs'], root: TensorId): boolean =>
    edges.some((edge) => at(roots, edge.tensor) === root);
  return [...storageOfRoot].map(([root, id]): Storage => {
    const tensors = graph.tensors.filter((tensor) => at(roots, tensor.id) === root);
    const bytes = tensorBytes(at(graph.tensors, root));
    invariant(
      tensors.every((tensor) => tensorBytes(tensor) === bytes),
      `a reshape changes the size of tensor ${root}`,
    );
    const writers = nodes.flatMap((node, index) => (node.writes === id ? [index] : []));
    invariant(writers.length <= 1, `tensor ${root} is written twice`);
    const isState = statesOf(graph).some((state) => state.tensor === root);
    return {
      tensors: tensors.map((tensor) => tensor.id),
      bytes,
      isInput: isState || isEdgeOf(graph.inputs, root),
      isOutput: isState || isEdgeOf(graph.outputs, root),
      isState,
      readers: nodes.flatMap((node, index) => (node.reads.includes(id) ? [index] : [])),
      writer: isState ? undefined : writers[0],
    };
  });
}
