/** User errors of `code`. */
import { Failure } from '../base/index.ts';

/** A network without inputs or without outputs cannot be called. */
export function edgelessNetwork(direction: 'input' | 'output'): Failure {
  return new Failure({
    code: 'CODE_NETWORK_WITHOUT_EDGE',
    kind: 'model',
    message: `the network has no ${direction}`,
    hint: `export the model with at least one ${direction}`,
  });
}
