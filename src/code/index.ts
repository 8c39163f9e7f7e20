/** Door of `code`: generated C. */
export { type CodeOptions, generateCode } from './generate-code.ts';
export type { OperatorSymbol, SourceTree } from './types.ts';
