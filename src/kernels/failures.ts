/** What the user can do something about in this room. */
import { at, Failure, type OperatorProblem } from '../base/index.ts';
import type { Graph, Op } from '../graph/index.ts';
import type { Target } from '../target/index.ts';

const simplify =
  'give it fewer dimensions, or a smaller last one, in the training script; or split it into several operators';

/** No kernel of the catalogue computes this operator as it stands in the network. */
export function kernelMissing(op: Op, target: Target): Failure {
  return new Failure({
    code: 'KERNEL_MISSING',
    kind: 'model',
    message: `no ${op.kind} kernel computes it on ${target.name}`,
    where: `operator ${op.index} "${op.name}"`,
    hint: simplify,
  });
}

/** All such operators of a network, at once. */
export function kernelsMissing(ops: readonly Op[], { tensors }: Graph, target: Target): Failure {
  const shapeOf = (id: number): string => `[${at(tensors, id).shape}]`;
  const problems = ops.map((op): OperatorProblem => {
    const { kind, name, index: operator } = op;
    const shapes = `${op.inputs.map(shapeOf).join(', ')} to ${shapeOf(op.output)}`;
    return { operator, kind, name, reason: `no kernel computes it from ${shapes}`, hint: simplify };
  });
  const message = `the network needs kernels that ${target.name} has not`;
  return new Failure({ code: 'KERNEL_MISSING', kind: 'model', message, problems });
}
