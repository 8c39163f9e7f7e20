/** Door of `config`: `mcunet.yml` as plain numbers. */
export type { ConfigProblem } from './failures.ts';
export { configJsonSchema, parseConfig } from './parse-config.ts';
export type * from './types.ts';
