/** Reads through chains of reshapes, and removes those that change neither shape nor quantisation. */
import { at } from '../../base/index.ts';
import { sameQuantization } from '../quantisation.ts';
import { findProducers } from '../rewrite.ts';
import { sameShape } from '../shape.ts';
import type { Graph, Op, Tensor, TensorId } from '../types.ts';

export function mergeReshapes(graph: Graph): Graph {
  const producers = findProducers(graph);
  /** The first tensor of the chain of reshapes that each ends: the same bytes. */
  const origins = graph.tensors.map(({ id }) => id);
  for (const op of graph.ops) if (op.kind === 'reshape') origins[op.output] = at(origins, at(op.inputs, 0));
  const originOf = (id: TensorId): TensorId => at(origins, id);
  /** The earliest tensor of the chain that reads the same as this one. */
  const substituteOf = (id: TensorId): TensorId => {
    const producer = producers[id];
    if (producer?.kind !== 'reshape') return id;
    const origin = originOf(id);
    return readsTheSame(at(graph.tensors, origin), at(graph.tensors, id)) ? origin : id;
  };
  const ops = graph.ops.map(
    (op): Op => ({ ...op, inputs: op.inputs.map(op.kind === 'reshape' ? originOf : substituteOf) }),
  );
  const outputs = graph.outputs.map((edge) => {
    const substitute = substituteOf(edge.tensor);
    // An output that is an input or a constant has no operator to write it; the reshape stays to copy it.
    return producers[substitute] === undefined ? edge : { ...edge, tensor: substitute };
  });
  return { ...graph, ops, outputs };
}

function readsTheSame(a: Tensor, b: Tensor): boolean {
  return sameShape(a.shape, b.shape) && sameQuantization(a, b);
}
