/** Door of `quantisation`: float networks run, calibrated, made int8. */
export { calibrate, countSamples, observeTensors } from './calibrate.ts';
export { equalise } from './equalise.ts';
export { convolve } from './float/convolution.ts';
export { convolveDepthwise } from './float/depthwise.ts';
export { type ImageBatch, placeWindow } from './float/images.ts';
export { multiply } from './float/matrix.ts';
export { runFloat } from './float/run-float.ts';
export { foldConstants } from './fold-constants.ts';
export { quantise } from './quantise.ts';
export { quantisableOperators } from './rules.ts';
export type { Calibration, QuantiseOptions, RangeMethod } from './types.ts';
