/** Random graphs of one operator each: odd sizes, strides, paddings and dilations, and extremes of quantisation. */
import { at } from '../../src/base/index.ts';
import {
  changedStates,
  elementBytes,
  elementCount,
  type Graph,
  type Multiplier,
  quantizeMultiplier,
  rangeOf,
  type TensorValues,
  valuesIn,
  verifyGraph,
  zeros,
} from '../../src/graph/index.ts';
import {
  argExtremum,
  cast,
  l2Normalise,
  logSoftmax,
  packedConv2d,
  packedFullyConnected,
  requantizeTypes,
} from './edge-operators.ts';
import { functionOfInt16, inInt16 } from './int16-operators.ts';
import type { Random } from './random.ts';
import { lstm, lstmOfInt16, svdf } from './recurrent-operators.ts';
import { roundedOnce, roundedOnceByShifts } from './rounded-once.ts';
import { clamp, factor, singleOperator, sizes, wholeRange, window } from './single-operator.ts';
import {
  conv2d,
  depthwise,
  fullyConnected,
  grouped,
  pointwise,
  rectified,
  transposed,
  wideDepthwise,
} from './weighted-operators.ts';

export type OperatorMaker = (random: Random) => Graph;

/** The shape of one image, so that there are rows, or any other. */
function anyShape(random: Random, largest: number): number[] {
  const isImage = random.chance(0.5);
  const shape = Array.from({ length: isImage ? 4 : random.integer(1, 4) }, () => random.integer(1, largest));
  return isImage ? shape.with(0, 1) : shape;
}

/** A shape, and two that broadcast to it. */
function broadcastShapes(random: Random): { operands: number[][]; result: number[] } {
  const result = anyShape(random, 6);
  const shrink = (): number[] => {
    const shape = result.map((size) => (random.chance(0.3) ? 1 : size));
    return random.chance(0.2) ? shape.slice(random.integer(0, shape.length - 1)) : shape;
  };
  if (random.chance(0.4)) return { operands: [result, result], result };
  // One operand is whole, so that the result's shape is what both make.
  const operands = [result, shrink()];
  return { operands: random.chance(0.5) ? operands : operands.reverse(), result };
}

function add(random: Random, kind: 'add' | 'sub'): Graph {
  const { operands, result } = broadcastShapes(random);
  const below = (): Multiplier => ({
    multiplier: random.choose([2 ** 30, 2 ** 31 - 1, random.integer(2 ** 30, 2 ** 31 - 1)]),
    shift: random.choose([0, -1, -2, -7]),
  });
  const outputMultiplier = { ...below(), shift: random.choose([-18, -19, -20, -17, 0, -31]) };
  return singleOperator(
    random,
    {
      kind,
      leftShift: 20,
      inputMultipliers: [below(), below()],
      outputMultiplier,
      clamp: clamp(random),
    },
    operands,
    result,
  );
}

function mul(random: Random): Graph {
  const { operands, result } = broadcastShapes(random);
  const outputMultiplier = factor(random, 16_000, random.chance(0.3));
  return singleOperator(random, { kind: 'mul', outputMultiplier, clamp: clamp(random) }, operands, result);
}

function extremum(random: Random): Graph {
  const { operands, result } = broadcastShapes(random);
  const kind = random.choose(['maximum', 'minimum'] as const);
  return singleOperator(random, { kind }, operands, result, { sameQuantization: true });
}

function prelu(random: Random): Graph {
  const { operands, result } = broadcastShapes(random);
  const extremes = random.chance(0.3);
  const positiveMultiplier = factor(random, 100, extremes);
  const negativeMultiplier = factor(random, 10_000, extremes);
  return singleOperator(random, { kind: 'prelu', positiveMultiplier, negativeMultiplier }, operands, result);
}

function lookup(random: Random): Graph {
  const shape = random.chance(0.5) ? anyShape(random, 7) : [1, random.integer(1, 300)];
  const table = random.int8s(256);
  return singleOperator(random, { kind: 'lookup', function: 'ABS', table }, [shape], shape);
}

/** What is kept is no output of the network: its memory is looked at instead. */
function store(random: Random): Graph {
  const shape = anyShape(random, 7);
  const tensor = { shape, type: 'int8' as const, scale: 1, zeroPoint: 0, data: undefined };
  const graph: Graph = {
    tensors: ['value', 'before', 'after'].map((name, id) => ({ ...tensor, id, name })),
    ops: [{ kind: 'store', index: 0, name: 'store', inputs: [0, 1], output: 2 }],
    inputs: [{ tensor: 0, name: 'value', shape, type: 'int8' }],
    outputs: [],
    states: [{ name: 'state', tensor: 1, initial: new Int8Array(elementCount(shape)) }],
  };
  verifyGraph(graph);
  return graph;
}

function pool(random: Random, kind: 'averagePool2d' | 'maxPool2d'): Graph {
  const filter = sizes(random, 1, 4);
  const { from, to, stride, padding } = window(random, filter, false);
  const channels = random.integer(1, 11);
  return singleOperator(
    random,
    { kind, filter, stride, padding, clamp: clamp(random) },
    [[1, from.height, from.width, channels]],
    [1, to.height, to.width, channels],
    { sameQuantization: true },
  );
}

/** A pool whose rows are too long for sums of 16 bits. */
function longPool(random: Random): Graph {
  const width = random.integer(256, 700);
  return singleOperator(
    random,
    {
      kind: 'averagePool2d',
      filter: { height: 1, width },
      stride: { height: 1, width: 1 },
      padding: { top: 0, bottom: 0, left: 0, right: 0 },
      clamp: wholeRange,
    },
    [[1, 1, width, 5]],
    [1, 1, 1, 5],
    { sameQuantization: true },
  );
}

function mean(random: Random, kind: 'mean' | 'sum'): Graph {
  const spatial = random.chance(0.5);
  const shape = spatial
    ? [1, random.integer(1, 20), random.integer(1, 20), random.integer(1, 9)]
    : Array.from({ length: random.integer(1, 4) }, () => random.integer(1, 6));
  const axes = spatial ? [1, 2] : shape.map((_, axis) => axis).filter(() => random.chance(0.5));
  const count = axes.reduce((product, axis) => product * at(shape, axis), 1);
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const output = random.chance(0.5) ? kept : shape.filter((_, axis) => !axes.includes(axis));
  const multiplier = quantizeMultiplier(random.integer(30, 200) / 100 / count);
  return singleOperator(random, { kind, axes, multiplier }, [shape], output);
}

function reducedExtremum(random: Random): Graph {
  const shape = anyShape(random, 7);
  const axes = shape.map((_, axis) => axis).filter(() => random.chance(0.5));
  const output = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const kind = random.choose(['reduceMax', 'reduceMin'] as const);
  return singleOperator(random, { kind, axes }, [shape], output, { sameQuantization: true });
}

function softmax(random: Random): Graph {
  const shape = [random.integer(1, 3), random.choose([1, 2, 10, 12, 100, 300])];
  const multiplier = quantizeMultiplier(random.choose([0.002, 0.05, 0.1, 0.3, 1, 3]) * 2 ** 26);
  const diffMin = -Math.floor((31 * 2 ** 26) / 2 ** multiplier.shift);
  const fixed = { outputZeroPoint: -128 };
  return singleOperator(random, { kind: 'softmax', multiplier, diffMin }, [shape], shape, fixed);
}

function logistic(random: Random): Graph {
  const shape = random.chance(0.5) ? anyShape(random, 7) : [1, random.integer(1, 300)];
  const multiplier = quantizeMultiplier(random.choose([0.002, 0.05, 0.1, 0.3, 1]) * 2 ** 27);
  const inputRangeRadius = Math.floor((15 * 2 ** 27) / 2 ** multiplier.shift);
  const fixed = { outputZeroPoint: -128 };
  return singleOperator(random, { kind: 'logistic', multiplier, inputRangeRadius }, [shape], shape, fixed);
}

function rescaling(random: Random, kind: 'relu' | 'requantize'): Graph {
  const shape = random.chance(0.5) ? anyShape(random, 7) : [1, random.integer(1, 300)];
  const multiplier = factor(random, 100 * random.choose([1, 2, 9]), random.chance(0.3));
  return singleOperator(random, { kind, multiplier, clamp: clamp(random) }, [shape], shape);
}

function pad(random: Random): Graph {
  const shape = anyShape(random, 5);
  const count = (): number => random.choose([0, 0, 1, 2, 3]);
  const isBatchWhole = random.chance(0.5);
  const around = (): number[] => shape.map((_, axis) => (axis === 0 && isBatchWhole ? 0 : count()));
  const [before, after] = [around(), around()];
  const output = shape.map((size, axis) => at(before, axis) + size + at(after, axis));
  const value = random.integer(-128, 127);
  return singleOperator(random, { kind: 'pad', before, after, value }, [shape], output);
}

function transpose(random: Random): Graph {
  const shape = Array.from({ length: random.integer(1, 4) }, () => random.integer(1, 6));
  const rest = shape.map((_, axis) => axis);
  const permutation = shape.map(() => at(rest.splice(random.integer(0, rest.length - 1), 1), 0));
  const output = permutation.map((axis) => at(shape, axis));
  return singleOperator(random, { kind: 'transpose', permutation }, [shape], output);
}

function slice(random: Random): Graph {
  const shape = anyShape(random, 7);
  const backwards = random.chance(0.2);
  const ranges = shape.map((size) => {
    const stride = random.choose([1, 1, 1, 2, 3, ...(backwards ? [-1, -2] : [])]);
    const begin = random.chance(0.4) ? (stride < 0 ? size - 1 : 0) : random.integer(0, size - 1);
    const room = stride < 0 ? begin : size - 1 - begin;
    const most = Math.floor(room / Math.abs(stride)) + 1;
    return { stride, begin, size: random.chance(0.5) ? most : random.integer(1, most) };
  });
  const particulars = {
    kind: 'slice' as const,
    begin: ranges.map(({ begin }) => begin),
    stride: ranges.map(({ stride }) => stride),
  };
  return singleOperator(
    random,
    particulars,
    [shape],
    ranges.map(({ size }) => size),
  );
}

function take(random: Random): Graph {
  const shape = anyShape(random, 6);
  const isInOrder = random.chance(0.6);
  const sources = shape.map((size, axis) => {
    if (random.chance(0.5) || (axis === 0 && isInOrder)) return undefined;
    const drawn = Array.from({ length: random.integer(1, 7) }, () => random.integer(0, size - 1));
    return isInOrder ? drawn.sort((a, b) => a - b) : drawn;
  });
  const output = shape.map((size, axis) => sources[axis]?.length ?? size);
  return singleOperator(random, { kind: 'take', function: 'GATHER', sources }, [shape], output);
}

function concatenation(random: Random): Graph {
  const shape = anyShape(random, 4);
  const axis = random.chance(0.4) ? shape.length - 1 : random.integer(0, shape.length - 1);
  const inputs = Array.from({ length: random.integer(1, 8) }, () => shape.with(axis, random.integer(1, 5)));
  const along = inputs.reduce((sum, input) => sum + at(input, axis), 0);
  return singleOperator(random, { kind: 'concatenation', axis }, inputs, shape.with(axis, along));
}

function resize(random: Random, kind: 'resizeBilinear' | 'resizeNearest'): Graph {
  const [from, to] = [sizes(random, 1, 6), sizes(random, 1, 11)];
  const channels = random.integer(1, 7);
  const alignCorners = random.chance(0.4);
  const halfPixelCenters = !alignCorners && random.chance(0.5);
  return singleOperator(
    random,
    { kind, alignCorners, halfPixelCenters },
    [[1, from.height, from.width, channels]],
    [1, to.height, to.width, channels],
  );
}

function anyInt16(...makers: readonly OperatorMaker[]): OperatorMaker {
  return (random) => inInt16(random, random.choose(makers)(random));
}

function anyOnce(...makers: readonly OperatorMaker[]): OperatorMaker {
  return (random) => roundedOnce(random.choose(makers)(random));
}

function anyByShifts(...makers: readonly OperatorMaker[]): OperatorMaker {
  return (random) => roundedOnceByShifts(random.choose(makers)(random));
}

/** Makers by name; each makes cases of one kind of operator. */
export const operatorMakers: Readonly<Record<string, OperatorMaker>> = {
  pointwise,
  conv2d: (random) => conv2d(random, sizes(random, 1, 4), random.integer(1, 9)),
  firstLayer: (random) =>
    conv2d(random, random.choose([sizes(random, 3, 5), { height: 3, width: 3 }]), random.choose([1, 3])),
  rectified,
  grouped,
  transposed,
  depthwise,
  wideDepthwise,
  fullyConnected,
  add: (random) => add(random, 'add'),
  sub: (random) => add(random, 'sub'),
  mul,
  extremum,
  prelu,
  averagePool: (random) => pool(random, 'averagePool2d'),
  longPool,
  maxPool: (random) => pool(random, 'maxPool2d'),
  mean: (random) => mean(random, 'mean'),
  sum: (random) => mean(random, 'sum'),
  reducedExtremum,
  softmax,
  logistic,
  lookup,
  store,
  svdf,
  lstm,
  relu: (random) => rescaling(random, 'relu'),
  requantize: (random) => rescaling(random, 'requantize'),
  pad,
  transpose,
  slice,
  take,
  concatenation,
  resizeBilinear: (random) => resize(random, 'resizeBilinear'),
  resizeNearest: (random) => resize(random, 'resizeNearest'),
  int16Convolutions: (random) => inInt16(random, conv2d(random, sizes(random, 1, 4), random.integer(1, 9))),
  int16Layers: anyInt16(depthwise, depthwise, fullyConnected),
  int16Pools: anyInt16((random) => pool(random, random.choose(['averagePool2d', 'maxPool2d']))),
  int16Pairs: anyInt16((random) => add(random, random.choose(['add', 'sub'])), mul, extremum, prelu),
  int16Scales: anyInt16((random) => rescaling(random, random.choose(['relu', 'requantize']))),
  int16Functions: (random) => functionOfInt16(random, logistic(random)),
  int16Sums: anyInt16((random) => mean(random, random.choose(['mean', 'sum'])), softmax),
  int16Layout: anyInt16(pad, pad, transpose, slice, concatenation),
  int16Resizes: anyInt16((random) => resize(random, 'resizeNearest')),
  argExtremum,
  logSoftmax,
  l2Normalise,
  cast,
  requantizeTypes,
  packedConv2d,
  packedFullyConnected,
  groupedRoundedOnce: anyOnce(grouped),
  roundedOnceConvolutions: anyOnce(pointwise, transposed, packedConv2d, (random) =>
    conv2d(random, sizes(random, 1, 4), random.integer(1, 9)),
  ),
  roundedOnceDepthwise: anyOnce(depthwise, wideDepthwise),
  roundedOnceLayers: anyOnce(fullyConnected, fullyConnected, packedFullyConnected),
  int16Parted: anyInt16(grouped, transposed),
  int16Lstm: lstmOfInt16,
  onceByShifts: anyByShifts(pointwise, transposed, grouped, packedConv2d, fullyConnected, (random) =>
    conv2d(random, sizes(random, 1, 4), random.integer(1, 9)),
  ),
  depthwiseOnceByShifts: anyByShifts(depthwise, wideDepthwise),
};

/** Random values for the network's inputs, now and then all at one end, and for the states that its operator changes. */
export function randomInputs(random: Random, graph: Graph): TensorValues[] {
  const inputs = graph.inputs.map(({ shape, tensor }) => {
    const { type } = at(graph.tensors, tensor);
    const count = elementCount(shape);
    if (type === 'int16' && random.chance(0.1)) {
      return new Int16Array(count).fill(random.choose([-(2 ** 15), 2 ** 15 - 1]));
    }
    if (type !== 'int8') {
      return valuesIn(type, random.int8s(count * elementBytes(type)).buffer as ArrayBuffer);
    }
    return random.chance(0.1) ? new Int8Array(count).fill(random.choose([-128, 127])) : random.int8s(count);
  });
  const op = at(graph.ops, 0);
  if (op.kind === 'store') return inputs;
  const states = changedStates(op).map((id) => {
    const { type, shape } = at(graph.tensors, id);
    const { min, max } = rangeOf(type);
    return zeros(type, elementCount(shape)).map(() => random.integer(min, max));
  });
  return [...inputs, ...states];
}
