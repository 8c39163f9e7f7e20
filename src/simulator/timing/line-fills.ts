/**
 * Cache lines on their way over the bus: the word that was asked for first, the rest at the memory's pace, two at a time.
 *
 * Source: Cortex-M7 TRM 2.4 (AXI master, two line-fill buffers, critical word first); cycles of each memory from the chip's
 * data. Times are cycles after the processor's epoch, which may move: what is further ahead than any fill can be is over.
 */
import { at } from '../../base/index.ts';
import type { MemoryTiming } from './types.ts';

/** Longer than any chain of fills; a time this far ahead was taken before the epoch moved. */
const horizon = 4096;

export const isAhead = (time: number, now: number): boolean => time > now && time - now < horizon;

type Fill = { line: number; firstWord: number; arrival: number; end: number; bytesPerCycle: number };

export type LineFills = {
  /** Begins to fetch the line of `address`; returns the cycle in which the word there arrives. */
  begin(address: number, memory: MemoryTiming, now: number): number;
  /** The cycle in which the word at `address` of a line under way arrives, `now` or earlier if it is there. */
  arrival(address: number, now: number): number;
  /** The cycle in which the line of `address` is complete. */
  end(address: number, now: number): number;
  /** Keeps the bus for `cycles` after what it does now. */
  occupy(cycles: number, now: number): void;
};

export function createLineFills(buffers: number, lineBytes: number): LineFills {
  const fills: Fill[] = Array.from({ length: buffers }, () => ({
    line: -1,
    firstWord: 0,
    arrival: 0,
    end: 0,
    bytesPerCycle: 4,
  }));
  let busFree = 0;
  const lineOf = (address: number): number => Math.floor((address >>> 0) / lineBytes);
  const find = (address: number, now: number): Fill | undefined => {
    const line = lineOf(address);
    for (const fill of fills) if (fill.line === line && isAhead(fill.end, now)) return fill;
    return undefined;
  };
  const earliestBuffer = (now: number): Fill => {
    let best = at(fills, 0);
    for (const fill of fills) {
      if (!isAhead(fill.end, now)) return fill;
      if (fill.end < best.end) best = fill;
    }
    return best;
  };
  return {
    begin(address, memory, now) {
      const fill = earliestBuffer(now);
      const request = isAhead(fill.end, now) ? fill.end : now;
      const busy = isAhead(busFree, now) ? busFree : now;
      fill.line = lineOf(address);
      fill.firstWord = address & (lineBytes - 4);
      fill.arrival = Math.max(request + memory.firstWordCycles, busy);
      fill.bytesPerCycle = memory.bytesPerCycle;
      fill.end = fill.arrival + lineBytes / memory.bytesPerCycle;
      busFree = fill.end;
      return fill.arrival;
    },
    arrival(address, now) {
      const fill = find(address, now);
      if (fill === undefined) return now;
      // Beats wrap around the line from the first word's.
      const distance = ((address & -4) - fill.firstWord) & (lineBytes - 1);
      return (
        fill.arrival + Math.floor((distance + (fill.firstWord % fill.bytesPerCycle)) / fill.bytesPerCycle)
      );
    },
    end: (address, now) => find(address, now)?.end ?? now,
    occupy(cycles, now) {
      busFree = (isAhead(busFree, now) ? busFree : now) + cycles;
    },
  };
}
