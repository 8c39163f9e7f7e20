/**
 * The data cache: write-back, write-allocate. Compiled code compares with the way that was used last and comes here for the
 * rest; a line under way is kept inverted, so that it compares with nothing until it is in. Loads stop the pipeline, stores
 * wait in the store buffer.
 *
 * Sources: Cortex-M7 TRM 2.4 and 5; shape from the chip. Replacement is least-recently-used (the core's is pseudo-random:
 * less than 1 % on whole networks).
 */
import type { CacheShape } from '../chips/types.ts';
import { type CacheWays, createCacheWays } from './cache-ways.ts';
import { createLineFills, isAhead, type LineFills } from './line-fills.ts';
import { causeIndex, type Statistics } from './statistics.ts';
import { createStoreBuffer } from './store-buffer.ts';
import type { ChipTiming, MemoryTiming } from './types.ts';

export type DataCache = {
  readonly lines: CacheWays;
  /** Cycles that a load waits where the first way of its set does not hold its line. */
  load(address: number, now: number): number;
  /** Cycles that a store waits; its line is first in its set afterwards. */
  store(address: number, now: number): number;
  enable(isOn: boolean): void;
  invalidateAll(): void;
  cleanAll(): void;
};

export function createDataCache(
  shape: CacheShape,
  timing: ChipTiming,
  fills: LineFills,
  memoryAt: (address: number) => MemoryTiming,
  statistics: Statistics,
): DataCache {
  const lines = createCacheWays(shape);
  const storeBuffer = createStoreBuffer(timing.core.storeBufferEntries);
  const uncached = createLineFills(1, shape.lineBytes);
  let isOn = false;
  const causes = {
    loadMisses: causeIndex('dataCacheMisses'),
    loadCycles: causeIndex('dataCacheCycles'),
    storeMisses: causeIndex('storeMisses'),
    storeCycles: causeIndex('storeBufferCycles'),
    evictions: causeIndex('evictions'),
  };
  const count = (cause: number, amount: number): void => {
    statistics[cause] = (statistics[cause] ?? 0) + amount;
  };

  /** Brings the line of `address` in, at the front of its set; returns when the word there arrives. */
  const allocate = (address: number, now: number): number => {
    const line = address >>> 5;
    const last = lines.firstOf(line) + lines.ways - 1;
    const arrival = fills.begin(address, memoryAt(address), now);
    if (lines.dirty[last] === 1) {
      fills.occupy(timing.evictionCycles, now);
      count(causes.evictions, 1);
    }
    lines.dirty[last] = 0;
    lines.moveToFront(last, ~line);
    return arrival;
  };
  /** Puts a line that is in the cache, or under way, to the front; tells whether it is in. */
  const touch = (place: number, address: number, now: number): boolean => {
    const line = address >>> 5;
    const isIn = lines.tags[place] === line || !isAhead(fills.end(address, now), now);
    lines.moveToFront(place, isIn ? line : ~line);
    return isIn;
  };

  return {
    lines,
    load(address, now) {
      if (!isOn) return uncached.begin(address, memoryAt(address), now) - now;
      const place = lines.placeOf(address >>> 5);
      if (place >= 0 && touch(place, address, now)) return 0;
      if (place < 0) count(causes.loadMisses, 1);
      const arrival = place < 0 ? allocate(address, now) : fills.arrival(address, now);
      const wait = Math.max(0, arrival - now);
      count(causes.loadCycles, wait);
      return wait;
    },
    store(address, now) {
      if (!isOn) return storeBuffer(now + memoryAt(address).firstWordCycles, address >>> 3, now);
      const line = address >>> 5;
      const place = lines.placeOf(line);
      const isIn = place >= 0 && touch(place, address, now);
      if (place < 0) {
        allocate(address, now);
        count(causes.storeMisses, 1);
      }
      lines.dirty[lines.firstOf(line)] = 1;
      if (isIn) return 0;
      const wait = storeBuffer(fills.end(address, now), address >>> 3, now);
      count(causes.storeCycles, wait);
      return wait;
    },
    enable(on) {
      if (on !== isOn) lines.clear();
      isOn = on;
    },
    invalidateAll: () => lines.clear(),
    cleanAll: () => void lines.dirty.fill(0),
  };
}
