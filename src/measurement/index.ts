/** Door of `measurement`: figures of one model, and the verdicts on them. */
export type * from './types.ts';
