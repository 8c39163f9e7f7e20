/**
 * The instruction cache: a block asks for its lines only if a line was replaced since it last ran (each replacement raises
 * `epoch`), so that a loop that stays in the cache pays one comparison a block.
 *
 * Source: Cortex-M7 TRM 2.1 and 5; least-recently-used among two ways, by the blocks' look-ups.
 */

import type { CacheShape } from '../chips/types.ts';
import type { LineFills } from './line-fills.ts';
import { causeIndex, type Statistics } from './statistics.ts';
import type { MemoryTiming } from './types.ts';

export type InstructionCache = {
  /** Its first element is the epoch. */
  readonly epoch: Int32Array;
  /** By block number: the epoch in which all lines of the block were there. */
  readonly seen: Int32Array;
  /** Number of the block from `start` up to, not including, `end`. */
  blockNumber(start: number, end: number): number;
  /** Cycles that the block waits for its lines. */
  enter(block: number, now: number): number;
  enable(isOn: boolean): void;
  invalidateAll(): void;
};

/** Blocks that have a number of their own; those beyond look their lines up each time. */
const numberedBlocks = 1 << 18;
const noLine = 0x7fff_ffff;

export function createInstructionCache(
  { bytes, ways, lineBytes }: CacheShape,
  fills: LineFills,
  memoryAt: (address: number) => MemoryTiming,
  statistics: Statistics,
): InstructionCache {
  const setMask = bytes / ways / lineBytes - 1;
  const tags = new Int32Array((setMask + 1) * ways).fill(noLine);
  const epoch = new Int32Array(1).fill(1);
  const seen = new Int32Array(numberedBlocks + 1);
  const ranges: { first: number; last: number }[] = [];
  const numbers = new Map<string, number>();
  let isOn = false;
  const missCount = causeIndex('instructionCacheMisses');
  const missCycles = causeIndex('instructionCacheCycles');

  const raiseEpoch = (): void => {
    epoch[0] = ((epoch[0] ?? 0) + 1) | 0;
  };
  const fetchLine = (line: number, now: number): number => {
    const first = (line & setMask) * ways;
    let place = first;
    while (place < first + ways - 1 && tags[place] !== line) place += 1;
    const isHit = tags[place] === line;
    tags.copyWithin(first + 1, first, place);
    tags[first] = line;
    if (isHit) return 0;
    raiseEpoch();
    const wait = fills.begin(line * lineBytes, memoryAt(line * lineBytes), now) - now;
    statistics[missCount] = (statistics[missCount] ?? 0) + 1;
    statistics[missCycles] = (statistics[missCycles] ?? 0) + wait;
    return wait;
  };

  return {
    epoch,
    seen,
    blockNumber(start, end) {
      const key = `${start}:${end}`;
      const known = numbers.get(key);
      if (known !== undefined) return known;
      const number = ranges.length;
      ranges.push({ first: start >>> 5, last: (end - 1) >>> 5 });
      numbers.set(key, number);
      return number;
    },
    enter(block, now) {
      const range = ranges[block];
      if (range === undefined || !isOn) return 0;
      let wait = 0;
      for (let line = range.first; line <= range.last; line += 1) wait += fetchLine(line, now + wait);
      if (block < numberedBlocks) seen[block] = epoch[0] ?? 0;
      return wait;
    },
    enable(on) {
      if (on !== isOn) tags.fill(noLine);
      isOn = on;
      raiseEpoch();
    },
    invalidateAll() {
      tags.fill(noLine);
      raiseEpoch();
    },
  };
}
