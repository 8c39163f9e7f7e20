/** Turns operators that copy their input byte for byte into reshapes, which cost nothing. */
import { at } from '../../base/index.ts';
import { rangeOf } from '../element-types.ts';
import { sameQuantization } from '../quantisation.ts';
import { sameShape } from '../shape.ts';
import { memoryRoots, statesOf } from '../states.ts';
import type { Graph, Op, Transpose } from '../types.ts';

export function findIdentities(graph: Graph): Graph {
  const roots = memoryRoots(graph);
  const kept = new Set(statesOf(graph).map((state) => state.tensor));
  const ops = graph.ops.map((op): Op => {
    // What reads a state may be the copy that outlives it.
    if (kept.has(at(roots, at(op.inputs, 0))) || !isIdentity(op, graph)) return op;
    const { index, name, inputs, output } = op;
    return { kind: 'reshape', index, name, inputs, output };
  });
  return { ...graph, ops };
}

function isIdentity(op: Op, graph: Graph): boolean {
  switch (op.kind) {
    case 'pad':
      return [...op.before, ...op.after].every((count) => count === 0);
    case 'transpose':
      return keepsOrder(op, graph);
    case 'slice':
      return (
        op.stride.every((step) => step === 1) &&
        sameShape(inputOf(op, graph).shape, at(graph.tensors, op.output).shape)
      );
    case 'concatenation':
      return op.inputs.length === 1;
    case 'requantize':
    case 'relu': {
      const output = at(graph.tensors, op.output);
      const { min, max } = rangeOf(output.type);
      return (
        op.clamp.min === min &&
        op.clamp.max === max &&
        inputOf(op, graph).type === output.type &&
        sameQuantization(inputOf(op, graph), output)
      );
    }
    default:
      return false;
  }
}

/** Whether a transpose moves nothing but dimensions of size 1. */
function keepsOrder(op: Transpose, graph: Graph): boolean {
  const { shape } = inputOf(op, graph);
  const moved = op.permutation.filter((axis) => at(shape, axis) > 1);
  return moved.every((axis, position) => position === 0 || axis > at(moved, position - 1));
}

function inputOf(op: Op, graph: Graph): Graph['tensors'][number] {
  return at(graph.tensors, at(op.inputs, 0));
}
