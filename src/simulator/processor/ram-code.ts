/** Compiled instructions that lie in RAM: looked at again at barriers, as code that writes code promises (Armv7-M ARM, A3.7). */
import type { Instruction } from '../instruction.ts';
import type { CoreMemory } from './contract.ts';

export type RamCode = {
  note(instructions: readonly Instruction[]): void;
  hasChanged(instructionAt: (address: number) => Instruction): boolean;
  clear(): void;
};

export function createRamCode({ windows }: CoreMemory): RamCode {
  const encodings = new Map<number, number>();
  const isFlash = (address: number): boolean =>
    windows.some(({ kind, start, bytes }) => kind === 'flash' && address >= start && address < start + bytes);
  return {
    note(instructions) {
      for (const { address, encoding } of instructions) {
        if (!isFlash(address)) encodings.set(address, encoding);
      }
    },
    hasChanged(instructionAt) {
      for (const [address, encoding] of encodings) {
        if (instructionAt(address).encoding !== encoding) return true;
      }
      return false;
    },
    clear: () => encodings.clear(),
  };
}
