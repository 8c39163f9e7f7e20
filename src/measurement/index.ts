/** Door of `measurement`: figures of one model, and the verdicts on them. */
export { checkBudgets } from './budgets.ts';
export { estimateLatency } from './latency.ts';
export { type MeasureInput, measure, type StepSymbol } from './measure.ts';
export type * from './types.ts';
