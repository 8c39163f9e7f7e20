/** Door of `report`: the schema and its renderings. */
export { reportSchema } from './schema.ts';
export type * from './types.ts';
