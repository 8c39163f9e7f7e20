/** Failures of naming a board. */
import { Failure } from '../base/index.ts';

export const targetUnknown = (name: string, known: readonly string[], nearest: string | undefined): Failure =>
  new Failure({
    code: 'TARGET_UNKNOWN',
    kind: 'usage',
    message: `unknown target "${name.slice(0, 60)}"`,
    hint: `${nearest === undefined ? '' : `did you mean ${nearest}? `}known targets: ${known.join(', ')}`,
    data: { name, known },
  });
