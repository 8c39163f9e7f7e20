/**
 * First fit: buffers in turn, each at the lowest offset that its placed neighbours leave free. Searches place hundreds of
 * thousands of orders that differ little from the one before, so only what changes is placed anew.
 */
import { at } from '../base/index.ts';
import type { Neighbour } from './neighbours.ts';

export type Arrangement = { readonly offsets: readonly number[]; readonly arenaBytes: number };

/** What an order takes over from an arrangement: the buffers before `turn`, where both orders are the same. */
type Kept = { readonly offsets: readonly number[]; readonly turn: number };

export type FirstFit = {
  place(order: readonly number[]): Arrangement;
  /** `undefined` where the arena is larger than `mostBytes`. */
  placeWithin(mostBytes: number, order: readonly number[], kept: Kept): Arrangement | undefined;
};

const unplaced = -1;

/** `sizes` in bytes, multiples of the alignment; `neighbours` of each buffer, both by buffer. */
export function firstFit(sizes: readonly number[], neighbours: readonly (readonly Neighbour[])[]): FirstFit {
  const most = neighbours.reduce((count, each) => Math.max(count, each.length), 0);
  // Ends of what the buffer in turn must not start within.
  const afters = new Float64Array(most);
  const befores = new Float64Array(most);

  const lowestFree = (id: number, offsets: readonly number[]): number => {
    let count = 0;
    for (const { other, after, before } of at(neighbours, id)) {
      const base = offsets[other] ?? unplaced;
      if (base < 0 || base + before <= 0) continue;
      afters[count] = base + after;
      befores[count] = base + before;
      count++;
    }
    let offset = 0;
    for (let isRaised = true; isRaised; ) {
      isRaised = false;
      for (let range = 0; range < count; range++) {
        const before = befores[range] ?? 0;
        if (before <= offset || (afters[range] ?? 0) >= offset) continue;
        offset = before;
        isRaised = true;
      }
    }
    return offset;
  };

  const place = (order: readonly number[], kept: Kept, mostBytes: number): Arrangement => {
    const offsets = new Array<number>(sizes.length).fill(unplaced);
    let arenaBytes = 0;
    let turn = 0;
    for (const id of order) {
      const offset = turn < kept.turn ? at(kept.offsets, id) : lowestFree(id, offsets);
      turn++;
      offsets[id] = offset;
      arenaBytes = Math.max(arenaBytes, offset + at(sizes, id));
      if (arenaBytes > mostBytes) break;
    }
    return { offsets, arenaBytes };
  };

  return {
    place: (order) => place(order, { offsets: [], turn: 0 }, Number.POSITIVE_INFINITY),
    placeWithin: (mostBytes, order, kept) => {
      const arrangement = place(order, kept, mostBytes);
      return arrangement.arenaBytes > mostBytes ? undefined : arrangement;
    },
  };
}
