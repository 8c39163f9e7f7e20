/** Failures of this room: inputs that do not fit the network. */
import { Failure } from '../base/index.ts';

export function inputMismatch(message: string, where?: string): Failure {
  return new Failure({ code: 'REFERENCE_INPUT_MISMATCH', kind: 'usage', message, where });
}
