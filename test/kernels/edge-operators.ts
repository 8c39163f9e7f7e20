/** Random operators of other types than int8, of weights of four bits, and over one dimension. */
import { at } from '../../src/base/index.ts';
import {
  type Graph,
  type Op,
  quantizeMultiplier,
  rangeOf,
  type TensorType,
  verifyGraph,
} from '../../src/graph/index.ts';
import type { Random } from './random.ts';
import { factor, singleOperator, sizes } from './single-operator.ts';
import { conv2d, fullyConnected } from './weighted-operators.ts';

const shapeOf = (random: Random, largest: number): number[] =>
  Array.from({ length: random.integer(1, 4) }, () => random.integer(1, largest));

export function argExtremum(random: Random): Graph {
  const shape = shapeOf(random, 7);
  const axis = random.integer(0, shape.length - 1);
  const kind = random.choose(['argMax', 'argMin'] as const);
  const types = { input: 'int8', output: 'int32' } as const;
  return singleOperator(random, { kind, axis }, [shape], shape.toSpliced(axis, 1), { types });
}

export function logSoftmax(random: Random): Graph {
  const shape = [random.integer(1, 3), random.choose([1, 2, 10, 12, 100, 300])];
  const multiplier = quantizeMultiplier(random.choose([0.002, 0.05, 0.1, 0.3, 1, 3]) * 2 ** 26);
  const diffMin = -Math.floor((31 * 2 ** 26) / 2 ** multiplier.shift);
  const reverseMultiplier = quantizeMultiplier(2 ** (31 - multiplier.shift) / multiplier.multiplier);
  const particulars = { kind: 'logSoftmax', multiplier, diffMin, reverseMultiplier } as const;
  return singleOperator(random, particulars, [shape], shape, { outputZeroPoint: 127 });
}

export function l2Normalise(random: Random): Graph {
  const shape = [random.integer(1, 3), random.choose([1, 2, 3, 16, 100, 300])];
  return singleOperator(random, { kind: 'l2Normalise' }, [shape], shape, { outputZeroPoint: 0 });
}

const types: readonly TensorType[] = ['int8', 'uint8', 'int16', 'int32'];

export function cast(random: Random): Graph {
  const shape = shapeOf(random, 6);
  const [input, output] = [random.choose(types), random.choose(types)];
  return singleOperator(random, { kind: 'cast' }, [shape], shape, { types: { input, output } });
}

export function requantizeTypes(random: Random): Graph {
  const shape = shapeOf(random, 6);
  const [input, output] = [random.choose(types), random.choose(types)];
  const span = { int8: 100, uint8: 200, int16: 25_000, int32: 2 ** 22 };
  const fitting = factor(random, Math.max(1, (span[input] / span[output]) * 100), random.chance(0.3));
  const multiplier = { ...fitting, shift: Math.min(Math.max(fitting.shift, -31), 15) };
  const particulars = { kind: 'requantize', multiplier, clamp: rangeOf(output) } as const;
  return singleOperator(random, particulars, [shape], shape, { types: { input, output } });
}

/** The same layer with its weights in four bits. */
function packed(graph: Graph): Graph {
  const op = at(graph.ops, 0);
  if (op.kind !== 'conv2d' && op.kind !== 'fullyConnected') throw new Error(`${op.kind} has no weights`);
  const small: Op = { ...op, weights: op.weights.map((weight) => weight >> 4), weightBits: 4 };
  const packedGraph = { ...graph, ops: [small] };
  verifyGraph(packedGraph);
  return packedGraph;
}

export function packedConv2d(random: Random): Graph {
  return packed(conv2d(random, sizes(random, 1, 4), random.integer(1, 9)));
}

export function packedFullyConnected(random: Random): Graph {
  return packed(fullyConnected(random));
}
