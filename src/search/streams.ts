/** Streams of random numbers: each use draws from its own, so that none disturbs another. */
export const streams = { survey: 1, evolution: 2, random: 3, folds: 4, probe: 5 } as const;
