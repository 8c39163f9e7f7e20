/** Cycles and instructions by function, counted exactly by the processor. */
import { at } from '../../base/index.ts';
import type { SymbolTable } from './symbols.ts';

/** What the processor adds to: one element for each function, and a last one for code without a symbol. */
export type ProfileCounters = {
  readonly functionAt: (pc: number) => number;
  readonly cycles: Float64Array;
  readonly instructions: Float64Array;
};

export type ProfileEntry = {
  /** `undefined` for code without a symbol. */
  readonly symbol: string | undefined;
  readonly address: number | undefined;
  readonly cycles: number;
  readonly instructions: number;
};

export function createProfileCounters({ functions, indexAt }: SymbolTable): ProfileCounters {
  const count = functions.length + 1;
  return {
    functionAt: (pc) => {
      const index = indexAt(pc);
      return index === -1 ? functions.length : index;
    },
    cycles: new Float64Array(count),
    instructions: new Float64Array(count),
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
