/** Whether sums of products are too large for two channels of weights to share a word. */

/** A sum of products that two channels have room for in one word, as `matrix.ts` says. */
const joinedSum = 2 ** 22;

/** Planners ask for the same operator again and again. */
const knownLarge = new WeakMap<Int8Array, boolean>();

/** @param depth products of a sum; channels lie one behind the other */
export function isLarge(weights: Int8Array, depth: number): boolean {
  if (depth * 128 * 128 < joinedSum) return false;
  const known = knownLarge.get(weights) ?? hasLargeSum(weights, depth);
  knownLarge.set(weights, known);
  return known;
}

function hasLargeSum(weights: Int8Array, depth: number): boolean {
  for (let start = 0; start < weights.length; start += depth) {
    let low = 0;
    let high = 0;
    for (let i = start; i < start + depth; i++) {
      const weight = weights[i] ?? 0;
      low += weight > 0 ? 128 * weight : -127 * weight;
      high += weight > 0 ? 127 * weight : -128 * weight;
    }
    if (Math.max(low, high) >= joinedSum) return true;
  }
  return false;
}
