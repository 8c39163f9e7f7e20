/** Compiled functions by the address that they begin at. */
import type { CompiledFunction } from './compile.ts';

export type Code = {
  /** The address that it begins at. */
  readonly address: number;
  run: CompiledFunction;
  /** How often it was entered from outside while it was a single block; negative once it is a region. */
  heat: number;
};

export type CodeTable = {
  get(address: number): Code | undefined;
  set(code: Code): void;
  clear(): void;
};

/** Pages of 64 KiB of addresses, a place for each half-word. */
export function createCodeTable(): CodeTable {
  const pages: (Code | undefined)[][] = [];
  return {
    get(address) {
      return pages[address >>> 16]?.[(address >>> 1) & 0x7fff];
    },
    set(code) {
      const page = (pages[code.address >>> 16] ??= new Array<Code | undefined>(0x8000).fill(undefined));
      page[(code.address >>> 1) & 0x7fff] = code;
    },
    clear() {
      pages.length = 0;
    },
  };
}
