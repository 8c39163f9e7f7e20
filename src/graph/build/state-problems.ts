/** What operators keep is theirs alone: nothing else reads it, and no output of the network lies in it. */
import { at, type OperatorProblem } from '../../base/index.ts';
import type { Model } from '../../model/index.ts';
import { edgeProblem } from '../failures.ts';
import { changedStates } from '../states.ts';
import type { Edge, Op } from '../types.ts';

const hint =
  'give each recurrent operator variable tensors of its own, as the converter does, and read its output';

export function stateProblems(
  { tensors, operators }: Model,
  ops: readonly Op[],
  outputs: readonly Edge[],
): readonly OperatorProblem[] {
  const owners = new Map<number, Op>();
  const problems: OperatorProblem[] = [];
  const report = ({ index }: Op, state: number, reason: string): void => {
    // The file counts operators that name variables as well, which are none of the model's.
    const kind = operators.find((operator) => operator.index === index)?.options.op ?? '';
    const { name } = at(tensors, state);
    problems.push({ operator: index, kind, name, reason, hint });
  };
  for (const op of ops.filter(({ kind }) => kind === 'svdf' || kind === 'lstm'))
    for (const state of changedStates(op)) {
      if (owners.has(state)) report(op, state, 'its state is that of another operator or another of its own');
      owners.set(state, op);
    }
  for (const op of ops)
    for (const input of new Set(op.inputs)) {
      const owner = owners.get(input);
      if (owner !== undefined && owner !== op)
        report(op, input, `it reads the state of operator ${owner.index}`);
    }
  for (const { tensor, name } of outputs)
    if (owners.has(tensor)) problems.push(edgeProblem('output', name, 'it is the state of an operator'));
  return problems;
}
