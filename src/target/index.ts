/** Door of `target`: boards as data. */
export type { MemoryRegion, Target } from './types.ts';
