/** How well one order agrees with another. */
import { at, invariant } from '../base/index.ts';

/**
 * Kendall's tau-b of two lists of equal length: 1 where both order alike, -1 where one reverses the other; ties count for
 * neither side. `undefined` where a list has fewer than two different values, so that it orders nothing. Source: Kendall,
 * "The treatment of ties in ranking problems" (Biometrika, 1945).
 */
export function kendallTau(first: readonly number[], second: readonly number[]): number | undefined {
  invariant(first.length === second.length, 'two orders of the same things');
  let agreement = 0;
  let firstUntied = 0;
  let secondUntied = 0;
  for (let i = 0; i < first.length; i++) {
    for (let j = 0; j < i; j++) {
      const inFirst = Math.sign(at(first, i) - at(first, j));
      const inSecond = Math.sign(at(second, i) - at(second, j));
      agreement += inFirst * inSecond;
      firstUntied += Math.abs(inFirst);
      secondUntied += Math.abs(inSecond);
    }
  }
  if (firstUntied === 0 || secondUntied === 0) return undefined;
  return agreement / Math.sqrt(firstUntied * secondUntied);
}
