/** Door of `evaluation`: the generated C run on this machine, over raw inputs or over a data set. */
export { evaluate } from './evaluate.ts';
export { closeHostModel, compileForHost, runnerProgram, runOnHost } from './host-model.ts';
export { areaUnderCurve, topK } from './metrics.ts';
export type { Accuracy } from './types.ts';
