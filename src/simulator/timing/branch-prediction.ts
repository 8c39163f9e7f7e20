/**
 * Branch prediction: a cache of branches with two-bit counters and last targets; a branch that is not in it is predicted taken
 * if it goes backwards. A wrong guess empties the pipeline; a right one is free.
 *
 * Source: Cortex-M7 TRM 2.1 (64-entry target cache, static predictor); that correct direct branches cost nothing, and that
 * branches enter when they are taken or guessed wrong and leave first-in first-out from any place, is fitted to hardware [R].
 * Every branch of the program has a place of its own in `counters`, so that compiled code sees with one comparison that a
 * loop goes on; which 64 are in the cache is kept beside.
 */
import { at } from '../../base/index.ts';
import { causeIndex, type Statistics } from './statistics.ts';
import type { CoreTiming } from './types.ts';

export type BranchPredictor = {
  /** By place: 0 and 1 predict not taken, 2 and 3 taken; `absent` where the branch is not in the cache. */
  readonly counters: Int8Array;
  readonly targets: Int32Array;
  /** The place of the branch at `address`. */
  placeOf(address: number): number;
  /** Cycles lost by a conditional branch that was taken, by one that was not, and by an indirect one. */
  taken(place: number, goesBack: boolean): number;
  notTaken(place: number, goesBack: boolean): number;
  indirect(place: number, target: number): number;
};

const absent = -1;
const surelyTaken = 3;
const weaklyTaken = 2;
const weaklyNotTaken = 1;

/** Programs of a megabyte have fewer branches. */
const places = 1 << 18;

export function createBranchPredictor({ branches }: CoreTiming, statistics: Statistics): BranchPredictor {
  const counters = new Int8Array(places).fill(absent);
  const targets = new Int32Array(places);
  const known = new Map<number, number>();
  /** Places in the cache, in the order that they came. */
  const queue = new Int32Array(branches.targetEntries).fill(-1);
  let oldest = 0;
  const missCount = causeIndex('mispredictions');
  const missCycles = causeIndex('mispredictionCycles');
  const mispredict = (): number => {
    statistics[missCount] = at(statistics, missCount) + 1;
    statistics[missCycles] = at(statistics, missCycles) + branches.mispredictedCycles;
    return branches.mispredictedCycles;
  };
  const enter = (place: number, counter: number): void => {
    const leaving = at(queue, oldest);
    if (leaving >= 0) counters[leaving] = absent;
    queue[oldest] = place;
    oldest = (oldest + 1) % queue.length;
    counters[place] = counter;
  };
  return {
    counters,
    targets,
    placeOf(address) {
      const place = known.get(address) ?? known.size % places;
      known.set(address, place);
      return place;
    },
    taken(place, goesBack) {
      const counter = at(counters, place);
      if (counter === absent) {
        enter(place, goesBack ? surelyTaken : weaklyTaken);
        return goesBack ? 0 : mispredict();
      }
      counters[place] = Math.min(surelyTaken, counter + 1);
      return counter >= weaklyTaken ? 0 : mispredict();
    },
    notTaken(place, goesBack) {
      const counter = at(counters, place);
      if (counter === absent) {
        if (!goesBack) return 0;
        enter(place, weaklyNotTaken);
        return mispredict();
      }
      counters[place] = Math.max(0, counter - 1);
      return counter >= weaklyTaken ? mispredict() : 0;
    },
    indirect(place, target) {
      const isKnown = at(counters, place) !== absent;
      if (!isKnown) enter(place, surelyTaken);
      if (isKnown && targets[place] === target) return 0;
      targets[place] = target;
      return mispredict();
    },
  };
}

/** Text on the way out of a block by its last instruction, a conditional direct branch that was taken. */
export function takenText(place: number, goesBack: boolean): string {
  return `if (btbCounters[${place}] !== ${surelyTaken}) c = c + branchTaken(${place}, ${goesBack}) | 0;`;
}

export function notTakenText(place: number, goesBack: boolean): string {
  const call = `c = c + branchNotTaken(${place}, ${goesBack}) | 0;`;
  // Forwards and absent is predicted right, as is a counter of 0.
  return goesBack ? `if (btbCounters[${place}] !== 0) ${call}` : `if (btbCounters[${place}] > 0) ${call}`;
}

export function indirectText(place: number, target: string): string {
  const test = `btbTargets[${place}] !== ${target} || btbCounters[${place}] < 0`;
  return `if (${test}) c = c + branchIndirect(${place}, ${target}) | 0;`;
}
