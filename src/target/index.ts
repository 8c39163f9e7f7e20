/** Door of `target`: boards as data. */
export { findTarget, targets } from './find-target.ts';
export type { Target } from './types.ts';
