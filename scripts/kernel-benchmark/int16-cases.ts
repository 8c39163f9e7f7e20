/** Networks of the benchmark with int16 in the place of int8: as large in elements, symmetric, with weights as they are. */
import {
  type Clamp,
  type Graph,
  type Multiplier,
  type Op,
  quantizeMultiplier,
} from '../../src/graph/index.ts';
import { type Batch, type OperatorCase, sideBySide } from './side-by-side.ts';

function finer({ min, max }: Clamp): Clamp {
  return { min: 256 * min, max: 256 * max + 255 };
}

/** For which 32 bits of a sum do not do. */
function withFactorsBeyondHalf<O extends { readonly multipliers: readonly Multiplier[] }>(op: O): O {
  return { ...op, multipliers: op.multipliers.map(({ multiplier }) => ({ multiplier, shift: 0 })) };
}

/** Every other layer has sums for which 32 bits are known to do. */
function opOfInt16(op: Op, place: number): Op {
  switch (op.kind) {
    case 'transposeConv2d':
      return { ...(place % 4 === 2 ? withFactorsBeyondHalf(op) : op), sums: 'wide', clamp: finer(op.clamp) };
    case 'groupedConv2d': {
      const own = place % 4 === 2 ? withFactorsBeyondHalf(op) : op;
      return { ...own, ...(place % 4 === 3 ? {} : { sums: 'wide' }), clamp: finer(op.clamp) };
    }
    case 'depthwiseConv2d':
      return { ...op, sums: 'wide', clamp: finer(op.clamp) };
    case 'conv2d':
    case 'fullyConnected':
      return { ...op, ...(place % 2 === 0 ? { sums: 'wide' } : {}), clamp: finer(op.clamp) };
    case 'add':
    case 'sub':
      return {
        ...op,
        leftShift: 15,
        outputMultiplier: quantizeMultiplier(1.7 / 2 ** 14),
        clamp: finer(op.clamp),
      };
    case 'mul':
      return { ...op, outputMultiplier: quantizeMultiplier(2 ** -12), clamp: finer(op.clamp) };
    case 'averagePool2d':
    case 'maxPool2d':
    case 'requantize':
    case 'relu':
      return { ...op, clamp: finer(op.clamp) };
    case 'softmax':
      return { ...op, multiplier: quantizeMultiplier(4), diffMin: -65535 };
    case 'logistic': {
      const { index, name, inputs, output } = op;
      return {
        ...{ index, name, inputs, output },
        kind: 'curve',
        function: 'LOGISTIC',
        inputFactor: 24_000,
        inputShift: 12,
      };
    }
    default:
      return op;
  }
}

/** The slopes of a prelu stay int8. */
export function inInt16(graph: Graph): Graph {
  const slopes = new Set(graph.ops.flatMap((op) => (op.kind === 'prelu' ? op.inputs.slice(1) : [])));
  const typeOf = (id: number) => (slopes.has(id) ? ('int8' as const) : ('int16' as const));
  return {
    ops: graph.ops.map((op, place) => opOfInt16(op, place)),
    tensors: graph.tensors.map((tensor) => ({ ...tensor, type: typeOf(tensor.id), zeroPoint: 0 })),
    inputs: graph.inputs.map((edge) => ({ ...edge, type: typeOf(edge.tensor) })),
    outputs: graph.outputs.map((edge) => ({ ...edge, type: typeOf(edge.tensor) })),
  };
}

/** Elements of the tensors of a network: half of what has room in coupled memory. */
const mostElements = 30_000;

/** Like `sideBySide`, of int16. */
export function int16SideBySide<C extends OperatorCase>(cases: readonly C[]): Batch<C>[] {
  return sideBySide(cases, mostElements).map(({ cases: own, graph }) => ({
    cases: own,
    graph: inInt16(withSlopes(graph)),
  }));
}

/** A relu whose two sides have factors of their own, in the place of a change of scale. */
function withSlopes(graph: Graph): Graph {
  const ops = graph.ops.map((op, place): Op => {
    if (op.kind !== 'requantize' || place % 2 === 0) return op;
    const { index, name, inputs, output, multiplier } = op;
    return {
      ...{ index, name, inputs, output },
      kind: 'piecewise',
      function: 'LEAKY_RELU',
      positiveMultiplier: multiplier,
      negativeMultiplier: quantizeMultiplier(0.1),
      ofMagnitude: false,
      negates: false,
    };
  });
  return { ...graph, ops };
}
