/**
 * Which bytes of a stream may be the same. At every call each part holds live bytes somewhere; two parts may overlap
 * where they start at a distance at which these never meet.
 */
import { at } from '../base/index.ts';
import type { Network, RowNode } from './network.ts';
import { collectRanges, type OpenRange } from './ranges.ts';
import { rowLead, type Stream, type StreamRows } from './stream.ts';

/** What takes arena bytes in a stream: first its `rows`, then its `scratches`, in their order. */
type Part = number;

/** Where part b must not start, seen from the start of part a; for a < b. */
export type Clearances = (a: Part, b: Part) => readonly OpenRange[];

/** Bytes of a part, from its start. */
type Segment = { readonly start: number; readonly end: number };

/** Live rows of a storage: `first` up to `end`. */
type Window = { first: number; end: number };

/** Keeps the start of b, seen from the start of a, out of a range. */
type Bar = (a: Part, b: Part, after: number, before: number) => void;

export function clearancesOf(network: Network, stream: Stream): Clearances {
  const { rows, scratches, order, nodes } = stream;
  const partCount = rows.length + scratches.length;
  const collectors: ReturnType<typeof collectRanges>[] = [];
  const bar: Bar = (a, b, after, before) => {
    const key = a < b ? a * partCount + b : b * partCount + a;
    collectors[key] ??= collectRanges();
    const collector = collectors[key];
    if (a < b) collector.add(after, before);
    else collector.add(-before, -after);
  };
  const windows = rows.map(({ kind, height }): Window => ({ first: 0, end: kind === 'input' ? height : 0 }));
  const live = liveSegments(stream, windows);
  barInputs(rows, bar);
  for (const [call, position] of order.entries()) {
    moveOn(stream, call, windows, live);
    for (const [index, { node }] of scratches.entries()) {
      const scratch = rows.length + index;
      if (node === position) barAgainst(live, scratch, at(at(live, scratch), 0), bar);
    }
    const node = at(network.nodes, at(nodes, position)) as RowNode;
    barBirth(rows, node, { call, windows, live }, bar);
  }
  return (a, b) => collectors[a * partCount + b]?.union() ?? [];
}

/** For each part, what of it holds something. */
type Live = (readonly Segment[])[];

function liveSegments({ rows, scratches }: Stream, windows: readonly Window[]): Live {
  return [...rows.map((each, part) => segmentsOf(each, at(windows, part))), ...scratches.map(() => [])];
}

/** To the rows and scratches that are live at a call. */
function moveOn(
  { rows, scratches, order }: Stream,
  call: number,
  windows: readonly Window[],
  live: Live,
): void {
  for (const [part, each] of rows.entries()) {
    const window = at(windows, part);
    if (advance(each, window, call)) live[part] = segmentsOf(each, window);
  }
  for (const [index, { bytes, node, calls }] of scratches.entries()) {
    const isUsed = node === order[call] || (calls.first < call && call < calls.last);
    live[rows.length + index] = isUsed ? [{ start: 0, end: bytes }] : [];
  }
}

/** All inputs are there before the first call. */
function barInputs(rows: readonly StreamRows[], bar: Bar): void {
  const inputs = rows.flatMap(({ kind, height, rowBytes }, part) =>
    kind === 'input' ? [{ part, segment: { start: 0, end: height * rowBytes } }] : [],
  );
  for (const [index, a] of inputs.entries()) {
    for (const b of inputs.slice(index + 1)) barSegments(a.part, b.part, a.segment, b.segment, bar);
  }
}

/** Moves on to the rows that are live at a call, those that it makes and those that it needs last among them. */
function advance({ born, dies, kind }: StreamRows, window: Window, call: number): boolean {
  const { first, end } = window;
  if (kind !== 'input') while (window.end < born.length && at(born, window.end) <= call) window.end++;
  while (window.first < window.end && at(dies, window.first) < call) window.first++;
  return window.first !== first || window.end !== end;
}

/** Live rows in the ring: one piece, or two where they go round. */
function segmentsOf({ ring, rowBytes }: StreamRows, { first, end }: Window): readonly Segment[] {
  if (first === end) return [];
  const start = first % ring;
  const last = start + (end - first);
  const piece = (from: number, to: number): Segment => ({ start: from * rowBytes, end: to * rowBytes });
  return last <= ring ? [piece(start, last)] : [piece(start, ring), piece(0, last - ring)];
}

/** Bars the differences of the starts at which two segments meet. */
function barSegments(a: Part, b: Part, first: Segment, second: Segment, bar: Bar): void {
  bar(a, b, first.start - second.end, first.end - second.start);
}

function barAgainst(live: readonly (readonly Segment[])[], part: Part, segment: Segment, bar: Bar): void {
  for (let other = 0; other < live.length; other++) {
    if (other === part) continue;
    for (const each of at(live, other)) barSegments(other, part, each, segment, bar);
  }
}

type Moment = {
  readonly call: number;
  readonly windows: readonly Window[];
  readonly live: readonly (readonly Segment[])[];
};

/** Bars the row that a call makes from what is live then; rows that the call reads last may share bytes with it. */
function barBirth(
  rows: readonly StreamRows[],
  node: RowNode,
  { call, windows, live }: Moment,
  bar: Bar,
): void {
  const part = rows.findIndex(({ storage }) => storage === node.writes);
  // What lies apart from everything else is not among the parts.
  if (part < 0) return;
  const output = at(rows, part);
  const { end } = at(windows, part);
  if (end === 0 || at(output.born, end - 1) !== call) return;
  const [segment] = segmentsOf(output, { first: end - 1, end });
  if (segment === undefined) return;
  const others = live.map((segments, other) => {
    const [each, window] = [rows[other], windows[other]];
    if (each === undefined || window === undefined) return segments;
    const survivors = survivorsOf(each, window, call);
    if (survivors.first === window.first) return segments;
    const leadBytes = rowLead(node, each.storage);
    if (leadBytes === undefined) return segments;
    for (let row = window.first; row < survivors.first; row++) {
      const [dying] = segmentsOf(each, { first: row, end: row + 1 });
      if (dying === undefined) continue;
      const after = dying.start - segment.start - Math.min(leadBytes, output.rowBytes);
      bar(other, part, after, dying.end - segment.start);
    }
    return segmentsOf(each, survivors);
  });
  barAgainst(others, part, segment, bar);
}

function survivorsOf({ dies }: StreamRows, window: Window, call: number): Window {
  let { first } = window;
  while (first < window.end && at(dies, first) <= call) first++;
  return { first, end: window.end };
}
