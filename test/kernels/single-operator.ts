/** Graphs of one operator, and random parts of them: quantisation with its extremes, sliding windows. */
import { at } from '../../src/base/index.ts';
import {
  type Clamp,
  type Graph,
  type Multiplier,
  type Op,
  type Padding2d,
  type Size2d,
  type Tensor,
  type TensorType,
  verifyGraph,
} from '../../src/graph/index.ts';
import type { Random } from './random.ts';

/** What distinguishes operators of a kind: everything but the parts that all operators have. */
type Particulars = Op extends infer O
  ? O extends Op
    ? Omit<O, 'index' | 'name' | 'inputs' | 'output'>
    : never
  : never;

export const wholeRange: Clamp = { min: -128, max: 127 };

function zeroPoint(random: Random): number {
  return random.chance(0.3) ? random.choose([-128, 127, 0]) : random.integer(-128, 127);
}

/** Of an int8 as another type has it: the wider ones are symmetric. */
function zeroPointOf(type: TensorType, int8: number): number {
  if (type === 'int8') return int8;
  return type === 'uint8' ? int8 + 128 : 0;
}

export function clamp(random: Random): Clamp {
  if (random.chance(0.6)) return wholeRange;
  const bounds = [random.integer(-128, 127), random.integer(-128, 127)].sort((a, b) => a - b);
  return { min: at(bounds, 0), max: at(bounds, 1) };
}

/** A factor that brings sums of about `magnitude` to int8, or one of the extremes. */
export function factor(random: Random, magnitude: number, extremes: boolean): Multiplier {
  const fitting = -Math.ceil(Math.log2(magnitude / 100)) + random.integer(-1, 1);
  if (!extremes) return { multiplier: random.integer(2 ** 30, 2 ** 31 - 1), shift: Math.min(fitting, -1) };
  return {
    multiplier: random.choose([2 ** 30, 2 ** 31 - 1, 2 ** 30 + 1, -(2 ** 30), -(2 ** 31), 1 - 2 ** 31, 0]),
    shift: random.choose([fitting, 0, 1, 3, -1, -31, 30]),
  };
}

export function factors(random: Random, count: number, magnitude: number): Multiplier[] {
  const extremes = random.chance(0.3);
  return Array.from({ length: count }, () => factor(random, magnitude, extremes && random.chance(0.5)));
}

export function biases(random: Random, count: number, magnitude: number): Int32Array {
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
  fixed: {
    readonly sameQuantization?: boolean;
    readonly outputZeroPoint?: number;
    readonly types?: { readonly input: TensorType; readonly output: TensorType };
  } = {},
): Graph {
  const shared = zeroPoint(random);
  const { input: inputType, output: outputType } = fixed.types ?? { input: 'int8', output: 'int8' };
  const tensor = (id: number, shape: readonly number[], type: TensorType, given?: number): Tensor => ({
    id,
    name: `tensor${id}`,
    type,
    shape,
    scale: 1,
    zeroPoint: zeroPointOf(type, given ?? (fixed.sameQuantization ? shared : zeroPoint(random))),
    data: undefined,
  });
  const inputs = inputShapes.map((shape, id) => tensor(id, shape, inputType));
  const output = tensor(inputs.length, outputShape, outputType, fixed.outputZeroPoint);
  const edge = ({ id, name, shape, type }: Tensor) => ({ tensor: id, name, shape, type });
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

export function sizes(random: Random, low: number, high: number): Size2d {
  return { height: random.integer(low, high), width: random.integer(low, high) };
}

/** A window over an image, and what it makes. */
export type Sliding = {
  readonly from: Size2d;
  readonly to: Size2d;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  readonly padding: Padding2d;
};

/** Over an image and with steps of any size where they are not given. */
export function window(
  random: Random,
  filter: Size2d,
  dilated: boolean,
  from: Size2d = sizes(random, 1, 9),
  stride: Size2d = random.chance(0.5) ? { height: 1, width: 1 } : sizes(random, 1, 3),
): Sliding {
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
