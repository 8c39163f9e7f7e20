/** Operators whose results are rounded once, as networks of ONNX have them. */
import type { Graph, Multiplier, Op } from '../../src/graph/index.ts';

/** The same operator with the factor of every channel as one without a shift to the right. */
export function roundedOnce(graph: Graph): Graph {
  return withFactors(graph, ({ multiplier, shift }) => ({
    multiplier: Math.round(multiplier * 2 ** Math.min(shift, 0)),
    shift: 0,
  }));
}

/** Kernels round once by a shift where no sum leaves an int32 that is shifted by 16 more, and only int8 bounds results. */
function canShift(op: Op): boolean {
  if (!('multipliers' in op) || op.clamp.min > -128 || op.clamp.max < 127) return false;
  const most =
    op.bias.reduce((least, value) => Math.max(least, Math.abs(value)), 0) +
    (op.weights.length / op.bias.length) * 2 ** 15;
  return (
    most < 2 ** 26 &&
    op.multipliers.every(
      ({ multiplier, shift }) =>
        multiplier >= 2 ** 30 && shift < 0 && shift >= -14 && most * 2 ** (16 + shift) < 2 ** 31,
    )
  );
}

/** The same operator, its factors as they are but rounded once; as it is where they cannot be. */
export function roundedOnceByShifts(graph: Graph): Graph {
  return graph.ops.every(canShift) ? withFactors(graph, (factor) => ({ ...factor, once: true })) : graph;
}

function withFactors(graph: Graph, change: (factor: Multiplier) => Multiplier): Graph {
  const changed = (op: Op): Op =>
    'multipliers' in op ? { ...op, multipliers: op.multipliers.map(change) } : op;
  return { ...graph, ops: graph.ops.map(changed) };
}
