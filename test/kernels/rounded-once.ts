/** Operators whose results are rounded once: factors without a shift, as networks of ONNX have them. */
import type { Graph, Op } from '../../src/graph/index.ts';

/** The same operator with the factor of every channel as one without a shift to the right. */
export function roundedOnce(graph: Graph): Graph {
  const plain = (op: Op): Op => {
    if (!('multipliers' in op)) return op;
    const multipliers = op.multipliers.map(({ multiplier, shift }) => ({
      multiplier: Math.round(multiplier * 2 ** Math.min(shift, 0)),
      shift: 0,
    }));
    return { ...op, multipliers };
  };
  return { ...graph, ops: graph.ops.map(plain) };
}
