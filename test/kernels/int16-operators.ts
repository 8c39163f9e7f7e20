/** Random operators on int16, made from those on int8: finer by 8 bits on either side, and symmetric. */
import { at } from '../../src/base/index.ts';
import {
  type Clamp,
  type Graph,
  type Multiplier,
  type Op,
  quantizeMultiplier,
  rangeOf,
  type TensorType,
  verifyGraph,
} from '../../src/graph/index.ts';
import type { Random } from './random.ts';

/** The bounds of int8 with 8 more bits. */
function finer({ min, max }: Clamp): Clamp {
  return { min: 256 * min, max: 256 * max + 255 };
}

function shifted({ multiplier, shift }: Multiplier, bits: number): Multiplier {
  return { multiplier, shift: Math.max(-31, Math.min(shift + bits, 0)) };
}

/** Wide sums take no negative factors and none beyond 2^7. */
function wideFactors(multipliers: readonly Multiplier[]): Multiplier[] {
  return multipliers.map(({ multiplier, shift }) => ({
    multiplier: Math.min(Math.abs(multiplier), 2 ** 31 - 1),
    shift: Math.min(shift, 7),
  }));
}

function opOfInt16(random: Random, op: Op): Op {
  switch (op.kind) {
    case 'conv2d':
    case 'groupedConv2d':
    case 'transposeConv2d':
    case 'fullyConnected':
    case 'depthwiseConv2d': {
      const clamp = finer(op.clamp);
      const isWide = op.kind === 'depthwiseConv2d' || op.kind === 'transposeConv2d';
      if (!isWide && random.chance(0.2)) return { ...op, clamp };
      return { ...op, clamp, sums: 'wide', multipliers: wideFactors(op.multipliers) };
    }
    case 'add':
    case 'sub': {
      const outputMultiplier = shifted(op.outputMultiplier, 5);
      return { ...op, leftShift: 15, outputMultiplier, clamp: finer(op.clamp) };
    }
    case 'mul':
      return { ...op, outputMultiplier: shifted(op.outputMultiplier, -8), clamp: finer(op.clamp) };
    case 'averagePool2d':
    case 'maxPool2d':
    case 'relu':
      return { ...op, clamp: finer(op.clamp) };
    case 'softmax':
      return { ...op, multiplier: quantizeMultiplier(random.choose([0.3, 4, 60, 200])), diffMin: -65535 };
    case 'pad':
      return { ...op, value: random.choose([0, op.value, 257 * op.value]) };
    default:
      return op;
  }
}

/** Of which type each tensor is: conversions have another on one side, and slopes stay int8. */
function typesFor(random: Random, op: Op): readonly TensorType[] {
  if (op.kind === 'prelu') return ['int16', 'int8', 'int16'];
  if (op.kind !== 'requantize') return [...op.inputs, op.output].map(() => 'int16');
  const [from, to] = random.choose([
    ['int8', 'int16'],
    ['int16', 'int8'],
    ['int16', 'int16'],
  ] as const);
  return [from, to];
}

/** The same operator on int16. */
export function inInt16(random: Random, graph: Graph): Graph {
  const op = at(graph.ops, 0);
  const types = typesFor(random, op);
  const tensors = graph.tensors.map((tensor, position) => {
    const type = at(types, position);
    return { ...tensor, type, zeroPoint: type === 'int8' ? tensor.zeroPoint : 0 };
  });
  const changed = opOfInt16(random, op);
  const made: Graph = {
    ...graph,
    tensors,
    ops: [op.kind === 'requantize' ? { ...op, clamp: rangeOf(at(types, 1)) } : changed],
    inputs: graph.inputs.map((edge) => ({ ...edge, type: at(types, edge.tensor) })),
    outputs: graph.outputs.map((edge) => ({ ...edge, type: at(types, edge.tensor) })),
  };
  verifyGraph(made);
  return made;
}

/** A function of one int16, in the place of one of int8. */
export function functionOfInt16(random: Random, graph: Graph): Graph {
  const { index, name, inputs, output } = at(graph.ops, 0);
  const common = { index, name, inputs, output };
  const factor = (): Multiplier => ({
    multiplier: random.integer(2 ** 30, 2 ** 31 - 1),
    shift: random.integer(-3, 2),
  });
  const op: Op = random.chance(0.5)
    ? {
        ...common,
        kind: 'curve',
        function: random.choose(['LOGISTIC', 'TANH'] as const),
        inputFactor: random.integer(1, 32767),
        inputShift: random.integer(0, 16),
      }
    : {
        ...common,
        kind: 'piecewise',
        function: 'LEAKY_RELU',
        positiveMultiplier: factor(),
        negativeMultiplier: factor(),
        ofMagnitude: random.chance(0.3),
        negates: random.chance(0.3),
      };
  return inInt16(random, { ...graph, ops: [op] });
}
