/** Seeded random integers for tests. */

/** Numbers from `low` to `high`, both included, the same ones for the same seed. */
export function seededIntegers(seed: number): (low: number, high: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (low, high) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + Math.floor((state / 2 ** 32) * (high - low + 1));
  };
}
