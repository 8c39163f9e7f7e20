/** Door of `evaluation`: the generated C run on this machine, over raw inputs or over a data set. */
export { evaluate } from './evaluate.ts';
export { closeHostModel, compileForHost, type HostModel, runnerProgram, runOnHost } from './host-model.ts';
export { areaUnderCurve, topK } from './metrics.ts';
export type { Accuracy, AccuracyMetric, Dataset, DatasetSource } from './types.ts';
