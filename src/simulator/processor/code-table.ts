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

const pageCount = 2 ** 16;
const pageCodes = 2 ** 15;

type Page = (Code | undefined)[];

/** Pages of 64 KiB of addresses, a place for each half-word. All places are filled, which keeps look-ups fast. */
export function createCodeTable(): CodeTable {
  const emptyPage = newPage();
  const pages = new Array<Page>(pageCount).fill(emptyPage);
  return {
    get: (address) => pages[address >>> 16]?.[(address >>> 1) & (pageCodes - 1)],
    set(code) {
      const index = code.address >>> 16;
      let page = pages[index] ?? emptyPage;
      if (page === emptyPage) {
        page = newPage();
        pages[index] = page;
      }
      page[(code.address >>> 1) & (pageCodes - 1)] = code;
    },
    clear() {
      pages.fill(emptyPage);
    },
  };
}

function newPage(): Page {
  return new Array<Code | undefined>(pageCodes).fill(undefined);
}
