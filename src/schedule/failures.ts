/** User errors of `schedule`. */
import { Failure } from '../base/index.ts';

/** A network whose input or output is a constant: no operator computes it, so there is nothing to run. */
export function constantEdge(name: string): Failure {
  return new Failure({
    code: 'SCHEDULE_EDGE_CONSTANT',
    kind: 'model',
    message: 'an input or output of the network is a constant',
    where: `tensor ${JSON.stringify(name)}`,
    hint: 'remove it from the inputs and outputs of the model',
  });
}
