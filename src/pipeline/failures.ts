/** Failures of choosing what to verify. */
import { Failure } from '../base/index.ts';

export const modelNotFound = (name: string, pattern: string): Failure =>
  new Failure({
    code: 'MODEL_NOT_FOUND',
    kind: 'usage',
    message: `no file matches '${pattern}'`,
    where: `models: ${name}`,
    hint: 'paths and globs are relative to mcunet.yml; commit the model, or remove it from the list',
  });

export const untrainedAccuracy = (name: string): Failure =>
  new Failure({
    code: 'ACCURACY_UNTRAINED',
    kind: 'usage',
    message: 'a net configuration has no trained weights, so that a limit on its accuracy cannot be judged',
    where: `models: ${name}`,
    hint: 'remove the limits on accuracy from this model, or give the trained network as a .tflite file',
  });
