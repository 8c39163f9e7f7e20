/** Caps on what a file may claim, so that no file costs much time or memory whatever its bytes say. */
import { tooLarge } from '../failures.ts';

/** Generous beside any microcontroller, whose flash holds 2 MiB at most. */
export const limits = {
  fileBytes: 67_108_864,
  tensors: 20_000,
  operators: 10_000,
  operatorCodes: 1_000,
  dimensions: 8,
  elementsPerTensor: 67_108_864,
  /** Sums over the whole network: a file may point to one long vector from many places. */
  constantBytes: 67_108_864,
  /** What a network keeps between inferences has no bytes in the file, and is made as soon as the graph is built. */
  stateBytes: 16_777_216,
  nameBytes: 4_194_304,
  /** Small, since all of them may have to appear in one message. */
  customNameBytes: 16_384,
  connections: 200_000,
  scales: 1_048_576,
} as const;

/**
 * Some kernels multiply two scales and divide by a third in single precision, which scales within these bounds cannot
 * overflow; those of real networks are far inside them.
 */
const largestScale = 2 ** 32;
const smallestValueScale = 2 ** -60;

/** Negative scales occur in real per-axis weights (a negative batch-normalisation factor folded in). */
export function isUsableScale(scale: number, isConstant: boolean): boolean {
  const isLargeEnough = isConstant ? scale !== 0 : scale >= smallestValueScale;
  // NaN is within no bounds.
  return isLargeEnough && Math.abs(scale) <= largestScale;
}

/** Refuses a value beyond its limit. */
export function checkLimit(what: string, value: number, limit: number): void {
  if (value > limit) throw tooLarge(what, value, limit);
}

/** A running sum that is refused once it passes its limit. */
export type Allowance = (amount: number) => void;

export function allowance(what: string, limit: number): Allowance {
  let total = 0;
  return (amount) => {
    total += amount;
    checkLimit(what, total, limit);
  };
}
