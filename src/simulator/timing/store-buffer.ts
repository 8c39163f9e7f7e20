/**
 * The store buffer: stores that wait for their line do not stop the processor until all entries are taken.
 *
 * Source: Cortex-M7 TRM 2.4: four entries of 64 bits, stores to the same 64 bits merge.
 */
import { isAhead } from './line-fills.ts';

/** Takes an entry until `release`; returns the cycles that the store waits for one. `block` is the address / 8. */
export type StoreBuffer = (release: number, block: number, now: number) => number;

export function createStoreBuffer(entries: number): StoreBuffer {
  const releases = new Float64Array(entries);
  let next = 0;
  let lastBlock = -1;
  let lastRelease = 0;
  return (release, block, now) => {
    if (block === lastBlock && release === lastRelease) return 0;
    const oldest = releases[next] ?? 0;
    const wait = isAhead(oldest, now) ? oldest - now : 0;
    releases[next] = release;
    next = (next + 1) % entries;
    lastBlock = block;
    lastRelease = release;
    return wait;
  };
}
