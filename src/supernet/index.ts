/** Door of `supernet`: shared weights in, networks with their calibration out. */
export { type Extracted, extract, normalise } from './extract.ts';
export { readSupernet, tensorsFileOf } from './read-supernet.ts';
export type { Supernet } from './types.ts';
