/**
 * The plan that the memory objective would take, from shapes alone and fast enough for searches. Follows `grouping.ts`:
 * streams are first judged by their steady state, and those that a plan would use as the planner judges them.
 */
import { at } from '../base/index.ts';
import type { Target } from '../target/index.ts';
import {
  type Candidate,
  candidatesOf,
  type EstimatedStep,
  singleSteps,
  widerStream,
} from './estimate-steps.ts';
import { type ChainOp, type StretchEstimator, stretchEstimator } from './estimate-stretch.ts';
import { fastBytesOf } from './heat.ts';
import { arenaAlignment } from './live-bytes.ts';
import { widerBands } from './stretches.ts';

/** What the memory objective may cost, and how far beyond it streams of single rows may be before more are joined. */
const mostSlowdown = 0.1;
/** Streams of single rows that may pay with more rows a call are those of plans that are not slower than this. */
const mostSlowdownOfSingleRows = 0.25;
/** How much smaller each of those plans is to be than the one before, at least. */
const descentStep = 0.03;

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
    whole: (ops) => estimateOf(singleSteps(ops, fastBytes)),
    smallest: (ops) => smallestPlan(ops, fastBytes, streamOf),
  };
}

function estimateOf(steps: readonly EstimatedStep[]): PlanEstimate {
  return { arenaBytes: peakOf(steps), cycles: cyclesOf(steps), steps };
}

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
