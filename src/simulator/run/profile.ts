/** Cycles and instructions by function, counted exactly by the processor. */
import { at } from '../../base/index.ts';
import type { SymbolTable } from './symbols.ts';

/** What the processor adds to: one element for each function, and a last one for code without a symbol. */
export type ProfileCounters = {
  readonly functionAt: (pc: number) => number;
  readonly cycles: Float64Array;
  readonly instructions: Float64Array;
  /** Whether the function's cost is that of whoever called it. */
  readonly countsForCaller: (index: number) => boolean;
  /** One element: the function that last counted for itself. */
  readonly lastCounted: Int32Array;
};

export type ProfileEntry = {
  /** `undefined` for code without a symbol. */
  readonly symbol: string | undefined;
  readonly address: number | undefined;
  readonly cycles: number;
  readonly instructions: number;
};

/** @param countsForCaller tells by name which functions are parts of their callers; code without a symbol is none */
export function createProfileCounters(
  { functions, indexAt }: SymbolTable,
  countsForCaller: (name: string) => boolean,
): ProfileCounters {
  const count = functions.length + 1;
  const shared = functions.map(({ name }) => countsForCaller(name));
  return {
    functionAt: (pc) => {
      const index = indexAt(pc);
      return index === -1 ? functions.length : index;
    },
    cycles: new Float64Array(count),
    instructions: new Float64Array(count),
    countsForCaller: (index) => shared[index] ?? false,
    lastCounted: Int32Array.of(count - 1),
  };
}

export function clearProfile({ cycles, instructions }: ProfileCounters): void {
  cycles.fill(0);
  instructions.fill(0);
}

/** Functions that ran, the most cycles first. */
export function readProfile(
  { cycles, instructions }: ProfileCounters,
  { functions }: SymbolTable,
): readonly ProfileEntry[] {
  return Array.from(cycles, (spent, index) => ({
    symbol: functions[index]?.name,
    address: functions[index]?.address,
    cycles: spent,
    instructions: at(instructions, index),
  }))
    .filter((entry) => entry.instructions > 0)
    .sort((a, b) => b.cycles - a.cycles || (a.address ?? 0) - (b.address ?? 0));
}
