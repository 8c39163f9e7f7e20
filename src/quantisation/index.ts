/** Door of `quantisation`: float networks run, calibrated, made int8. */
export { calibrate, observeTensors, type TensorObservers } from './calibrate.ts';
export { runFloat } from './float/run-float.ts';
export { quantise } from './quantise.ts';
export type { Calibration, QuantiseOptions, Range, RangeMethod } from './types.ts';
