/** What the user can do something about in this room. */
import { Failure } from '../base/index.ts';
import type { Op } from '../graph/index.ts';
import type { Target } from '../target/index.ts';

/** No kernel of the catalogue computes this operator as it stands in the network. */
export function kernelMissing(op: Op, target: Target): Failure {
  return new Failure({
    code: 'KERNEL_MISSING',
    kind: 'model',
    message: `no ${op.kind} kernel computes it on ${target.name}`,
    where: `operator ${op.index} "${op.name}"`,
    hint: 'change the operator in the network, for example by splitting it',
  });
}
