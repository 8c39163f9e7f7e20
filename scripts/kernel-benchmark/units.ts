/** Values between -1 and 1 from a seed, for weights and factors. */

/** By xorshift32 (Marsaglia 2003). */
export function unitsOf(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}
