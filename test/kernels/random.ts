/** Seeded random choices, so that a failing case can be had again. */
import { at } from '../../src/base/index.ts';

export type Random = {
  /** Integer in low ... high, both included. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
  choose<T>(values: readonly T[]): T;
  int8s(count: number): Int8Array;
};

/** The mulberry32 generator. */
export function seededRandom(seed: number): Random {
  let state = seed;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1));
  return {
    integer,
    chance: (probability) => unit() < probability,
    choose: (values) => at(values, integer(0, values.length - 1)),
    int8s: (count) => Int8Array.from({ length: count }, () => integer(-128, 127)),
  };
}
