/** Gives a standalone relu's bounds to the operator before it, where the relu does nothing but bound. */
import { at } from '../../base/index.ts';
import { clampTo, sameQuantization } from '../quantisation.ts';
import { countReaders } from '../rewrite.ts';
import type { Graph, Op, Relu, TensorId } from '../types.ts';

type Clamped = Extract<Op, { readonly clamp: unknown }>;

export function fuseActivations(graph: Graph): Graph {
  const readers = countReaders(graph);
  const ops: Op[] = [];
  const positions = new Map<TensorId, number>();
  for (const op of graph.ops) {
    const position = positions.get(at(op.inputs, 0));
    const producer = position === undefined ? undefined : ops[position];
    if (
      isBound(op, graph) &&
      isFusible(producer) &&
      readers[producer.output] === 1 &&
      position !== undefined
    ) {
      ops[position] = fuse(producer, op);
      positions.set(op.output, position);
    } else {
      positions.set(op.output, ops.length);
      ops.push(op);
    }
  }
  return { ...graph, ops };
}

/** With the same scale and zero point on both sides the relu's factor is 1, exactly. */
function isBound(op: Op, graph: Graph): op is Relu {
  return (
    op.kind === 'relu' && sameQuantization(at(graph.tensors, at(op.inputs, 0)), at(graph.tensors, op.output))
  );
}

function isFusible(op: Op | undefined): op is Clamped {
  return op !== undefined && 'clamp' in op;
}

/** Bounding twice is bounding once by the bounded bounds. */
function fuse(producer: Clamped, relu: Relu): Op {
  const clamp = {
    min: clampTo(producer.clamp.min, relu.clamp),
    max: clampTo(producer.clamp.max, relu.clamp),
  };
  return { ...producer, name: relu.name, output: relu.output, clamp };
}
