/** Door of `cost`: what a network costs on a board, from its configuration alone. */
export { costBreakdown, costOf } from './cost-of.ts';
export type { CostPolicy } from './types.ts';
