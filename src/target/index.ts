/** Door of `target`: boards as data. */
export { findTarget, targets } from './find-target.ts';
export type { MemoryRegion, Target } from './types.ts';
