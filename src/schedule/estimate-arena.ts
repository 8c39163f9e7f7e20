/**
 * What the planner would reach, from shapes alone and in microseconds: for searches that look at thousands of networks.
 * Follows the same choice of streams, but takes rings in their steady state and a stream's rows as laid end to end.
 */
import { at } from '../base/index.ts';

/** A tensor of which row by row means anything; others have one row. */
type RowShape = { readonly height: number; readonly rowBytes: number };

export type ShapeOp = {
  /** Indices of tensors, each once; constants are left out. */
  readonly inputs: readonly number[];
  readonly output: number;
  /** `sums`: row after row of its input into one result. `whole`: not row by row. */
  readonly rows: 'window' | 'sums' | 'whole';
  /** Of a window; 1, 1 and 0 for what works on single rows. */
  readonly filterHeight: number;
  readonly strideHeight: number;
  readonly paddingTop: number;
  readonly scratchBytes: number;
  /** How far before its first dying input its output must start; `undefined` where they must not overlap. */
  readonly leadBytes: number | undefined;
};

/** Operators in an order in which they can run; each tensor is written once. */
export type ShapeNetwork = {
  readonly tensors: readonly RowShape[];
  readonly ops: readonly ShapeOp[];
  /** Tensors that live to the end. */
  readonly outputs: readonly number[];
};

export type ArenaEstimate = {
  /** With every operator run whole. */
  readonly wholeBytes: number;
  /** With the best choice of streams. */
  readonly streamedBytes: number;
};

type Facts = {
  readonly network: ShapeNetwork;
  /** Operator that writes a tensor, or -1, and the last that reads it. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly bytes: Float64Array;
};

export function estimateArena(network: ShapeNetwork): ArenaEstimate {
  const facts = factsOf(network);
  const wide = carriedWidths(facts);
  const singles = network.ops.map((_, index) => wholeBytesOf(facts, index, at(wide.bytes, index)));
  const lines = linesOf(facts, wide.isNarrow);
  const best = new Float64Array(network.ops.length + 1).fill(Number.POSITIVE_INFINITY);
  best[0] = 0;
  for (let from = 0; from < network.ops.length; from++) {
    const reached = at(best, from);
    best[from + 1] = Math.min(at(best, from + 1), Math.max(reached, at(singles, from)));
    if (wide.isNarrow[from] === 1) extend(facts, lines, wide.isNarrow, from, best);
  }
  return {
    wholeBytes: singles.reduce((most, bytes) => Math.max(most, bytes), 0),
    streamedBytes: at(best, network.ops.length),
  };
}

function factsOf(network: ShapeNetwork): Facts {
  const { tensors, ops, outputs } = network;
  const first = new Int32Array(tensors.length).fill(-1);
  const last = new Int32Array(tensors.length).fill(-1);
  for (const [index, { inputs, output }] of ops.entries()) {
    for (const input of inputs) last[input] = index;
    first[output] = index;
  }
  for (const output of outputs) last[output] = ops.length;
  return {
    network,
    first,
    last,
    bytes: Float64Array.from(tensors, ({ height, rowBytes }) => height * rowBytes),
  };
}

type Widths = {
  /** Bytes that live over an operator that does not touch them. */
  readonly bytes: Float64Array;
  /** 1 where one tensor at most reaches from before an operator to it or beyond. */
  readonly isNarrow: Uint8Array;
};

function carriedWidths({ network, first, last, bytes }: Facts): Widths {
  const count = network.ops.length;
  const carried = new Float64Array(count);
  const reaching = new Int32Array(count + 1);
  for (let tensor = 0; tensor < network.tensors.length; tensor++) {
    for (let op = at(first, tensor) + 1; op <= Math.min(at(last, tensor), count - 1); op++) {
      reaching[op] = at(reaching, op) + 1;
      if (!at(network.ops, op).inputs.includes(tensor)) carried[op] = at(carried, op) + at(bytes, tensor);
    }
  }
  return { bytes: carried, isNarrow: Uint8Array.from(reaching, (tensors) => (tensors <= 1 ? 1 : 0)) };
}

/** An operator run whole, its output over a dying input where it may. */
function wholeBytesOf({ network, last, bytes }: Facts, index: number, carriedBytes: number): number {
  const { inputs, output, scratchBytes, leadBytes } = at(network.ops, index);
  let all = at(bytes, output) + scratchBytes + carriedBytes;
  for (const input of inputs) all += at(bytes, input);
  const dying = inputs.find((input) => at(last, input) === index);
  if (dying === undefined || leadBytes === undefined) return all;
  return all - Math.min(at(bytes, dying), Math.max(0, at(bytes, output) - leadBytes));
}

type Lines = {
  /** Bytes of a tensor that stay in its ring between two rows of its consumer. */
  readonly keptBytes: Float64Array;
  /** What its consumer's next row adds to them. */
  readonly freshBytes: Float64Array;
};

/** Rings in their steady state, from how far each operator runs ahead of the next narrow place. */
function linesOf({ network }: Facts, isNarrow: Uint8Array): Lines {
  const { tensors, ops } = network;
  const high = new Int32Array(tensors.length);
  const low = new Int32Array(tensors.length).fill(2 ** 30);
  const step = new Int32Array(tensors.length).fill(1);
  for (let index = ops.length - 1; index >= 0; index--) {
    const { inputs, output, filterHeight, strideHeight, paddingTop } = at(ops, index);
    const ahead = isNarrow[index + 1] === 1 ? 0 : at(high, output);
    for (const input of inputs) {
      const top = ahead * strideHeight - paddingTop;
      high[input] = Math.max(at(high, input), top + filterHeight - 1);
      low[input] = Math.min(at(low, input), top);
      step[input] = Math.max(at(step, input), strideHeight);
    }
  }
  const keptBytes = new Float64Array(tensors.length);
  const freshBytes = new Float64Array(tensors.length);
  for (const [tensor, { height, rowBytes }] of tensors.entries()) {
    const rows = Math.min(height, Math.max(1, at(high, tensor) - at(low, tensor) + 1));
    const fresh = Math.min(rows, at(step, tensor));
    keptBytes[tensor] = (rows - fresh) * rowBytes;
    freshBytes[tensor] = fresh * rowBytes;
  }
  return { keptBytes, freshBytes };
}

/** Streams from a place to every later one: what rings keep adds up, the busiest operator comes on top. */
function extend(
  { network, bytes }: Facts,
  { keptBytes, freshBytes }: Lines,
  isNarrow: Uint8Array,
  from: number,
  best: Float64Array,
): void {
  const { ops, tensors } = network;
  const input = at(at(ops, from).inputs, 0);
  let kept = 0;
  let busiest = 0;
  for (let index = from; index < ops.length; index++) {
    const { inputs, output, scratchBytes, rows } = at(ops, index);
    if (rows === 'whole') return;
    let working = rows === 'sums' ? 0 : scratchBytes;
    if (rows === 'sums') kept += scratchBytes;
    for (const each of inputs) if (each !== input) working += at(freshBytes, each);
    const isEnd = index > from && isNarrow[index + 1] === 1;
    if (isEnd) {
      const peak = Math.max(at(bytes, input), at(bytes, output)) + kept + Math.max(busiest, working);
      best[index + 1] = Math.min(at(best, index + 1), Math.max(at(best, from), peak));
    }
    busiest = Math.max(busiest, working + at(tensors, output).rowBytes);
    kept += at(keptBytes, output);
  }
}
