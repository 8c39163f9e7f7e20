/** Networks of operators side by side or one behind the other, with weights and factors as trained layers have them. */
import { at } from '../../src/base/index.ts';
import {
  type Clamp,
  type Edge,
  elementCount,
  type Graph,
  type Op,
  quantizeMultiplier,
  type Size2d,
  type Tensor,
  type TensorId,
  verifyGraph,
} from '../../src/graph/index.ts';
import { same, valid } from './windows.ts';

/** How sums become int8, as `scaling.h` names it. */
export type OutputForm = 'any' | 'signed' | 'rectified';

export type Volume = readonly [height: number, width: number, channels: number];

type WindowOptions = {
  readonly filter: number | Size2d;
  readonly stride?: number;
  readonly form?: OutputForm;
  readonly depthMultiplier?: number;
  /** Weights so large that sums of two channels do not fit side by side. */
  readonly isLarge?: boolean;
};

/** An operator but for its place in the network. */
type OpOf<K extends Op['kind']> = Omit<Extract<Op, { kind: K }>, 'index' | 'name' | 'output'>;

const wholeRange: Clamp = { min: -128, max: 127 };
const zeroPoints: Readonly<Record<OutputForm, number>> = { any: -5, signed: -5, rectified: -128 };
const scale = 1 / 16;

export type BenchmarkNetwork = {
  input(shape: readonly number[]): TensorId;
  volume(tensor: TensorId): Volume;
  /** Any operator, with the shape of its output. */
  append<K extends Op['kind']>(op: OpOf<K>, shape: readonly number[], zeroPoint?: number): TensorId;
  conv2d(input: TensorId, channels: number, options: WindowOptions): TensorId;
  grouped(input: TensorId, channels: number, groups: number, options: WindowOptions): TensorId;
  /** To an image that is larger by the stride. */
  transposed(input: TensorId, channels: number, options: WindowOptions): TensorId;
  depthwise(input: TensorId, options: WindowOptions): TensorId;
  fullyConnected(input: TensorId, outputSize: number, form?: OutputForm, isLarge?: boolean): TensorId;
  add(a: TensorId, b: TensorId): TensorId;
  mul(a: TensorId, b: TensorId): TensorId;
  pool(
    kind: 'averagePool2d' | 'maxPool2d',
    input: TensorId,
    filter: number | Size2d,
    stride: number,
    isValid?: boolean,
  ): TensorId;
  mean(input: TensorId): TensorId;
  pad(input: TensorId, rows: number, columns: number): TensorId;
  transpose(input: TensorId, permutation: readonly number[]): TensorId;
  concatenation(parts: readonly TensorId[]): TensorId;
  requantize(input: TensorId): TensorId;
  logistic(input: TensorId): TensorId;
  softmax(input: TensorId): TensorId;
  resize(kind: 'resizeBilinear' | 'resizeNearest', input: TensorId, factor: number): TensorId;
  /** Outputs are the tensors that nobody reads. */
  finish(): Graph;
};

export function benchmarkNetwork(seed: number): BenchmarkNetwork {
  let state = seed | 1;
  /** -1 ... 1, xorshift32 (Marsaglia 2003). */
  const unit = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
  const tensors: Tensor[] = [];
  const ops: Op[] = [];
  const inputs: Edge[] = [];
  const addTensor = (shape: readonly number[], zeroPoint = -5): TensorId => {
    const id = tensors.length;
    tensors.push({ id, name: `tensor${id}`, type: 'int8', shape, scale, zeroPoint, data: undefined });
    return id;
  };
  const tensor = (id: TensorId): Tensor => at(tensors, id);
  const append = <K extends Op['kind']>(op: OpOf<K>, shape: readonly number[], zeroPoint = -5): TensorId => {
    const output = addTensor(shape, zeroPoint);
    ops.push({ ...op, index: ops.length, name: tensor(output).name, output } as unknown as Op);
    return output;
  };
  const volume = (id: TensorId): Volume => {
    const [, height = 1, width = 1, channels = 1] = tensor(id).shape;
    return [height, width, channels];
  };
  /** Bell-shaped, a standard deviation of 30 or so, as trained weights. */
  const weights = (count: number, isLarge = false): Int8Array =>
    Int8Array.from({ length: count }, () =>
      isLarge ? (unit() > 0 ? 127 : -127) : Math.round((127 * (unit() + unit() + unit() + unit())) / 4),
    );
  const layer = (channels: number, depth: number, form: OutputForm) => ({
    bias: Int32Array.from({ length: channels }, () => Math.round(2000 * unit())),
    multipliers: Array.from({ length: channels }, () =>
      quantizeMultiplier((1 + unit() / 2) / (64 * Math.sqrt(depth))),
    ),
    clamp: form === 'any' ? { min: -100, max: 100 } : wholeRange,
  });
  const sizeOf = (filter: number | Size2d): Size2d =>
    typeof filter === 'number' ? { height: filter, width: filter } : filter;

  return {
    input(shape: readonly number[]): TensorId {
      const id = addTensor(shape);
      inputs.push({ tensor: id, name: tensor(id).name, shape, type: 'int8' });
      return id;
    },
    volume,
    append,
    conv2d(
      input: TensorId,
      channels: number,
      { filter, stride = 1, form = 'rectified', isLarge }: WindowOptions,
    ) {
      const [height, width, inputs] = volume(input);
      const window = same(height, width, sizeOf(filter), stride);
      const depth = window.op.filter.height * window.op.filter.width * inputs;
      return append<'conv2d'>(
        {
          kind: 'conv2d',
          inputs: [input],
          ...window.op,
          dilation: { height: 1, width: 1 },
          weights: weights(channels * depth, isLarge),
          ...layer(channels, depth, form),
        },
        [1, window.height, window.width, channels],
        zeroPoints[form],
      );
    },
    grouped(
      input: TensorId,
      channels: number,
      groups: number,
      { filter, stride = 1, form = 'rectified' }: WindowOptions,
    ) {
      const [height, width, inputs] = volume(input);
      const window = same(height, width, sizeOf(filter), stride);
      const depth = (window.op.filter.height * window.op.filter.width * inputs) / groups;
      return append<'groupedConv2d'>(
        {
          kind: 'groupedConv2d',
          inputs: [input],
          ...window.op,
          dilation: { height: 1, width: 1 },
          groups,
          weights: weights(channels * depth),
          ...layer(channels, depth, form),
        },
        [1, window.height, window.width, channels],
        zeroPoints[form],
      );
    },
    transposed(input: TensorId, channels: number, { filter, stride = 1, form = 'rectified' }: WindowOptions) {
      const [height, width, inputs] = volume(input);
      const size = sizeOf(filter);
      const depth = size.height * size.width * inputs;
      const before = (taps: number): number => Math.max(0, Math.floor((taps - stride) / 2));
      return append<'transposeConv2d'>(
        {
          kind: 'transposeConv2d',
          inputs: [input],
          filter: size,
          stride: { height: stride, width: stride },
          padding: { top: before(size.height), left: before(size.width) },
          weights: weights(channels * depth),
          ...layer(channels, depth / stride ** 2, form),
        },
        [1, height * stride, width * stride, channels],
        zeroPoints[form],
      );
    },
    depthwise(
      input: TensorId,
      { filter, stride = 1, form = 'rectified', depthMultiplier = 1 }: WindowOptions,
    ) {
      const [height, width, channels] = volume(input);
      const window = same(height, width, sizeOf(filter), stride);
      const taps = window.op.filter.height * window.op.filter.width;
      const outputs = channels * depthMultiplier;
      return append<'depthwiseConv2d'>(
        {
          kind: 'depthwiseConv2d',
          inputs: [input],
          ...window.op,
          dilation: { height: 1, width: 1 },
          depthMultiplier,
          weights: weights(taps * outputs),
          ...layer(outputs, taps, form),
        },
        [1, window.height, window.width, outputs],
        zeroPoints[form],
      );
    },
    fullyConnected(input: TensorId, outputSize: number, form: OutputForm = 'rectified', isLarge = false) {
      const inputSize = elementCount(tensor(input).shape);
      return append<'fullyConnected'>(
        {
          kind: 'fullyConnected',
          inputs: [input],
          batches: 1,
          inputSize,
          outputSize,
          weights: weights(inputSize * outputSize, isLarge),
          ...layer(outputSize, inputSize, form),
        },
        [1, outputSize],
        zeroPoints[form],
      );
    },
    add: (a: TensorId, b: TensorId) =>
      append<'add'>(
        {
          kind: 'add',
          inputs: [a, b],
          leftShift: 20,
          inputMultipliers: [quantizeMultiplier(0.5), quantizeMultiplier(0.3)],
          outputMultiplier: quantizeMultiplier(1.7 / 2 ** 19),
          clamp: wholeRange,
        },
        tensor(a).shape,
      ),
    mul: (a: TensorId, b: TensorId) =>
      append<'mul'>(
        { kind: 'mul', inputs: [a, b], outputMultiplier: quantizeMultiplier(scale), clamp: wholeRange },
        tensor(a).shape,
      ),
    pool(
      kind: 'averagePool2d' | 'maxPool2d',
      input: TensorId,
      filter: number | Size2d,
      stride: number,
      isValid = false,
    ) {
      const [height, width, channels] = volume(input);
      const size = sizeOf(filter);
      const window = isValid ? valid(height, width, size, stride) : same(height, width, size, stride);
      return append<'averagePool2d' | 'maxPool2d'>(
        { kind, inputs: [input], ...window.op, clamp: wholeRange },
        [1, window.height, window.width, channels],
        tensor(input).zeroPoint,
      );
    },
    mean(input: TensorId) {
      const [height, width, channels] = volume(input);
      const multiplier = quantizeMultiplier(1 / (height * width));
      return append<'mean' | 'sum'>({ kind: 'mean', inputs: [input], axes: [1, 2], multiplier }, [
        1,
        1,
        1,
        channels,
      ]);
    },
    pad(input: TensorId, rows: number, columns: number) {
      const [height, width, channels] = volume(input);
      const before = [0, rows, columns, 0];
      return append<'pad'>(
        { kind: 'pad', inputs: [input], before, after: before, value: tensor(input).zeroPoint },
        [1, height + 2 * rows, width + 2 * columns, channels],
        tensor(input).zeroPoint,
      );
    },
    transpose: (input: TensorId, permutation: readonly number[]) =>
      append<'transpose'>(
        { kind: 'transpose', inputs: [input], permutation },
        permutation.map((axis) => at(tensor(input).shape, axis)),
        tensor(input).zeroPoint,
      ),
    concatenation(parts: readonly TensorId[]) {
      const shape = tensor(at(parts, 0)).shape;
      const last = parts.reduce((sum, part) => sum + at(tensor(part).shape, 3), 0);
      return append<'concatenation'>({ kind: 'concatenation', inputs: parts, axis: 3 }, [
        ...shape.slice(0, 3),
        last,
      ]);
    },
    requantize: (input: TensorId) =>
      append<'requantize'>(
        { kind: 'requantize', inputs: [input], multiplier: quantizeMultiplier(0.7), clamp: wholeRange },
        tensor(input).shape,
      ),
    logistic(input: TensorId) {
      const multiplier = quantizeMultiplier(scale * 2 ** 27);
      const inputRangeRadius = Math.floor((15 * 2 ** 27) / 2 ** multiplier.shift);
      return append<'logistic'>(
        { kind: 'logistic', inputs: [input], multiplier, inputRangeRadius },
        tensor(input).shape,
      );
    },
    softmax(input: TensorId) {
      const multiplier = quantizeMultiplier(scale * 2 ** 26);
      const diffMin = -Math.floor((31 * 2 ** 26) / 2 ** multiplier.shift);
      return append<'softmax'>(
        { kind: 'softmax', inputs: [input], multiplier, diffMin },
        tensor(input).shape,
        -128,
      );
    },
    resize(kind: 'resizeBilinear' | 'resizeNearest', input: TensorId, factor: number) {
      const [height, width, channels] = volume(input);
      return append<'resizeBilinear' | 'resizeNearest'>(
        { kind, inputs: [input], alignCorners: false, halfPixelCenters: kind === 'resizeBilinear' },
        [1, height * factor, width * factor, channels],
        tensor(input).zeroPoint,
      );
    },
    finish() {
      const read = new Set(ops.flatMap((op) => op.inputs));
      const outputs = ops.map(({ output }) => output).filter((output) => !read.has(output));
      const edge = (id: TensorId): Edge => ({
        tensor: id,
        name: tensor(id).name,
        shape: tensor(id).shape,
        type: 'int8',
      });
      const graph = { tensors, ops, inputs, outputs: outputs.map(edge) };
      verifyGraph(graph);
      return graph;
    },
  };
}
