/** Door of `code`: generated C. */
export { generateCode } from './generate-code.ts';
export type { SourceTree } from './types.ts';
