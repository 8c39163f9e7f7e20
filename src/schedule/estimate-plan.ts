/**
 * The plan that the memory objective would take, from shapes alone and fast enough for searches. Follows `grouping.ts`:
 * streams are first judged by their steady state, and those that a plan would use as the planner judges them.
 */
import { at } from '../base/index.ts';
import type { Target } from '../target/index.ts';
import { type ChainOp, type StretchEstimator, stretchEstimator } from './estimate-stretch.ts';
import { fastBytesOf } from './heat.ts';
import { alignUp } from './live-bytes.ts';
import { slowShare, widerBands } from './stretches.ts';

/** What the memory objective may cost, and how far beyond it streams of single rows may be before more are joined. */
const mostSlowdown = 0.1;
const mostSlowdownOfSingleRows = 0.5;

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
  isExact: boolean;
};

function smallestPlan(ops: readonly ChainOp[], fastBytes: number, streamOf: StretchEstimator): PlanEstimate {
  const lives = livesOf(ops);
  const singles = singlesOf(ops, lives, fastBytes);
  const endingAt = singles.map((single): Candidate[] => [single]);
  const narrow = narrowPlaces(lives);
  for (const stream of streamsOf(ops, singles, narrow, fastBytes)) at(endingAt, stream.to - 1).push(stream);
  const correct = (candidate: Candidate): void => {
    const { peakBytes, cycles, calls } = streamOf(ops, candidate.from, candidate.to, candidate.band);
    Object.assign(candidate, { peakBytes, cycles, calls, isExact: true });
  };
  const used = new Set<Candidate>();
  descend(endingAt, correct, mostSlowdownOfSingleRows, (steps) => {
    for (const step of steps) if (step.band > 0) used.add(step);
  });
  for (const { from, to } of used) {
    for (const band of widerBands) {
      const wider = { from, to, band, peakBytes: 0, cycles: 0, calls: 0, isExact: false };
      correct(wider);
      at(endingAt, to - 1).push(wider);
    }
  }
  let steps: readonly Candidate[] = singles;
  descend(endingAt, correct, mostSlowdown, (chosen) => {
    steps = chosen;
  });
  return estimateOf(steps);
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
    const cycles = profile.cycles + slowShare({ fastBytes }, peakBytes) * profile.slowCycles;
    return { from: op, to: op + 1, band: 0, peakBytes, cycles, calls: 1, isExact: true };
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

/** Streams between narrow places that take less than their operators, judged by rings in their steady state. */
function* streamsOf(
  ops: readonly ChainOp[],
  singles: readonly Candidate[],
  narrow: Uint8Array,
  fastBytes: number,
): Generator<Candidate> {
  const { keptBytes, freshBytes } = ringsOf(ops, narrow);
  for (let from = 0; from < ops.length; from++) {
    if (narrow[from] === 0) continue;
    const first = at(ops, from).profile;
    const inputBytes = at(first.readBytes, 0);
    let kept = 0;
    let busiest = 0;
    let singlePeak = 0;
    let cycles = 0;
    for (let op = from; op < ops.length; op++) {
      const { profile, reads } = at(ops, op);
      const { window, node, outputBytes, outputHeight } = profile;
      if (window === undefined) break;
      const scratchBytes = node.rows?.scratchBytes ?? 0;
      let working = window.isSummed ? 0 : scratchBytes;
      if (window.isSummed) kept += scratchBytes;
      for (const tensor of reads) if (tensor !== from) working += at(freshBytes, tensor);
      // What reads the stream's input makes rows together that are asked for together.
      cycles += op === from ? profile.cycles : profile.rowCycles;
      singlePeak = Math.max(singlePeak, at(singles, op).peakBytes);
      if (op > from && narrow[op + 1] === 1) {
        const peakBytes = Math.max(inputBytes, outputBytes) + kept + Math.max(busiest, working);
        if (peakBytes < singlePeak) {
          const share = slowShare({ fastBytes }, peakBytes);
          const slow = (share * (first.slowCycles + profile.slowCycles)) / 2;
          const shape = { from, to: op + 1, band: 1, calls: 0, isExact: false };
          yield { ...shape, peakBytes, cycles: cycles + slow };
        }
      }
      busiest = Math.max(busiest, working + outputBytes / outputHeight);
      kept += at(keptBytes, op + 1);
    }
  }
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

/** From the fastest plan to smaller ones, as long as they are not slower than allowed. */
function descend(
  endingAt: readonly (readonly Candidate[])[],
  correct: (candidate: Candidate) => void,
  slowdown: number,
  take: (steps: readonly Candidate[]) => void,
): void {
  let limitBytes = Number.POSITIVE_INFINITY;
  let mostCycles = Number.POSITIVE_INFINITY;
  for (;;) {
    const chosen = fastest(endingAt, limitBytes);
    if (chosen === undefined) return;
    const doubtful = chosen.filter(({ isExact }) => !isExact);
    if (doubtful.length > 0) {
      for (const candidate of doubtful) correct(candidate);
      continue;
    }
    const cycles = cyclesOf(chosen);
    if (cycles > mostCycles) return;
    mostCycles = Math.min(mostCycles, cycles * (1 + slowdown));
    take(chosen);
    limitBytes = peakOf(chosen) - 1;
  }
}

function fastest(
  endingAt: readonly (readonly Candidate[])[],
  limitBytes: number,
): readonly Candidate[] | undefined {
  const cycles = new Float64Array(endingAt.length + 1);
  const last: (Candidate | undefined)[] = [undefined];
  for (const [index, candidates] of endingAt.entries()) {
    let best: Candidate | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const candidate of candidates) {
      if (candidate.peakBytes > limitBytes) continue;
      const sum = at(cycles, candidate.from) + candidate.cycles;
      if (sum >= least) continue;
      best = candidate;
      least = sum;
    }
    cycles[index + 1] = least;
    last.push(best);
  }
  const path: Candidate[] = [];
  for (let place = endingAt.length; place > 0; ) {
    const candidate = last[place];
    if (candidate === undefined) return undefined;
    path.push(candidate);
    place = candidate.from;
  }
  return path.reverse();
}
