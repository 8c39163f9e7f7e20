/** Patches as memory planning sees them: networks whose rows stream, with copies of columns as nodes. */
import { at, invariant } from '../base/index.ts';
import { elementBytes, type Graph, type TensorId, tensorBytes } from '../graph/index.ts';
import { chooseKernel } from '../kernels/index.ts';
import type { Target } from '../target/index.ts';
import { fastBytesOf } from './heat.ts';
import {
  cyclesOfCalls,
  type Network,
  type Node,
  type NodeRows,
  type Storage,
  withKnownLeads,
} from './network.ts';
import type { ColumnCopy, Patch, PatchMember } from './patches.ts';
import { type Stream, streamOf } from './stream.ts';

/** Storages are the tensors that the patch touches; nodes are its members. */
export type PatchStream = {
  readonly network: Network;
  /** Rows of whole tensors are left out: they share bytes with nothing. */
  readonly stream: Stream;
};

/** A copy of a row takes so many cycles, and so many for each byte. */
const copyCycles = { row: 40, byte: 0.5 } as const;

/** A patch made in bands of so many rows; `undefined` where an operator of it cannot be made row by row. */
export function patchStreamOf(patch: Patch, target: Target, band: number): PatchStream | undefined {
  const network = networkOfPatch(patch, target);
  const stream = streamOf(
    network,
    network.nodes.map((_, index) => index),
    band,
  );
  if (stream === undefined) return undefined;
  return { network, stream: { ...stream, rows: stream.rows.filter(({ kind }) => kind === 'line') } };
}

/** How a copy of columns runs: each row of one. */
export function copyRows(graph: Graph, from: TensorId): NodeRows {
  return {
    rowCount: heightOf(graph, from),
    accumulates: false,
    scratchBytes: 0,
    reads: (_, row) => ({ first: row, end: row + 1 }),
    rowLeadBytes: () => undefined,
  };
}

/** Tensors that a member reads, constants left out, and the one that it writes. */
export function touchedBy(
  graph: Graph,
  member: PatchMember,
): { readonly reads: readonly TensorId[]; readonly writes: TensorId } {
  if (member.kind === 'copy') return { reads: [member.from], writes: member.to };
  const reads = member.op.inputs.filter((tensor) => at(graph.tensors, tensor).data === undefined);
  return { reads, writes: member.op.output };
}

function networkOfPatch({ graph, members }: Patch, target: Target): Network {
  const touched = members.map((member) => touchedBy(graph, member));
  const tensors = [...new Set(touched.flatMap(({ reads, writes }) => [...reads, writes]))];
  const storageOf = new Map(tensors.map((tensor, index) => [tensor, index]));
  const storage = (tensor: TensorId): number => {
    const index = storageOf.get(tensor);
    invariant(index !== undefined, `tensor ${tensor} is not in the patch`);
    return index;
  };
  const nodes = members.map((member, index): Node => {
    const { reads, writes } = at(touched, index);
    const memory = {
      reads: [...new Set(reads.map(storage))],
      leads: [],
      writes: storage(writes),
      changes: [],
    };
    if (member.kind === 'copy') {
      return { op: -1, kernel: '', ...memory, inputs: memory.reads, ...howToCopy(graph, member) };
    }
    const { op } = member;
    const kernel = chooseKernel(op, graph, target);
    const isConstant = (tensor: TensorId): boolean => at(graph.tensors, tensor).data !== undefined;
    return {
      op: index,
      kernel: kernel.name,
      ...memory,
      scratchBytes: 0,
      inputs: op.inputs.map((tensor) => (isConstant(tensor) ? undefined : storage(tensor))),
      rows: withKnownLeads(kernel.rows(op, graph)),
      cyclesOf: cyclesOfCalls(op, graph, kernel, target),
    };
  });
  const storages = tensors.map((tensor, index): Storage => {
    const writer = nodes.findIndex((node) => node.writes === index);
    const readers = nodes.flatMap((node, reader) => (node.reads.includes(index) ? [reader] : []));
    return {
      tensors: [tensor],
      bytes: tensorBytes(at(graph.tensors, tensor)),
      isInput: writer < 0,
      isState: false,
      // Whole tensors outlive the patch.
      isOutput: writer < 0 || readers.length === 0,
      readers,
      writer: writer < 0 ? undefined : writer,
    };
  });
  return {
    fastBytes: fastBytesOf(target),
    nodes,
    storages,
    heights: tensors.map((tensor) => heightOf(graph, tensor)),
  };
}

function howToCopy(
  graph: Graph,
  { from, columns }: ColumnCopy,
): Pick<Node, 'scratchBytes' | 'rows' | 'cyclesOf'> {
  const { shape, type } = at(graph.tensors, from);
  const bytesOfRow = columns * at(shape, 3) * elementBytes(type);
  return {
    scratchBytes: 0,
    rows: copyRows(graph, from),
    cyclesOf: ({ rows = at(shape, 1) }) => rows * (copyCycles.row + copyCycles.byte * bytesOfRow),
  };
}

function heightOf(graph: Graph, tensor: TensorId): number {
  const { shape } = at(graph.tensors, tensor);
  return shape.length === 4 ? at(shape, 1) : 1;
}
