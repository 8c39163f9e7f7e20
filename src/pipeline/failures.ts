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
