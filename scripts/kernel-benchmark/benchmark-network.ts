/** Networks of operators side by side or one behind the other, with weights and factors as trained layers have them. */
import { at } from '../../src/base/index.ts';
import {
  type Clamp,
  type Edge,
  elementCount,
  type Op,
  quantizeMultiplier,
  type Size2d,
  type State,
  type Tensor,
  type TensorId,
  type TensorType,
  verifyGraph,
  zeros,
} from '../../src/graph/index.ts';
import type { BenchmarkNetwork, OpOf, OutputForm, Volume, WindowOptions } from './network-types.ts';
import { zeroPointOf } from './network-types.ts';
import { unitsOf } from './units.ts';
import { same, valid } from './windows.ts';

type WeightOptions = Pick<WindowOptions, 'isLarge' | 'weightBits'>;

const wholeRange: Clamp = { min: -128, max: 127 };
const zeroPoints: Readonly<Record<OutputForm, number>> = { any: -5, signed: -5, rectified: -128 };
const scale = 1 / 16;

export function benchmarkNetwork(seed: number): BenchmarkNetwork {
  const unit = unitsOf(seed);
  const tensors: Tensor[] = [];
  const ops: Op[] = [];
  const inputs: Edge[] = [];
  const states: State[] = [];
  const addTensor = (shape: readonly number[], zeroPoint: number, type: TensorType): TensorId => {
    const id = tensors.length;
    tensors.push({ id, name: `tensor${id}`, type, shape, scale, zeroPoint, data: undefined });
    return id;
  };
  const tensor = (id: TensorId): Tensor => at(tensors, id);
  const append = <K extends Op['kind']>(
    op: OpOf<K>,
    shape: readonly number[],
    zeroPoint = -5,
    type: TensorType = 'int8',
  ): TensorId => {
    const output = addTensor(shape, zeroPoint, type);
    ops.push({ ...op, index: ops.length, name: tensor(output).name, output } as unknown as Op);
    return output;
  };
  const volume = (id: TensorId): Volume => {
    const [, height = 1, width = 1, channels = 1] = tensor(id).shape;
    return [height, width, channels];
  };
  const weights = (count: number, { isLarge, weightBits }: WeightOptions = {}): Int8Array =>
    Int8Array.from({ length: count }, () =>
      isLarge ? (unit() > 0 ? 127 : -127) : Math.round((127 * (unit() + unit() + unit() + unit())) / 4),
    ).map((weight) => (weightBits === 4 ? weight >> 4 : weight));
  const bitsOf = ({ weightBits }: WeightOptions) => (weightBits === undefined ? {} : { weightBits });
  const edge = (id: TensorId): Edge => ({
    tensor: id,
    name: tensor(id).name,
    shape: tensor(id).shape,
    type: tensor(id).type,
  });
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
    input(shape, type = 'int8') {
      const id = addTensor(shape, zeroPointOf(type), type);
      inputs.push(edge(id));
      return id;
    },
    state(shape, type) {
      const id = addTensor(shape, 0, type);
      states.push({ name: tensor(id).name, tensor: id, initial: zeros(type, elementCount(shape)) });
      return id;
    },
    weights: (count) => weights(count),
    volume,
    append,
    conv2d(input: TensorId, channels: number, options: WindowOptions) {
      const { filter, stride = 1, form = 'rectified' } = options;
      const [height, width, inputs] = volume(input);
      const window = same(height, width, sizeOf(filter), stride);
      const depth = window.op.filter.height * window.op.filter.width * inputs;
      return append<'conv2d'>(
        {
          kind: 'conv2d',
          inputs: [input],
          ...window.op,
          dilation: { height: 1, width: 1 },
          weights: weights(channels * depth, options),
          ...bitsOf(options),
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
      { filter, stride = 1, form = 'rectified', depthMultiplier = 1, isValid = false }: WindowOptions,
    ) {
      const [height, width, channels] = volume(input);
      const window = (isValid ? valid : same)(height, width, sizeOf(filter), stride);
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
    fullyConnected(input, outputSize, options = {}) {
      const { form = 'rectified' } = options;
      const inputSize = elementCount(tensor(input).shape);
      return append<'fullyConnected'>(
        {
          kind: 'fullyConnected',
          inputs: [input],
          batches: 1,
          inputSize,
          outputSize,
          weights: weights(inputSize * outputSize, options),
          ...bitsOf(options),
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
      const graph = {
        tensors,
        ops,
        inputs,
        outputs: outputs.map(edge),
        ...(states.length > 0 && { states }),
      };
      verifyGraph(graph);
      return graph;
    },
  };
}
