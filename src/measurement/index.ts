/** Door of `measurement`: figures of one model, and the verdicts on them. */
export { checkBudgets, checkRegression } from './budgets.ts';
export { estimateLatency } from './latency.ts';
export { type MeasureInput, measure } from './measure.ts';
export { type SimulatedInference, simulateInferences } from './simulate-inference.ts';
export type * from './types.ts';
