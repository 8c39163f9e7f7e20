/** What a network keeps from one invocation to the next, as the rooms ask for it. */
import { at } from '../base/index.ts';
import type { State } from './recurrent-types.ts';
import type { Graph, Op, TensorId } from './types.ts';

/** None where every invocation is as the first. */
export function statesOf({ states = [] }: Graph): readonly State[] {
  return states;
}

/** Tensors of states whose memory an operator changes: what reads them otherwise has to run before it. */
export function changedStates(op: Op): readonly TensorId[] {
  switch (op.kind) {
    case 'store':
    case 'svdf':
      return [at(op.inputs, 1)];
    case 'lstm':
      return [at(op.inputs, 1), at(op.inputs, 2)];
    default:
      return [];
  }
}

/** For each tensor the first tensor of its chain of reshapes; what stores a state gives the state's own memory. */
export function memoryRoots(graph: Graph): readonly TensorId[] {
  const roots = graph.tensors.map((tensor) => tensor.id);
  for (const op of graph.ops) {
    if (op.kind === 'reshape') roots[op.output] = at(roots, at(op.inputs, 0));
    if (op.kind === 'store') roots[op.output] = at(roots, at(op.inputs, 1));
  }
  return roots;
}
