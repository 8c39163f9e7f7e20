/**
 * When the bytes of an instruction have arrived: aligned chunks of 64 bits, one a cycle, as far ahead as the queue holds.
 *
 * Source: Cortex-M7 TRM 2.1 (64-bit fetch, four-entry queue). `lead` chunks are there when a block begins: the prefetch unit
 * runs ahead of a predicted branch.
 */
import type { CoreTiming } from './types.ts';

export type FetchQueue = {
  /** The first cycle in which an instruction that ends before `end` can issue. */
  arrival(end: number): number;
  /** Tells that an instruction that begins at `address` issued in `cycle`: chunks before it make room. */
  consume(address: number, cycle: number): void;
};

export function createFetchQueue(
  start: number,
  { bytesPerCycle, queueEntries, lead }: CoreTiming['fetch'],
): FetchQueue {
  const first = Math.floor(start / bytesPerCycle);
  const arrivals: number[] = [];
  /** Cycle in which each chunk left the queue. */
  const departures: number[] = [];
  const arrivalOf = (chunk: number): number => {
    while (arrivals.length <= chunk) {
      const next = arrivals.length;
      const before = arrivals[next - 1] ?? -lead;
      const room = departures[next - queueEntries] ?? Number.NEGATIVE_INFINITY;
      arrivals.push(Math.max(before + 1, room + 1));
    }
    return Math.max(0, arrivals[chunk] ?? 0);
  };
  return {
    arrival: (end) => arrivalOf(Math.floor((end - 1) / bytesPerCycle) - first),
    consume(address, cycle) {
      const chunk = Math.floor(address / bytesPerCycle) - first;
      while (departures.length < chunk) departures.push(cycle);
    },
  };
}
