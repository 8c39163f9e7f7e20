/** Door of `evaluation`: networks run on this machine, over raw inputs or over data sets, compiled or as data. */
export { accuracyOver } from './accuracy-over.ts';
export { type CalibrationSource, readCalibration } from './calibration.ts';
export { loadDataset, readSamples } from './dataset.ts';
export { type Engine, openEngine } from './engine.ts';
export { evaluate } from './evaluate.ts';
export { closeHostModel, compileForHost, runnerProgram, runOnHost } from './host-model.ts';
export { areaUnderCurve, crossEntropy, topK } from './metrics.ts';
export { sampleInputs, toQuantised } from './sample-inputs.ts';
export type { Accuracy, ImagePreparation } from './types.ts';
