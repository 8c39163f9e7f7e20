/** Compiled functions by the address that they begin at. */
import type { CompiledFunction } from './compile.ts';
import { slots } from './state.ts';

export type Code = {
  /** The address that it begins at. */
  readonly address: number;
  run: CompiledFunction;
  /** How often it was entered from outside while it was a single block; negative once it is a region. */
  heat: number;
};

export type CodeTable = {
  get(address: number): Code | undefined;
  /**
   * Runs code from `pc` on, function after function, for as long as all of it is hot and `words` tells of nothing to attend to;
   * gives the address that this was not so at, or the odd number that a function came back with.
   */
  runHot(pc: number, words: Int32Array): number;
  /** Gives it back. */
  set(code: Code): Code;
  clear(): void;
};

const pageCount = 2 ** 16;
const pageCodes = 2 ** 15;

type Page = (Code | undefined)[];

/** Pages of 64 KiB of addresses, a place for each half-word. All places are filled, which keeps look-ups fast. */
export function createCodeTable(): CodeTable {
  const emptyPage = newPage();
  const pages = new Array<Page>(pageCount).fill(emptyPage);
  return {
    get: (address) => pages[address >>> 16]?.[(address >>> 1) & (pageCodes - 1)],
    runHot(start, words) {
      let pc = start;
      for (;;) {
        const code = pages[pc >>> 16]?.[(pc >>> 1) & (pageCodes - 1)];
        if (code === undefined || code.heat >= 0) return pc;
        pc = code.run();
        if ((pc & 1) !== 0 || (words[slots.elapsed] ?? 0) >= (words[slots.limit] ?? 0)) return pc;
      }
    },
    set(code) {
      const index = code.address >>> 16;
      let page = pages[index] ?? emptyPage;
      if (page === emptyPage) {
        page = newPage();
        pages[index] = page;
      }
      page[(code.address >>> 1) & (pageCodes - 1)] = code;
      return code;
    },
    clear() {
      pages.fill(emptyPage);
    },
  };
}

function newPage(): Page {
  return new Array<Code | undefined>(pageCodes).fill(undefined);
}
