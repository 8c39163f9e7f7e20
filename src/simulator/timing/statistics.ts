/** Where cycles beyond the static schedule went, and how often; counted on the slow paths, so it is free elsewhere. */

const stallCauses = [
  'dataCacheMisses',
  'dataCacheCycles',
  'storeMisses',
  'storeBufferCycles',
  'evictions',
  'instructionCacheMisses',
  'instructionCacheCycles',
  'mispredictions',
  'mispredictionCycles',
  'bankConflictCycles',
  'twoLinesCycles',
  'storeToLoadCycles',
  'deviceCycles',
  /** Not a stall: cycles in which two instructions issued, counted where a profile is. */
  'dualIssuedCycles',
] as const;
export type StallCause = (typeof stallCauses)[number];

/** One number a cause, by its place in `stallCauses`. */
export type Statistics = Float64Array;

export const createStatistics = (): Statistics => new Float64Array(stallCauses.length);

const indices = new Map(stallCauses.map((cause, index) => [cause, index]));

/** Looked up once by who counts: slow paths are still hot. */
export const causeIndex = (cause: StallCause): number => indices.get(cause) ?? -1;

export type StallCounts = Readonly<Record<StallCause, number>>;

export function readStatistics(statistics: Statistics): StallCounts {
  const entries = stallCauses.map((cause, index) => [cause, statistics[index] ?? 0]);
  return Object.fromEntries(entries) as Record<StallCause, number>;
}
