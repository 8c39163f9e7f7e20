/** The steps that a plan can be estimated from: single operators, and streams judged by rings in their steady state. */
import { at } from '../base/index.ts';
import type { ChainOp } from './estimate-stretch.ts';
import { alignUp } from './live-bytes.ts';
import { slowShare } from './stretches.ts';

/** Operators of a stream, at most. */
const longestStream = 16;

export type EstimatedStep = {
  /** Operators `from` to `to - 1`. */
  readonly from: number;
  readonly to: number;
  /** Rows that its operators make at a time; 0 where it is one operator, run whole. */
  readonly band: number;
  readonly peakBytes: number;
  readonly cycles: number;
  /** Calls of a stream. */
  readonly calls: number;
};

export type Candidate = {
  readonly from: number;
  readonly to: number;
  readonly band: number;
  peakBytes: number;
  cycles: number;
  calls: number;
  /** Whether its figures are the planner's; else those of rings in their steady state. */
  isExact: boolean;
  /** Whether the same stream with more rows a call is among the candidates. */
  isWidened: boolean;
};

/** For each tensor, the last operator that reads it; the number of operators for the output. */
type Lives = { readonly last: Int32Array; readonly bytes: Float64Array };

function livesOf(ops: readonly ChainOp[]): Lives {
  const last = new Int32Array(ops.length + 1);
  const bytes = new Float64Array(ops.length + 1);
  for (const [op, { profile, reads }] of ops.entries()) {
    bytes[op + 1] = profile.outputBytes;
    for (const [read, tensor] of reads.entries()) {
      last[tensor] = op;
      if (tensor === 0) bytes[0] = at(profile.readBytes, read);
    }
  }
  last[ops.length] = ops.length;
  return { last, bytes };
}

/** Every operator run whole. */
export function singleSteps(ops: readonly ChainOp[], fastBytes: number): readonly Candidate[] {
  const { last, bytes } = livesOf(ops);
  const carried = new Float64Array(ops.length);
  for (let tensor = 0; tensor < ops.length; tensor++) {
    for (let op = tensor; op < at(last, tensor); op++) {
      if (!at(ops, op).reads.includes(tensor)) carried[op] = at(carried, op) + alignUp(at(bytes, tensor));
    }
  }
  return ops.map(({ profile, reads }, op): Candidate => {
    let dying = 0;
    for (const [read, tensor] of reads.entries()) if (last[tensor] === op) dying |= 1 << read;
    const peakBytes = profile.wholeBytes(dying) + at(carried, op);
    const slowCycles = profile.slowInputCycles + profile.slowOutputCycles;
    const cycles = profile.cycles + slowShare({ fastBytes }, peakBytes) * slowCycles;
    return { from: op, to: op + 1, band: 0, peakBytes, cycles, calls: 1, isExact: true, isWidened: true };
  });
}

/** 1 for places before operators over which one tensor reaches. */
function narrowPlaces({ last }: Lives): Uint8Array {
  const count = last.length - 1;
  const narrow = new Uint8Array(count + 1).fill(1);
  let furthest = 0;
  for (let place = 1; place <= count; place++) {
    // Tensor `place` is what the operator before the place writes.
    furthest = Math.max(furthest, at(last, place - 1));
    if (furthest >= place) narrow[place] = 0;
  }
  return narrow;
}

/** Single operators, and streams between narrow places; for each place after an operator, those that end there. */
export function candidatesOf(ops: readonly ChainOp[], fastBytes: number): readonly Candidate[][] {
  const singles = singleSteps(ops, fastBytes);
  const narrow = narrowPlaces(livesOf(ops));
  const rings = ringsOf(ops, narrow);
  const endingAt = singles.map((single): Candidate[] => [single]);
  for (let from = 0; from < ops.length; from++) {
    if (narrow[from] === 1) addStreams(ops, from, { singles, narrow, rings, fastBytes }, endingAt);
  }
  return endingAt;
}

type Surroundings = {
  readonly singles: readonly Candidate[];
  readonly narrow: Uint8Array;
  readonly rings: Rings;
  readonly fastBytes: number;
};

/** Streams from a place that take less than their operators: what rings keep adds up, the busiest operator is on top. */
function addStreams(
  ops: readonly ChainOp[],
  from: number,
  { singles, narrow, rings, fastBytes }: Surroundings,
  endingAt: readonly Candidate[][],
): void {
  const inputBytes = at(at(ops, from).profile.readBytes, 0);
  let [kept, busiest, singlePeak, cycles, slowInputCycles] = [0, 0, 0, 0, 0];
  const end = Math.min(ops.length, from + longestStream);
  for (let op = from; op < end; op++) {
    const { profile, reads } = at(ops, op);
    const { window, outputBytes } = profile;
    if (window === undefined) return;
    if (window.isSummed) kept += profile.rowScratchBytes;
    let working = window.isSummed ? 0 : profile.rowScratchBytes;
    for (const tensor of reads) if (tensor !== from) working += at(rings.freshBytes, tensor);
    // What reads the stream's input makes rows together that are asked for together.
    cycles += profile.rowCycles(op === from ? (ops[op + 1]?.profile.window?.stride ?? 1) : 1);
    if (reads.includes(from)) slowInputCycles += profile.slowInputCycles;
    singlePeak = Math.max(singlePeak, at(singles, op).peakBytes);
    const peakBytes = Math.max(inputBytes, outputBytes) + kept + Math.max(busiest, working);
    if (op > from && narrow[op + 1] === 1 && peakBytes < singlePeak) {
      const slow = slowShare({ fastBytes }, peakBytes) * (slowInputCycles + profile.slowOutputCycles);
      const stream = { from, to: op + 1, band: 1, peakBytes, cycles: cycles + slow, calls: 0 };
      at(endingAt, op).push({ ...stream, isExact: false, isWidened: false });
    }
    busiest = Math.max(busiest, working + outputBytes / profile.outputHeight);
    kept += at(rings.keptBytes, op + 1);
  }
}

/** A stream with more rows a call: its lines have as many more, and it makes as many fewer calls. */
export function widerStream(
  ops: readonly ChainOp[],
  { from, to, peakBytes: narrowBytes }: Candidate,
  band: number,
): Candidate {
  let peakBytes = narrowBytes;
  let cycles = 0;
  for (let op = from; op < to; op++) {
    const { outputBytes, outputHeight, rowCycles } = at(ops, op).profile;
    cycles += rowCycles(band);
    if (op === to - 1) continue;
    const stride = at(ops, op + 1).profile.window?.stride ?? 1;
    peakBytes += ((band - 1) * stride * outputBytes) / outputHeight;
  }
  return { from, to, band, peakBytes, cycles, calls: 0, isExact: false, isWidened: true };
}

type Rings = {
  /** Bytes of a tensor that stay in its ring between two rows of its consumer. */
  readonly keptBytes: Float64Array;
  /** What its consumer's next row adds to them. */
  readonly freshBytes: Float64Array;
};

/** Rings in their steady state, from how far each operator runs ahead of the next narrow place. */
function ringsOf(ops: readonly ChainOp[], narrow: Uint8Array): Rings {
  const high = new Int32Array(ops.length + 1);
  const low = new Int32Array(ops.length + 1).fill(2 ** 30);
  const step = new Int32Array(ops.length + 1).fill(1);
  const keptBytes = new Float64Array(ops.length + 1);
  const freshBytes = new Float64Array(ops.length + 1);
  for (let op = ops.length - 1; op >= 0; op--) {
    const { profile, reads } = at(ops, op);
    const tensor = op + 1;
    const rowBytes = profile.outputBytes / profile.outputHeight;
    const rows = Math.min(profile.outputHeight, Math.max(1, at(high, tensor) - at(low, tensor) + 1));
    const fresh = Math.min(rows, at(step, tensor));
    keptBytes[tensor] = (rows - fresh) * rowBytes;
    freshBytes[tensor] = fresh * rowBytes;
    if (profile.window === undefined) continue;
    const { height, stride, paddingTop } = profile.window;
    const top = (narrow[tensor] === 1 ? 0 : at(high, tensor)) * stride - paddingTop;
    for (const read of reads) {
      high[read] = Math.max(at(high, read), top + height - 1);
      low[read] = Math.min(at(low, read), top);
      step[read] = Math.max(at(step, read), stride);
    }
  }
  return { keptBytes, freshBytes };
}
