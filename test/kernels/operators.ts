/** Random graphs of one operator each: odd sizes, strides, paddings and dilations, and extremes of quantisation. */
import { at } from '../../src/base/index.ts';
import {
  type Clamp,
  elementCount,
  type Graph,
  type Multiplier,
  type Op,
  quantizeMultiplier,
  type Size2d,
  type Tensor,
  verifyGraph,
} from '../../src/graph/index.ts';
import type { Random } from './random.ts';

/** What distinguishes operators of a kind: everything but the parts that all operators have. */
type Particulars = Op extends infer O
  ? O extends Op
    ? Omit<O, 'index' | 'name' | 'inputs' | 'output'>
    : never
  : never;

export type OperatorMaker = (random: Random) => Graph;

const whole: Clamp = { min: -128, max: 127 };

function zeroPoint(random: Random): number {
  return random.chance(0.3) ? random.choose([-128, 127, 0]) : random.integer(-128, 127);
}

function clamp(random: Random): Clamp {
  if (random.chance(0.6)) return whole;
  const bounds = [random.integer(-128, 127), random.integer(-128, 127)].sort((a, b) => a - b);
  return { min: at(bounds, 0), max: at(bounds, 1) };
}

/** A factor that brings sums of about `magnitude` to int8, or one of the extremes. */
function factor(random: Random, magnitude: number, extremes: boolean): Multiplier {
  const fitting = -Math.ceil(Math.log2(magnitude / 100)) + random.integer(-1, 1);
  if (!extremes) return { multiplier: random.integer(2 ** 30, 2 ** 31 - 1), shift: Math.min(fitting, -1) };
  return {
    multiplier: random.choose([2 ** 30, 2 ** 31 - 1, 2 ** 30 + 1, -(2 ** 30), -(2 ** 31), 1 - 2 ** 31, 0]),
    shift: random.choose([fitting, 0, 1, 3, -1, -31, 30]),
  };
}

function factors(random: Random, count: number, magnitude: number): Multiplier[] {
  const extremes = random.chance(0.3);
  return Array.from({ length: count }, () => factor(random, magnitude, extremes && random.chance(0.5)));
}

function biases(random: Random, count: number, magnitude: number): Int32Array {
  const extremes = random.chance(0.15);
  return Int32Array.from({ length: count }, () =>
    extremes
      ? random.choose([2 ** 31 - 1, -(2 ** 31), 2 ** 30, -(2 ** 30)])
      : random.integer(-magnitude, magnitude),
  );
}

/** A graph of one operator, all of whose inputs are the network's. */
export function singleOperator(
  random: Random,
  particulars: Particulars,
  inputShapes: readonly (readonly number[])[],
  outputShape: readonly number[],
  fixed: { readonly sameQuantization?: boolean; readonly outputZeroPoint?: number } = {},
): Graph {
  const shared = zeroPoint(random);
  const tensor = (id: number, shape: readonly number[], given?: number): Tensor => ({
    id,
    name: `tensor${id}`,
    shape,
    scale: 1,
    zeroPoint: given ?? (fixed.sameQuantization ? shared : zeroPoint(random)),
    data: undefined,
  });
  const inputs = inputShapes.map((shape, id) => tensor(id, shape));
  const output = tensor(inputs.length, outputShape, fixed.outputZeroPoint);
  const edge = ({ id, name, shape }: Tensor) => ({ tensor: id, name, shape, type: 'int8' as const });
  const common = { index: 0, name: particulars.kind, inputs: inputs.map(({ id }) => id), output: output.id };
  const graph: Graph = {
    tensors: [...inputs, output],
    ops: [{ ...particulars, ...common }],
    inputs: inputs.map(edge),
    outputs: [edge(output)],
  };
  verifyGraph(graph);
  return graph;
}

type Axis = { readonly output: number; readonly before: number; readonly after: number };

/** Output size and padding of a window along one axis, under SAME or VALID rules. */
function slide(random: Random, size: number, filter: number, stride: number, dilation: number): Axis {
  const span = (filter - 1) * dilation + 1;
  if (size >= span && random.chance(0.4)) {
    return { output: Math.floor((size - span) / stride) + 1, before: 0, after: 0 };
  }
  const output = Math.ceil(size / stride);
  const total = Math.max(0, (output - 1) * stride + span - size);
  const before = Math.floor(total / 2);
  return { output, before, after: total - before };
}

function sizes(random: Random, low: number, high: number): Size2d {
  return { height: random.integer(low, high), width: random.integer(low, high) };
}

/** A window over an image, and what it makes. */
function window(random: Random, filter: Size2d, dilated: boolean) {
  const from = sizes(random, 1, 9);
  const stride = random.chance(0.5) ? { height: 1, width: 1 } : sizes(random, 1, 3);
  const dilation = dilated && random.chance(0.3) ? sizes(random, 1, 3) : { height: 1, width: 1 };
  const rows = slide(random, from.height, filter.height, stride.height, dilation.height);
  const columns = slide(random, from.width, filter.width, stride.width, dilation.width);
  return {
    from,
    to: { height: rows.output, width: columns.output },
    stride,
    dilation,
    padding: { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after },
  };
}

function conv2d(
  random: Random,
  filter: Size2d,
  inputChannels: number,
  slid = window(random, filter, true),
): Graph {
  const channels = random.integer(1, 9);
  const { from, to, ...moves } = slid;
  const depth = filter.height * filter.width * inputChannels;
  const magnitude = 5000 * Math.sqrt(depth);
  return singleOperator(
    random,
    {
      kind: 'conv2d',
      filter,
      ...moves,
      weights: random.int8s(channels * depth),
      bias: biases(random, channels, magnitude),
      multipliers: factors(random, channels, magnitude),
      clamp: clamp(random),
    },
    [[1, from.height, from.width, inputChannels]],
    [1, to.height, to.width, channels],
  );
}

function pointwise(random: Random): Graph {
  const image = sizes(random, 1, 7);
  const one = { height: 1, width: 1 };
  const padding = { top: 0, bottom: 0, left: 0, right: 0 };
  return conv2d(random, one, random.integer(1, 40), {
    from: image,
    to: image,
    stride: one,
    dilation: one,
    padding,
  });
}

function depthwise(random: Random): Graph {
  const filter = random.choose([sizes(random, 1, 4), { height: 3, width: 3 }, { height: 5, width: 5 }]);
  const depthMultiplier = random.choose([1, 1, 1, 2, 3]);
  const inputChannels = random.integer(1, 19);
  const channels = inputChannels * depthMultiplier;
  const { from, to, ...moves } = window(random, filter, true);
  const taps = filter.height * filter.width;
  const magnitude = 5000 * Math.sqrt(taps);
  return singleOperator(
    random,
    {
      kind: 'depthwiseConv2d',
      filter,
      ...moves,
      depthMultiplier,
      weights: random.int8s(channels * taps),
      bias: biases(random, channels, magnitude),
      multipliers: factors(random, channels, magnitude),
      clamp: clamp(random),
    },
    [[1, from.height, from.width, inputChannels]],
    [1, to.height, to.width, channels],
  );
}

function fullyConnected(random: Random): Graph {
  const [batches, inputSize, outputSize] = [
    random.integer(1, 3),
    random.integer(1, 70),
    random.integer(1, 13),
  ];
  const magnitude = 5000 * Math.sqrt(inputSize);
  return singleOperator(
    random,
    {
      kind: 'fullyConnected',
      batches,
      inputSize,
      outputSize,
      weights: random.int8s(inputSize * outputSize),
      bias: biases(random, outputSize, magnitude),
      multipliers: factors(random, outputSize, magnitude),
      clamp: clamp(random),
    },
    [[batches, inputSize]],
    [batches, outputSize],
  );
}

/** A shape, and two that broadcast to it. */
function broadcastShapes(random: Random): { operands: number[][]; result: number[] } {
  const result = Array.from({ length: random.integer(1, 4) }, () => random.integer(1, 6));
  const shrink = (): number[] => {
    const shape = result.map((size) => (random.chance(0.3) ? 1 : size));
    return random.chance(0.2) ? shape.slice(random.integer(0, shape.length - 1)) : shape;
  };
  if (random.chance(0.4)) return { operands: [result, result], result };
  // One operand is whole, so that the result's shape is what both make.
  const operands = [result, shrink()];
  return { operands: random.chance(0.5) ? operands : operands.reverse(), result };
}

function add(random: Random): Graph {
  const { operands, result } = broadcastShapes(random);
  const below = (): Multiplier => ({
    multiplier: random.choose([2 ** 30, 2 ** 31 - 1, random.integer(2 ** 30, 2 ** 31 - 1)]),
    shift: random.choose([0, -1, -2, -7]),
  });
  const outputMultiplier = { ...below(), shift: random.choose([-18, -19, -20, -17, 0, -31]) };
  return singleOperator(
    random,
    {
      kind: 'add',
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
      clamp: whole,
    },
    [[1, 1, width, 5]],
    [1, 1, 1, 5],
    { sameQuantization: true },
  );
}

function mean(random: Random): Graph {
  const spatial = random.chance(0.5);
  const shape = spatial
    ? [1, random.integer(1, 20), random.integer(1, 20), random.integer(1, 9)]
    : Array.from({ length: random.integer(1, 4) }, () => random.integer(1, 6));
  const axes = spatial ? [1, 2] : shape.map((_, axis) => axis).filter(() => random.chance(0.5));
  const count = axes.reduce((product, axis) => product * at(shape, axis), 1);
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const output = random.chance(0.5) ? kept : shape.filter((_, axis) => !axes.includes(axis));
  const multiplier = quantizeMultiplier(random.integer(30, 200) / 100 / count);
  return singleOperator(random, { kind: 'mean', axes, multiplier }, [shape], output);
}

function softmax(random: Random): Graph {
  const shape = [random.integer(1, 3), random.choose([1, 2, 10, 12, 100, 300])];
  const multiplier = quantizeMultiplier(random.choose([0.002, 0.05, 0.1, 0.3, 1, 3]) * 2 ** 26);
  const diffMin = -Math.floor((31 * 2 ** 26) / 2 ** multiplier.shift);
  const fixed = { outputZeroPoint: -128 };
  return singleOperator(random, { kind: 'softmax', multiplier, diffMin }, [shape], shape, fixed);
}

function logistic(random: Random): Graph {
  const shape = [1, random.integer(1, 300)];
  const multiplier = quantizeMultiplier(random.choose([0.002, 0.05, 0.1, 0.3, 1]) * 2 ** 27);
  const inputRangeRadius = Math.floor((15 * 2 ** 27) / 2 ** multiplier.shift);
  const fixed = { outputZeroPoint: -128 };
  return singleOperator(random, { kind: 'logistic', multiplier, inputRangeRadius }, [shape], shape, fixed);
}

function rescaling(random: Random, kind: 'relu' | 'requantize'): Graph {
  const shape = [1, random.integer(1, 300)];
  const multiplier = factor(random, 100 * random.choose([1, 2, 9]), random.chance(0.3));
  return singleOperator(random, { kind, multiplier, clamp: clamp(random) }, [shape], shape);
}

function pad(random: Random): Graph {
  const shape = Array.from({ length: random.integer(1, 4) }, () => random.integer(1, 5));
  const count = (): number => random.choose([0, 0, 1, 2, 3]);
  const [before, after] = [shape.map(count), shape.map(count)];
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

function concatenation(random: Random): Graph {
  const shape = Array.from({ length: random.integer(1, 4) }, () => random.integer(1, 4));
  const axis = random.integer(0, shape.length - 1);
  const inputs = Array.from({ length: random.integer(1, 8) }, () => shape.with(axis, random.integer(1, 5)));
  const along = inputs.reduce((sum, input) => sum + at(input, axis), 0);
  return singleOperator(random, { kind: 'concatenation', axis }, inputs, shape.with(axis, along));
}

function resizeNearest(random: Random): Graph {
  const [from, to] = [sizes(random, 1, 6), sizes(random, 1, 11)];
  const channels = random.integer(1, 7);
  const alignCorners = random.chance(0.4);
  const halfPixelCenters = !alignCorners && random.chance(0.5);
  return singleOperator(
    random,
    { kind: 'resizeNearest', alignCorners, halfPixelCenters },
    [[1, from.height, from.width, channels]],
    [1, to.height, to.width, channels],
  );
}

/** Makers by name; each makes cases of one kind of operator. */
export const operatorMakers: Readonly<Record<string, OperatorMaker>> = {
  pointwise,
  conv2d: (random) => conv2d(random, sizes(random, 1, 4), random.integer(1, 9)),
  firstLayer: (random) =>
    conv2d(random, random.choose([sizes(random, 3, 5), { height: 3, width: 3 }]), random.choose([1, 3])),
  depthwise,
  fullyConnected,
  add,
  mul,
  averagePool: (random) => pool(random, 'averagePool2d'),
  longPool,
  maxPool: (random) => pool(random, 'maxPool2d'),
  mean,
  softmax,
  logistic,
  relu: (random) => rescaling(random, 'relu'),
  requantize: (random) => rescaling(random, 'requantize'),
  pad,
  transpose,
  concatenation,
  resizeNearest,
};

/** Random values for the network's inputs, now and then all at one end. */
export function randomInputs(random: Random, graph: Graph): Int8Array[] {
  return graph.inputs.map(({ shape }) => {
    const count = elementCount(shape);
    return random.chance(0.1) ? new Int8Array(count).fill(random.choose([-128, 127])) : random.int8s(count);
  });
}
