/** Types of operators over one dimension, and of casts. */
import type { Multiplier, OpBase } from './types.ts';

/** The first place of the largest or the smallest value along an axis, which the output lacks; an int32. */
export type ArgExtremum = OpBase & { readonly kind: 'argMax' | 'argMin'; readonly axis: number };

/** Over the last dimension. */
export type Softmax = OpBase & {
  readonly kind: 'softmax';
  readonly multiplier: Multiplier;
  /** Differences from the row's maximum below this give 0 (negative). */
  readonly diffMin: number;
};

/** Over the last dimension, in 1/16. */
export type LogSoftmax = OpBase & {
  readonly kind: 'logSoftmax';
  readonly multiplier: Multiplier;
  /** Differences from the row's maximum below this do not count (negative). */
  readonly diffMin: number;
  /** From fixed point back to differences. */
  readonly reverseMultiplier: Multiplier;
};

/** Each row of the last dimension, less the zero point, divided by its Euclidean length, in 1/128. */
export type L2Normalise = OpBase & { readonly kind: 'l2Normalise' };

/** Whole numbers as those of another type, which keeps the lower bits of what does not fit. */
export type Cast = OpBase & { readonly kind: 'cast' };
