/** Door of `config`: `mcunet.yml` as plain numbers. */
export type * from './types.ts';
