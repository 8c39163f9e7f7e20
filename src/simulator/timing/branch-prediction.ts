/**
 * Branch prediction: a cache of branches with two-bit counters and last targets; a branch that is not in it is predicted taken
 * if it goes backwards. A wrong guess empties the pipeline; a right one is free.
 *
 * Source: Cortex-M7 TRM 2.1 (64-entry target cache, static predictor); that correct direct branches cost nothing is fitted to
 * hardware [R]. An entry is `address * 2 + counter`, so that compiled code sees with one comparison that a loop goes on.
 */
import { causeIndex, type Statistics } from './statistics.ts';
import type { CoreTiming } from './types.ts';

export type BranchPredictor = {
  readonly entries: Int32Array;
  readonly targets: Int32Array;
  /** Cycles lost by a conditional branch that was taken, and by one that was not. `key` is `address * 2`. */
  taken(place: number, key: number, goesBack: boolean): number;
  notTaken(place: number, key: number, goesBack: boolean): number;
  indirect(place: number, key: number, target: number): number;
};

const strongest = 3;
const weaklyTaken = 2;

export const keyOf = (address: number): number => address << 1;

export const placeOf = (address: number, { branches }: CoreTiming): number =>
  (address >>> 1) & (branches.targetEntries - 1);

export function createBranchPredictor(core: CoreTiming, statistics: Statistics): BranchPredictor {
  const { mispredictedCycles, targetEntries } = core.branches;
  const entries = new Int32Array(targetEntries).fill(-1);
  const targets = new Int32Array(targetEntries);
  const missCount = causeIndex('mispredictions');
  const missCycles = causeIndex('mispredictionCycles');
  const mispredict = (): number => {
    statistics[missCount] = (statistics[missCount] ?? 0) + 1;
    statistics[missCycles] = (statistics[missCycles] ?? 0) + mispredictedCycles;
    return mispredictedCycles;
  };
  /** The counter, or -1 where the branch is not known. */
  const counterOf = (place: number, key: number): number => {
    const difference = (entries[place] ?? 0) ^ key;
    return difference >= 0 && difference <= strongest ? difference : -1;
  };
  return {
    entries,
    targets,
    taken(place, key, goesBack) {
      const counter = counterOf(place, key);
      if (counter < 0) {
        entries[place] = key | strongest;
        return goesBack ? 0 : mispredict();
      }
      entries[place] = key | Math.min(strongest, counter + 1);
      return counter >= weaklyTaken ? 0 : mispredict();
    },
    notTaken(place, key, goesBack) {
      const counter = counterOf(place, key);
      if (counter < 0) return goesBack ? mispredict() : 0;
      entries[place] = key | Math.max(0, counter - 1);
      return counter >= weaklyTaken ? mispredict() : 0;
    },
    indirect(place, key, target) {
      const isKnown = entries[place] === (key | strongest) && targets[place] === target;
      entries[place] = key | strongest;
      targets[place] = target;
      return isKnown ? 0 : mispredict();
    },
  };
}

/** Texts of the ways out of a block; `branch` is the branch's address, `target` where a direct one goes. */
export function takenText(branch: number, target: number, core: CoreTiming): string {
  const [place, key] = [placeOf(branch, core), keyOf(branch)];
  const goesBack = target <= branch;
  return `if (btbEntries[${place}] !== ${key | strongest}) c = c + branchTaken(${place}, ${key}, ${goesBack}) | 0;`;
}

export function notTakenText(branch: number, target: number, core: CoreTiming): string {
  const [place, key] = [placeOf(branch, core), keyOf(branch)];
  const call = `c = c + branchNotTaken(${place}, ${key}, ${target <= branch}) | 0;`;
  if (target <= branch) return `if (btbEntries[${place}] !== ${key}) ${call}`;
  // Unknown and forward is predicted right: only counters 1 to 3 of this branch matter.
  return `{ const e = btbEntries[${place}] ^ ${key}; if (e > 0 && e <= ${strongest}) ${call} }`;
}

export function indirectText(branch: number, target: string, core: CoreTiming): string {
  const [place, key] = [placeOf(branch, core), keyOf(branch)];
  const test = `btbTargets[${place}] !== ${target} || btbEntries[${place}] !== ${key | strongest}`;
  return `if (${test}) c = c + branchIndirect(${place}, ${key}, ${target}) | 0;`;
}
