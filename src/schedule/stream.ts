/** A stretch of operators run row by row: who makes which row when, which rows are needed until when, and the rings. */
import { at, invariant } from '../base/index.ts';
import type { Network, Node, RowNode } from './network.ts';
import { rowOrderOf } from './row-order.ts';

/** Rows of one storage during a stream. Calls count from 0. */
export type StreamRows = {
  readonly storage: number;
  readonly kind: 'input' | 'line' | 'output';
  readonly rowBytes: number;
  readonly height: number;
  /** Rows that its place in the arena holds; `height` where it is whole. */
  readonly ring: number;
  /** Call that makes a row, ascending; shorter than `height` where the last rows are never needed. Empty for inputs. */
  readonly born: readonly number[];
  /** Last call that needs a row, never falling from row to row; the number of calls where it outlives the stream. */
  readonly dies: readonly number[];
};

type StreamScratch = {
  /** Position among the stream's nodes. */
  readonly node: number;
  readonly bytes: number;
  /** Between these it holds sums, also while other operators run; both are the same where it holds nothing. */
  readonly calls: { readonly first: number; readonly last: number };
};

export type Stream = {
  /** Indices of the network's nodes, in an executable order. */
  readonly nodes: readonly number[];
  /** For each call, position of its node among `nodes`. */
  readonly order: readonly number[];
  readonly rows: readonly StreamRows[];
  readonly scratches: readonly StreamScratch[];
};

/**
 * A stretch of nodes made in bands of so many rows; `undefined` where one cannot be made row by row or the stretch has
 * more than one end.
 */
export function streamOf(network: Network, nodes: readonly number[], band: number): Stream | undefined {
  const members = rowNodesOf(network, nodes);
  if (members === undefined) return undefined;
  const inside = new Set(nodes);
  const isWhole = (storage: number): boolean => {
    const { isOutput, readers } = at(network.storages, storage);
    return isOutput || readers.some((reader) => !inside.has(reader));
  };
  const whole = new Set(members.map((node) => node.writes).filter(isWhole));
  const order = rowOrderOf(members, whole, band);
  const calls = callsOf(members, order);
  const storages = [...new Set(members.flatMap((node) => [...node.reads, node.writes]))];
  return {
    nodes,
    order,
    rows: storages.map((storage) => rowsOf(network, members, calls, storage, inside, whole)),
    scratches: members.flatMap(({ rows: { scratchBytes, accumulates } }, node): StreamScratch[] => {
      if (scratchBytes === 0) return [];
      const own = at(calls, node);
      const first = at(own, 0);
      return [
        { node, bytes: scratchBytes, calls: { first, last: accumulates ? at(own, own.length - 1) : first } },
      ];
    }),
  };
}

function rowNodesOf(network: Network, nodes: readonly number[]): readonly RowNode[] | undefined {
  const members = nodes.map((index) => at(network.nodes, index));
  if (members.length < 2 || !members.every(hasRows)) return undefined;
  const written = new Set(members.map((node) => node.writes));
  const readInside = new Set(members.flatMap((node) => node.reads));
  const ends = members.filter((node) => !readInside.has(node.writes));
  if (ends.length !== 1 || ends[0] !== members[members.length - 1]) return undefined;
  // Seen through a reshape, rows would be others.
  const isReshaped = (storage: number): boolean => at(network.storages, storage).tensors.length > 1;
  const isPlain = members.every((node) => node.reads.every((storage) => !isReshaped(storage)));
  return isPlain && written.size === members.length ? members : undefined;
}

function hasRows(node: Node): node is RowNode {
  return node.rows !== undefined;
}

/** For each node, when its rows are made. */
function callsOf(members: readonly RowNode[], order: readonly number[]): readonly (readonly number[])[] {
  const calls = members.map((): number[] => []);
  for (const [call, node] of order.entries()) at(calls, node).push(call);
  return calls;
}

function rowsOf(
  network: Network,
  members: readonly RowNode[],
  calls: readonly (readonly number[])[],
  storage: number,
  inside: ReadonlySet<number>,
  whole: ReadonlySet<number>,
): StreamRows {
  const { bytes, readers, isOutput } = at(network.storages, storage);
  const writer = members.findIndex((node) => node.writes === storage);
  const end = calls.reduce((sum, each) => sum + each.length, 0);
  const height = at(network.heights, storage);
  const plain = { storage, rowBytes: bytes / height, height };
  if (writer < 0) {
    const isNeededLater = isOutput || readers.some((reader) => !inside.has(reader));
    const dies = lastReads(members, calls, storage, new Array<number>(height).fill(isNeededLater ? end : -1));
    return { ...plain, kind: 'input', ring: height, born: [], dies };
  }
  const own = at(calls, writer);
  const born = at(members, writer).rows.accumulates ? own.slice(-1) : own;
  if (whole.has(storage)) {
    invariant(born.length === height, `storage ${storage} is not made whole`);
    return { ...plain, kind: 'output', ring: height, born, dies: born.map(() => end) };
  }
  const dies = lastReads(members, calls, storage, [...born]);
  return { ...plain, kind: 'line', ring: ringOf(born, dies), born, dies };
}

/** Raises each row's last call to the last one that reads it, and to that of the row before. */
function lastReads(
  members: readonly RowNode[],
  calls: readonly (readonly number[])[],
  storage: number,
  dies: number[],
): readonly number[] {
  for (const [node, { inputs, rows }] of members.entries()) {
    for (const [position, input] of inputs.entries()) {
      if (input !== storage) continue;
      for (const [row, call] of at(calls, node).entries()) {
        const { first, end } = rows.reads(position, row);
        for (let read = first; read < end; read++) dies[read] = Math.max(at(dies, read), call);
      }
    }
  }
  for (let row = 1; row < dies.length; row++) dies[row] = Math.max(at(dies, row), at(dies, row - 1));
  return dies;
}

/** The fewest rows with which no row is overwritten while it is needed. */
function ringOf(born: readonly number[], dies: readonly number[]): number {
  let ring = 1;
  let made = 0;
  for (const [row, call] of dies.entries()) {
    while (made < born.length && at(born, made) <= call) made++;
    ring = Math.max(ring, made - row);
  }
  return ring;
}

/** How far before a row of the input that dies the row that is made must start. */
export function rowLead(node: RowNode, storage: number): number | undefined {
  let most: number | undefined;
  for (const [position, input] of node.inputs.entries()) {
    if (input !== storage) continue;
    const lead = node.rows.rowLeadBytes(position);
    if (lead === undefined) return undefined;
    most = Math.max(most ?? 0, lead);
  }
  return most;
}

/**
 * Most bytes that are live at one call, less what the row that it makes may share with rows that it needs last. Inputs
 * that are needed after the stream do not count.
 */
export function liveBytesOf(network: Network, stream: Stream): number {
  const { order, scratches } = stream;
  const { changeBytes, shareableBytes } = eventsOf(network, stream);
  let live = 0;
  let most = 0;
  for (const call of order.keys()) {
    live += at(changeBytes, call);
    most = Math.max(most, live + workingBytes(scratches, order, call) - at(shareableBytes, call));
  }
  return most;
}

/** For each call, by how much the bytes of live rows change before it, and what its row may share. */
function eventsOf(
  network: Network,
  { nodes, order, rows }: Stream,
): { readonly changeBytes: readonly number[]; readonly shareableBytes: readonly number[] } {
  const end = order.length;
  const changeBytes = new Array<number>(end + 1).fill(0);
  const dyingBytes = new Array<number>(end + 1).fill(0);
  const madeBytes = new Array<number>(end).fill(0);
  const mayShare = (call: number, storage: number): boolean =>
    call < end && rowLead(at(network.nodes, at(nodes, at(order, call))) as RowNode, storage) !== undefined;
  const count = (bytes: number[], call: number, change: number): void => {
    bytes[call] = at(bytes, call) + change;
  };
  for (const { storage, kind, rowBytes, born, dies } of rows) {
    if (kind === 'input' && dies.at(-1) === end) continue;
    for (const call of born) count(madeBytes, call, rowBytes);
    for (const [row, last] of dies.entries()) {
      const first = kind === 'input' ? 0 : at(born, row);
      if (last < first) continue;
      count(changeBytes, first, rowBytes);
      count(changeBytes, Math.min(last + 1, end), -rowBytes);
      if (mayShare(last, storage)) count(dyingBytes, last, rowBytes);
    }
  }
  return {
    changeBytes,
    shareableBytes: madeBytes.map((bytes, call) => Math.min(bytes, at(dyingBytes, call))),
  };
}

/** Scratch that is in use at a call. */
function workingBytes(scratches: readonly StreamScratch[], order: readonly number[], call: number): number {
  return scratches.reduce((sum, { node, bytes, calls: { first, last } }) => {
    const isUsed = order[call] === node || (first < call && call < last);
    return isUsed ? sum + bytes : sum;
  }, 0);
}
