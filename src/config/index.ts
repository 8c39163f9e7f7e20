/** Door of `config`: `mcunet.yml` as plain numbers. */
export type { ConfigProblem } from './failures.ts';
export { configJsonSchema, parseConfig } from './parse-config.ts';
export { type AskedLimits, searchWithin } from './search-within.ts';
export type * from './types.ts';
