/** Door of `code`: generated C. */
export type { OperatorSymbol, SourceTree } from './types.ts';
