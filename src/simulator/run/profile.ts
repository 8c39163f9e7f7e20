/** Cycles, instructions and stalls by function, counted exactly by the processor. */
import { at } from '../../base/index.ts';
import { createStatistics, readStatistics, type StallCounts, type Statistics } from '../timing/statistics.ts';
import type { SymbolTable } from './symbols.ts';

/** What the processor adds to: one element for each function, and a last one for code without a symbol. */
export type ProfileCounters = {
  readonly functionAt: (pc: number) => number;
  readonly cycles: Float64Array;
  readonly instructions: Float64Array;
  /** Whether the function's cost is that of whoever called it. */
  readonly countsForCaller: (index: number) => boolean;
  /** One element: the function that counts now. */
  readonly lastCounted: Int32Array;
  /** Stalls since the last call are those of the function that counted; from now on `index` does. */
  readonly credit: (index: number) => void;
  /** By function; those that never ran are absent. */
  readonly stalls: Map<number, Statistics>;
};

export type ProfileEntry = {
  /** `undefined` for code without a symbol. */
  readonly symbol: string | undefined;
  readonly address: number | undefined;
  readonly cycles: number;
  readonly instructions: number;
  /** By cause, as `Machine.stalls` has them; zeros without timing. */
  readonly stalls: StallCounts;
};

/**
 * @param countsForCaller tells by name which functions are parts of their callers; code without a symbol is none
 * @param statistics what the timing model counts, for all functions together
 */
export function createProfileCounters(
  { functions, indexAt }: SymbolTable,
  countsForCaller: (name: string) => boolean,
  statistics: Statistics = createStatistics(),
): ProfileCounters {
  const count = functions.length + 1;
  const shared = functions.map(({ name }) => countsForCaller(name));
  const lastCounted = Int32Array.of(count - 1);
  const stalls = new Map<number, Statistics>();
  const credited = createStatistics();
  return {
    lastCounted,
    stalls,
    credit: (index) => {
      const home = at(lastCounted, 0);
      const own = stalls.get(home) ?? createStatistics();
      stalls.set(home, own);
      statistics.forEach((amount, cause) => {
        own[cause] = at(own, cause) + amount - at(credited, cause);
        credited[cause] = amount;
      });
      lastCounted[0] = index;
    },
    functionAt: (pc) => {
      const index = indexAt(pc);
      return index === -1 ? functions.length : index;
    },
    cycles: new Float64Array(count),
    instructions: new Float64Array(count),
    countsForCaller: (index) => shared[index] ?? false,
  };
}

/** Before the statistics themselves are cleared. */
export function clearProfile(counters: ProfileCounters, statistics: Statistics | undefined): void {
  counters.cycles.fill(0);
  counters.instructions.fill(0);
  statistics?.fill(0);
  // What was counted before is credited to someone, and forgotten.
  counters.credit(at(counters.lastCounted, 0));
  counters.stalls.clear();
}

/** Functions that ran, the most cycles first. */
export function readProfile(counters: ProfileCounters, { functions }: SymbolTable): readonly ProfileEntry[] {
  counters.credit(at(counters.lastCounted, 0));
  return Array.from(counters.cycles, (spent, index) => ({
    symbol: functions[index]?.name,
    address: functions[index]?.address,
    cycles: spent,
    instructions: at(counters.instructions, index),
    stalls: readStatistics(counters.stalls.get(index) ?? createStatistics()),
  }))
    .filter((entry) => entry.instructions > 0)
    .sort((a, b) => b.cycles - a.cycles || (a.address ?? 0) - (b.address ?? 0));
}
