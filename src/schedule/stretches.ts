/** Stretches of an order of operators that can run as one step, with the memory and the cycles that they take. */
import { at } from '../base/index.ts';
import { dispatchCycles } from '../kernels/index.ts';
import { type Clearances, clearancesOf } from './clearance.ts';
import { alignUp, shareableBytes } from './live-bytes.ts';
import { neighboursOf } from './neighbours.ts';
import type { Network } from './network.ts';
import type { Patching } from './patching.ts';
import { placeBuffers } from './placement.ts';
import { liveBytesOf, type Stream, streamOf } from './stream.ts';
import type { Clearance, PlannedBuffer } from './types.ts';

/** Rows that streams may make together, from the smallest rings to the fewest calls. */
export const widerBands = [2, 4, 8] as const;
/** Limit of the search for a stream's places, in pairs of neighbours looked at. */
const placementEffort = 200_000;

/** Operators `from` to `to - 1` of the order. */
export type Stretch = {
  readonly from: number;
  readonly to: number;
  readonly stream: Stream | undefined;
  /** Where it runs patch by patch. */
  readonly patching: Patching | undefined;
  /** Arena bytes while it runs, with what lives beside it; a lower bound until it is placed. */
  peakBytes: number;
  isPlaced: boolean;
  readonly cycles: number;
};

/** A storage's life in an order: from the operator that writes it, or -1, to the last that reads it. */
export type Life = { readonly first: number; readonly last: number };

/** Single operators, and all streams between places where few tensors are live, that could lower the peak. */
export function stretchesOf(network: Network, order: readonly number[]): readonly Stretch[] {
  const lives = livesOf(network, order);
  const singles = order.map((_, turn) => operatorStretch(network, order, lives, turn));
  const layerPeakBytes = Math.max(0, ...singles.map((stretch) => stretch.peakBytes));
  const places = narrowPlaces(network, lives, order.length);
  const longest = longestStretch(places);
  const streams = places.flatMap((from, index) =>
    places.slice(index + 1).flatMap((to) => {
      if (to - from > longest) return [];
      const stretch = streamStretch(network, order, lives, { from, to, band: 1 });
      return stretch !== undefined && stretch.peakBytes < layerPeakBytes ? [stretch] : [];
    }),
  );
  return [...singles, ...streams];
}

/**
 * Operators that the stretches looked at may have together. Up to 144 operators in a row it is all stretches; working them
 * all out would take a thousand operators ten minutes.
 */
const mostMembers = 500_000;

/** Of so many operators at most, stretches between these places have no more members together. */
function longestStretch(places: readonly number[]): number {
  const isPlace = new Set(places);
  const end = places.at(-1) ?? 0;
  let members = 0;
  for (let length = 1; length <= end; length += 1) {
    members += length * places.filter((from) => isPlace.has(from + length)).length;
    if (members > mostMembers) return length - 1;
  }
  return end;
}

export function livesOf(network: Network, order: readonly number[]): readonly Life[] {
  const turnOf: number[] = [];
  for (const [turn, node] of order.entries()) turnOf[node] = turn;
  return network.storages.map(({ writer, readers, isOutput, isInput }) => {
    const first = writer === undefined || isInput ? -1 : at(turnOf, writer);
    const last = Math.max(first, 0, ...readers.map((node) => at(turnOf, node)));
    return { first, last: isOutput ? order.length : last };
  });
}

/** Places between operators over which the fewest tensors of the inside reach; 0 and the end are always among them. */
export function narrowPlaces(network: Network, lives: readonly Life[], end: number): readonly number[] {
  const widthAt = (place: number): number =>
    lives.filter(({ first, last }, storage) => {
      const isEdge = at(network.storages, storage).isOutput || first < 0;
      return !isEdge && first < place && place <= last;
    }).length;
  const inside = Array.from({ length: Math.max(0, end - 1) }, (_, index) => index + 1);
  const widths = inside.map(widthAt);
  const limit = Math.max(1, Math.min(...widths));
  return [0, ...inside.filter((_, index) => at(widths, index) <= limit), end];
}

/** Bytes that live over a whole stretch and that it does not touch. */
function carriedBytes(
  network: Network,
  lives: readonly Life[],
  from: number,
  to: number,
  touched: ReadonlySet<number>,
): number {
  return network.storages.reduce((sum, { bytes }, storage) => {
    const { first, last } = at(lives, storage);
    const isCarried = first < from && last >= from && !touched.has(storage);
    return isCarried && (last >= to || first < 0) ? sum + alignUp(bytes) : sum;
  }, 0);
}

function operatorStretch(
  network: Network,
  order: readonly number[],
  lives: readonly Life[],
  turn: number,
): Stretch {
  const node = at(network.nodes, at(order, turn));
  const bytesOf = (storage: number): number => at(network.storages, storage).bytes;
  const inputs = node.reads.flatMap((storage, position) => {
    const leadBytes = node.leads[position];
    const dies = at(lives, storage).last === turn;
    return dies && leadBytes !== undefined ? [{ bytes: bytesOf(storage), leadBytes }] : [];
  });
  const touched = [...node.reads, node.writes];
  const bytes =
    touched.reduce((sum, storage) => sum + alignUp(bytesOf(storage)), alignUp(node.scratchBytes)) -
    shareableBytes(bytesOf(node.writes), inputs);
  const peakBytes = bytes + carriedBytes(network, lives, turn, turn + 1, new Set(touched));
  const share = slowShare(network, peakBytes);
  return {
    from: turn,
    to: turn + 1,
    stream: undefined,
    patching: undefined,
    peakBytes,
    isPlaced: true,
    cycles: node.cyclesOf({ input: share, output: share }),
  };
}

function streamStretch(
  network: Network,
  order: readonly number[],
  lives: readonly Life[],
  { from, to, band }: { readonly from: number; readonly to: number; readonly band: number },
): Stretch | undefined {
  const nodes = order.slice(from, to);
  const stream = streamOf(network, nodes, band);
  if (stream === undefined) return undefined;
  const peakBytes = alignUp(liveBytesOf(network, stream)) + besideBytes(network, lives, from, to, stream);
  return {
    from,
    to,
    stream,
    patching: undefined,
    peakBytes,
    isPlaced: false,
    cycles: cyclesOfStream(network, stream, slowShare(network, peakBytes)),
  };
}

/** Of what a step accesses, the part beyond the fast memory, where it takes more than that. */
export function slowShare({ fastBytes }: Pick<Network, 'fastBytes'>, peakBytes: number): number {
  return peakBytes <= fastBytes ? 0 : 1 - fastBytes / peakBytes;
}

/** Of all calls of a stream; of its whole tensors, `share` lies beyond the fast memory. Its lines are small and do not. */
export function cyclesOfStream(network: Network, { nodes, order, rows }: Stream, share: number): number {
  const whole = new Set(rows.flatMap(({ kind, storage }) => (kind === 'line' ? [] : [storage])));
  const costs = nodes.map((index) => {
    const { reads, writes } = at(network.nodes, index);
    return {
      input: reads.some((read) => whole.has(read)) ? share : 0,
      output: whole.has(writes) ? share : 0,
    };
  });
  const known = nodes.map((): number[] => []);
  const cyclesOfCall = (position: number, rows: number): number => {
    const ofNode = at(known, position);
    ofNode[rows] ??= at(network.nodes, at(nodes, position)).cyclesOf({ rows, ...at(costs, position) });
    return ofNode[rows];
  };
  const spent = nodes.map(() => 0);
  let calls = 0;
  for (let call = 0; call < order.length; calls++) {
    const position = at(order, call);
    let end = call + 1;
    while (end < order.length && order[end] === position) end++;
    spent[position] = at(spent, position) + cyclesOfCall(position, end - call);
    call = end;
  }
  // Calls of some rows do the same work as one of all: what an estimate says below that is its error.
  return spent.reduce(
    (sum, cycles, position) =>
      sum + Math.max(cycles, at(network.nodes, at(nodes, position)).cyclesOf(at(costs, position))),
    calls * dispatchCycles,
  );
}

/** The same streams with more rows a call, which takes larger rings and fewer cycles. */
export function widerStretches(
  network: Network,
  order: readonly number[],
  narrow: Iterable<Stretch>,
): readonly Stretch[] {
  const lives = livesOf(network, order);
  return [...narrow].flatMap(({ from, to, stream }) =>
    stream === undefined
      ? []
      : widerBands.flatMap((band) => streamStretch(network, order, lives, { from, to, band }) ?? []),
  );
}

/** What a stream does not touch, and inputs that must stay whole. */
function besideBytes(
  network: Network,
  lives: readonly Life[],
  from: number,
  to: number,
  stream: Stream,
): number {
  const changing = stream.rows.filter((rows) => rows.kind !== 'input' || at(lives, rows.storage).last < to);
  return carriedBytes(network, lives, from, to, new Set(changing.map((rows) => rows.storage)));
}

/** Finds places for the rows of a stream and corrects its peak. */
export function placeStretch(network: Network, lives: readonly Life[], stretch: Stretch): void {
  const { stream, from, to } = stretch;
  if (stream === undefined) return;
  const barred = clearancesOf(network, stream);
  const changing = (part: number): boolean => {
    const rows = stream.rows[part];
    return rows === undefined || rows.kind !== 'input' || at(lives, rows.storage).last < to;
  };
  const sizes = [
    ...stream.rows.map((rows) => rows.ring * rows.rowBytes),
    ...stream.scratches.map(({ bytes }) => bytes),
  ];
  const parts = sizes.flatMap((_, part) => (changing(part) ? [part] : []));
  const bytes = placedBytes(
    parts.map((part) => at(sizes, part)),
    (a, b) => barred(at(parts, a), at(parts, b)),
    alignUp(liveBytesOf(network, stream)),
  );
  stretch.peakBytes = bytes + besideBytes(network, lives, from, to, stream);
  stretch.isPlaced = true;
}

/** The smallest arena that was found for parts of these sizes which are all there at one step. */
export function placedBytes(
  sizes: readonly number[],
  barred: Clearances,
  boundBytes: number,
  pairs: number = placementEffort,
): number {
  const lifetime = { firstStep: 0, lastStep: 0 };
  const buffers = sizes.map(
    (bytes, id): PlannedBuffer => ({ id, kind: 'line', name: '', tensors: [], bytes, ...lifetime }),
  );
  const clearances = sizes.flatMap((_, a) =>
    sizes.flatMap((__, b): Clearance[] => (a < b ? [{ step: 0, a, b, barred: barred(a, b) }] : [])),
  );
  const neighbours = neighboursOf(buffers, [], clearances);
  return placeBuffers(buffers, neighbours, boundBytes, { searches: 1, pairs }).arenaBytes;
}
