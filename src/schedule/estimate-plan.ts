/**
 * The plan that the memory objective would take, from shapes alone and fast enough for searches. Follows `grouping.ts`:
 * streams are first judged by their steady state, and those that a plan would use as the planner judges them.
 */
import { at } from '../base/index.ts';
import type { Target } from '../target/index.ts';
import { type ChainOp, type StretchEstimator, stretchEstimator } from './estimate-stretch.ts';
import { fastBytesOf } from './heat.ts';
import { alignUp, arenaAlignment } from './live-bytes.ts';
import { slowShare, widerBands } from './stretches.ts';

/** What the memory objective may cost, and how far beyond it streams of single rows may be before more are joined. */
const mostSlowdown = 0.1;
/** Streams of single rows that may pay with more rows a call are those of plans that are not slower than this. */
const mostSlowdownOfSingleRows = 0.25;
/** Operators of a stream, at most. */
const longestStream = 16;
/** How much smaller each of those plans is to be than the one before, at least. */
const descentStep = 0.03;

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

export type PlanEstimate = {
  /** Of the most demanding step. */
  readonly arenaBytes: number;
  /** One inference. */
  readonly cycles: number;
  readonly steps: readonly EstimatedStep[];
};

/** Estimates plans for a target, and remembers what it learns of stretches from one network to the next. */
export type PlanEstimator = {
  /** Every operator run whole. */
  whole(ops: readonly ChainOp[]): PlanEstimate;
  /** The plan of the objective `memory`. */
  smallest(ops: readonly ChainOp[]): PlanEstimate;
};

export function planEstimator(target: Target): PlanEstimator {
  const fastBytes = fastBytesOf(target);
  const streamOf = stretchEstimator(fastBytes);
  return {
    whole: (ops) => estimateOf(singlesOf(ops, livesOf(ops), fastBytes)),
    smallest: (ops) => smallestPlan(ops, fastBytes, streamOf),
  };
}

function estimateOf(steps: readonly EstimatedStep[]): PlanEstimate {
  return { arenaBytes: peakOf(steps), cycles: cyclesOf(steps), steps };
}

type Candidate = {
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

/**
 * The smallest arena that is not slower than allowed, by bisection. Candidates that a plan would use are looked at
 * closely, and streams get company of the same with more rows a call, until the plan stands.
 */
function smallestPlan(ops: readonly ChainOp[], fastBytes: number, streamOf: StretchEstimator): PlanEstimate {
  const endingAt = candidatesOf(ops, fastBytes);
  const correct = (candidate: Candidate): boolean => {
    if (candidate.isExact) return false;
    const { peakBytes, cycles, calls } = streamOf(ops, candidate.from, candidate.to, candidate.band);
    Object.assign(candidate, { peakBytes, cycles, calls, isExact: true });
    return true;
  };
  const widen = (candidate: Candidate): boolean => {
    if (candidate.isWidened) return false;
    candidate.isWidened = true;
    for (const band of widerBands) at(endingAt, candidate.to - 1).push(widerStream(ops, candidate, band));
    return true;
  };
  const fastestWithin = (limitBytes: number, mostCycles: number): readonly Candidate[] | undefined => {
    for (;;) {
      const chosen = fastest(endingAt, limitBytes);
      if (chosen === undefined) return undefined;
      const isTooSlow = cyclesOf(chosen) > mostCycles;
      const isChanged = (!isTooSlow && some(chosen, correct)) || some(chosen, widen);
      if (!isChanged) return isTooSlow ? undefined : chosen;
    }
  };
  for (const chosen of descent(endingAt)) some(chosen, widen);
  let best = fastestWithin(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY) ?? [];
  const mostCycles = cyclesOf(best) * (1 + mostSlowdown);
  let [tooSmall, fitting] = [0, peakOf(best)];
  while (fitting - tooSmall > arenaAlignment) {
    const limitBytes = Math.ceil((tooSmall + fitting) / 2) - 1;
    const found = fastestWithin(limitBytes, mostCycles);
    if (found === undefined) tooSmall = limitBytes;
    else {
      best = found;
      fitting = peakOf(found);
    }
  }
  return estimateOf(best);
}

/** From the fastest choice to smaller ones, as long as more rows a call might make them fast enough. */
function descent(endingAt: readonly (readonly Candidate[])[]): readonly (readonly Candidate[])[] {
  const choices: (readonly Candidate[])[] = [];
  let limitBytes = Number.POSITIVE_INFINITY;
  let mostCycles = Number.POSITIVE_INFINITY;
  for (;;) {
    const chosen = fastest(endingAt, limitBytes);
    if (chosen === undefined || cyclesOf(chosen) > mostCycles) return choices;
    mostCycles = Math.min(mostCycles, cyclesOf(chosen) * (1 + mostSlowdownOfSingleRows));
    limitBytes = peakOf(chosen) * (1 - descentStep);
    choices.push(chosen);
  }
}

/** Changes all of them; whether one was changed. */
function some(candidates: readonly Candidate[], change: (candidate: Candidate) => boolean): boolean {
  let isChanged = false;
  for (const candidate of candidates) if (change(candidate)) isChanged = true;
  return isChanged;
}

function peakOf(steps: readonly EstimatedStep[]): number {
  return steps.reduce((most, { peakBytes }) => Math.max(most, peakBytes), 0);
}

function cyclesOf(steps: readonly EstimatedStep[]): number {
  return steps.reduce((sum, { cycles }) => sum + cycles, 0);
}

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

function singlesOf(ops: readonly ChainOp[], { last, bytes }: Lives, fastBytes: number): readonly Candidate[] {
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
function candidatesOf(ops: readonly ChainOp[], fastBytes: number): readonly Candidate[][] {
  const lives = livesOf(ops);
  const singles = singlesOf(ops, lives, fastBytes);
  const narrow = narrowPlaces(lives);
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
function widerStream(
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

function fastest(
  endingAt: readonly (readonly Candidate[])[],
  limitBytes: number,
): readonly Candidate[] | undefined {
  const count = endingAt.length;
  const cycles = new Float64Array(count + 1);
  const last: Candidate[] = [];
  for (let op = 0; op < count; op++) {
    let best: Candidate | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const candidate of at(endingAt, op)) {
      if (candidate.peakBytes > limitBytes) continue;
      const sum = at(cycles, candidate.from) + candidate.cycles;
      if (sum >= least) continue;
      best = candidate;
      least = sum;
    }
    cycles[op + 1] = least;
    if (best !== undefined) last[op] = best;
  }
  const path: Candidate[] = [];
  for (let place = count; place > 0; ) {
    const candidate = last[place - 1];
    if (candidate === undefined) return undefined;
    path.push(candidate);
    place = candidate.from;
  }
  return path.reverse();
}
