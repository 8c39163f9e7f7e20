/** Small .tflite files for tests of the edges. */
import { buildTflite, int8Value, int8Weights, type NetworkSpec } from './tflite-builder.ts';

/** Fully connected, 4 inputs to 3 scores. */
export function scoresNetwork(): NetworkSpec {
  return {
    tensors: [int8Value([1, 4]), int8Weights([3, 4]), int8Value([1, 3])],
    operators: [
      {
        inputs: [0, 1, -1],
        outputs: [2],
        options: { op: 'FULLY_CONNECTED', activation: 'none', keepDims: false },
      },
    ],
    inputs: [0],
    outputs: [2],
  };
}

export const scoresModel = (): Uint8Array => buildTflite(scoresNetwork());
