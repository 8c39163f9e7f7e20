/** Door of `evaluation`: the generated C run on this machine, over raw inputs or over a data set. */
export { loadDataset } from './dataset.ts';
export { evaluate } from './evaluate.ts';
export { closeHostModel, compileForHost, runnerProgram, runOnHost } from './host-model.ts';
export { areaUnderCurve, topK } from './metrics.ts';
export { sampleInputs, toQuantised } from './sample-inputs.ts';
export type { Accuracy } from './types.ts';
