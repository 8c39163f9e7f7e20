/** Where in the buffer of storage each page of addresses lies: how compiled code reaches memory without asking the bus. */
import type { CoreMemory, MemoryWindow } from './contract.ts';

/** Bits of an address within its page. */
export const pageBits = 14;
const pageBytes = 2 ** pageBits;

/** Bits of a page's entry that no distance has: whether the page is cached, and whether only the bus knows it. */
export const cachedBit = 1;
export const outsideBit = 2;

/**
 * By page: what to add to an address to get its place in the buffer, and `cachedBit`; or `outsideBit` alone.
 */
export type PageTable = { readonly readable: Int32Array; readonly writable: Int32Array };

/** Whether all of a page may be read or written by whoever runs, without asking for each access. */
export type PagePermission = (start: number, bytes: number, access: 'read' | 'write') => boolean;

export function createPageTable(): PageTable {
  const outside = (): Int32Array => new Int32Array(2 ** (32 - pageBits)).fill(outsideBit);
  return { readable: outside(), writable: outside() };
}

/** Enters the pages that lie in storage as a whole. */
export function fillPageTable(
  { readable, writable }: PageTable,
  { windows }: CoreMemory,
  isCached: (address: number) => boolean,
  isAllowed: PagePermission,
): void {
  for (const window of windows) {
    for (const start of wholePages(window)) {
      const distance = (window.offset + (start - window.start) - start) | 0;
      const entry = distance | (isCached(start) ? cachedBit : 0);
      const page = start >>> pageBits;
      readable[page] = isAllowed(start, pageBytes, 'read') ? entry : outsideBit;
      writable[page] = window.writable && isAllowed(start, pageBytes, 'write') ? entry : outsideBit;
    }
  }
}

function wholePages({ start, bytes, offset }: MemoryWindow): readonly number[] {
  // Distances must leave the lowest bits alone.
  if ((start - offset) % 4 !== 0) return [];
  const first = Math.ceil(start / pageBytes) * pageBytes;
  const count = Math.floor((start + bytes - first) / pageBytes);
  return Array.from({ length: Math.max(0, count) }, (_, page) => first + page * pageBytes);
}
