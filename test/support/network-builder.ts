/** Small int8 graphs for tests, made operator by operator, with seeded weights and TensorFlow Lite's parameters. */
import { at } from '../../src/base/index.ts';
import {
  type Edge,
  elementCount,
  type Graph,
  type Multiplier,
  type Op,
  type Padding2d,
  quantizeMultiplier,
  type Size2d,
  type Tensor,
  type TensorId,
} from '../../src/graph/index.ts';
import { seededIntegers } from './seeded-integers.ts';

type Volume = readonly [height: number, width: number, channels: number];

export type NetworkBuilder = {
  input(shape: readonly number[], type?: Edge['type'], name?: string): TensorId;
  constant(shape: readonly number[]): TensorId;
  conv2d(input: TensorId, channels: number, filter?: number, stride?: number): TensorId;
  depthwiseConv2d(input: TensorId, filter?: number, stride?: number): TensorId;
  fullyConnected(input: TensorId, outputSize: number): TensorId;
  add(a: TensorId, b: TensorId): TensorId;
  mul(a: TensorId, b: TensorId): TensorId;
  pool2d(kind: 'averagePool2d' | 'maxPool2d', input: TensorId, filter?: number, stride?: number): TensorId;
  mean(input: TensorId): TensorId;
  pad(input: TensorId, rows: number, columns: number): TensorId;
  reshape(input: TensorId, shape: readonly number[]): TensorId;
  transpose(input: TensorId, permutation: readonly number[]): TensorId;
  concatenation(inputs: readonly TensorId[]): TensorId;
  requantize(input: TensorId): TensorId;
  relu(input: TensorId): TensorId;
  logistic(input: TensorId): TensorId;
  softmax(input: TensorId): TensorId;
  resizeNearest(input: TensorId, factor: number): TensorId;
  /** Renames the tensor and its maker. */
  rename(tensor: TensorId, name: string): void;
  shapeOf(tensor: TensorId): readonly number[];
  finish(outputs: readonly TensorId[], type?: Edge['type']): Graph;
};

/** All hidden tensors share one scale and zero point, as TensorFlow Lite asks of concatenations and pools. */
const hidden = { scale: 1 / 16, zeroPoint: -3 };
/** Output quantisation that TensorFlow Lite fixes for softmax and logistic. */
const probability = { scale: 1 / 256, zeroPoint: -128 };
const clamp = { min: -128, max: 127 };

type OpOf<K extends Op['kind']> = Omit<Extract<Op, { kind: K }>, 'index' | 'name' | 'output'>;

export function networkBuilder(seed: number): NetworkBuilder {
  const random = seededIntegers(seed);
  const tensors: Tensor[] = [];
  const ops: Op[] = [];
  const inputs: Edge[] = [];

  const addTensor = (shape: readonly number[], quantisation = hidden, data?: Int8Array): TensorId => {
    const id = tensors.length;
    tensors.push({ id, name: `tensor${id}`, type: 'int8', shape, ...quantisation, data });
    return id;
  };
  const tensor = (id: TensorId): Tensor => at(tensors, id);
  const append = <K extends Op['kind']>(
    op: OpOf<K>,
    shape: readonly number[],
    quantisation = hidden,
  ): TensorId => {
    const output = addTensor(shape, quantisation);
    ops.push({ ...op, index: ops.length, name: tensor(output).name, output } as unknown as Op);
    return output;
  };
  const weights = (count: number): Int8Array => Int8Array.from({ length: count }, () => random(-127, 127));
  const biases = (count: number): Int32Array => Int32Array.from({ length: count }, () => random(-2000, 2000));
  const volume = (id: TensorId): Volume => {
    const [, height = 1, width = 1, channels = 1] = tensor(id).shape;
    return [height, width, channels];
  };
  const factors = (depth: number, count: number): readonly Multiplier[] =>
    Array.from({ length: count }, () =>
      quantizeMultiplier((0.5 + random(0, 100) / 100) / (64 * Math.sqrt(depth))),
    );

  return {
    input(shape, type = 'int8', name = `input${inputs.length}`) {
      const id = addTensor(shape);
      inputs.push({ tensor: id, name, shape, type });
      return id;
    },
    constant: (shape) => addTensor(shape, hidden, weights(elementCount(shape))),
    conv2d(input, channels, filter = 1, stride = 1) {
      const [height, width, depth] = volume(input);
      const window = same(height, width, filter, stride);
      const taps = filter * filter * depth;
      return append<'conv2d'>(
        {
          kind: 'conv2d',
          inputs: [input],
          ...window.op,
          dilation: { height: 1, width: 1 },
          weights: weights(channels * taps),
          bias: biases(channels),
          multipliers: factors(taps, channels),
          clamp,
        },
        [1, window.height, window.width, channels],
      );
    },
    depthwiseConv2d(input, filter = 3, stride = 1) {
      const [height, width, channels] = volume(input);
      const window = same(height, width, filter, stride);
      return append<'depthwiseConv2d'>(
        {
          kind: 'depthwiseConv2d',
          inputs: [input],
          ...window.op,
          dilation: { height: 1, width: 1 },
          depthMultiplier: 1,
          weights: weights(filter * filter * channels),
          bias: biases(channels),
          multipliers: factors(filter * filter, channels),
          clamp,
        },
        [1, window.height, window.width, channels],
      );
    },
    fullyConnected(input, outputSize) {
      const inputSize = elementCount(tensor(input).shape);
      return append<'fullyConnected'>(
        {
          kind: 'fullyConnected',
          inputs: [input],
          batches: 1,
          inputSize,
          outputSize,
          weights: weights(inputSize * outputSize),
          bias: biases(outputSize),
          multipliers: factors(inputSize, outputSize),
          clamp,
        },
        [1, outputSize],
      );
    },
    add: (a, b) =>
      append<'add'>(
        {
          kind: 'add',
          inputs: [a, b],
          leftShift: 20,
          inputMultipliers: [quantizeMultiplier(0.5), quantizeMultiplier(0.5)],
          outputMultiplier: quantizeMultiplier(2 / 2 ** 20),
          clamp,
        },
        tensor(a).shape,
      ),
    mul: (a, b) =>
      append<'mul'>(
        { kind: 'mul', inputs: [a, b], outputMultiplier: quantizeMultiplier(hidden.scale), clamp },
        tensor(a).shape,
      ),
    pool2d(kind, input, filter = 2, stride = 2) {
      const [height, width, channels] = volume(input);
      const window = same(height, width, filter, stride);
      return append<'averagePool2d' | 'maxPool2d'>({ kind, inputs: [input], ...window.op, clamp }, [
        1,
        window.height,
        window.width,
        channels,
      ]);
    },
    mean(input) {
      const [height, width, channels] = volume(input);
      return append<'mean' | 'sum'>(
        {
          kind: 'mean',
          inputs: [input],
          axes: [1, 2],
          multiplier: quantizeMultiplier(1 / (height * width)),
        },
        [1, 1, 1, channels],
      );
    },
    pad(input, rows, columns) {
      const [height, width, channels] = volume(input);
      const before = [0, rows, columns, 0];
      return append<'pad'>({ kind: 'pad', inputs: [input], before, after: before, value: hidden.zeroPoint }, [
        1,
        height + 2 * rows,
        width + 2 * columns,
        channels,
      ]);
    },
    reshape: (input, shape) =>
      append<'reshape'>({ kind: 'reshape', inputs: [input] }, shape, quantisationOf(tensor(input))),
    transpose: (input, permutation) =>
      append<'transpose'>(
        { kind: 'transpose', inputs: [input], permutation },
        permutation.map((axis) => at(tensor(input).shape, axis)),
      ),
    concatenation(parts) {
      const shape = tensor(at(parts, 0)).shape;
      const axis = shape.length - 1;
      const last = parts.reduce((sum, part) => sum + at(tensor(part).shape, axis), 0);
      return append<'concatenation'>({ kind: 'concatenation', inputs: parts, axis }, [
        ...shape.slice(0, -1),
        last,
      ]);
    },
    requantize: (input) =>
      append<'requantize'>(
        {
          kind: 'requantize',
          inputs: [input],
          multiplier: quantizeMultiplier(tensor(input).scale / hidden.scale),
          clamp,
        },
        tensor(input).shape,
      ),
    relu: (input) =>
      append<'relu'>(
        {
          kind: 'relu',
          inputs: [input],
          multiplier: quantizeMultiplier(tensor(input).scale / hidden.scale),
          clamp: { min: hidden.zeroPoint, max: 127 },
        },
        tensor(input).shape,
      ),
    logistic(input) {
      const multiplier = quantizeMultiplier(tensor(input).scale * 2 ** 27);
      const inputRangeRadius = Math.floor((15 * 2 ** 27) / 2 ** multiplier.shift);
      return append<'logistic'>(
        { kind: 'logistic', inputs: [input], multiplier, inputRangeRadius },
        tensor(input).shape,
        probability,
      );
    },
    softmax(input) {
      const multiplier = quantizeMultiplier(tensor(input).scale * 2 ** 26);
      const diffMin = -Math.floor((31 * 2 ** 26) / 2 ** multiplier.shift);
      return append<'softmax'>(
        { kind: 'softmax', inputs: [input], multiplier, diffMin },
        tensor(input).shape,
        probability,
      );
    },
    resizeNearest(input, factor) {
      const [height, width, channels] = volume(input);
      return append<'resizeNearest'>(
        { kind: 'resizeNearest', inputs: [input], alignCorners: false, halfPixelCenters: false },
        [1, height * factor, width * factor, channels],
      );
    },
    rename(id, name) {
      tensors[id] = { ...tensor(id), name };
      const maker = ops.findIndex((op) => op.output === id);
      if (maker >= 0) ops[maker] = { ...at(ops, maker), name };
    },
    shapeOf: (id) => tensor(id).shape,
    finish: (outputs, type = 'int8') => ({
      tensors,
      ops,
      inputs,
      outputs: outputs.map((id) => ({ tensor: id, name: tensor(id).name, shape: tensor(id).shape, type })),
    }),
  };
}

function quantisationOf({ scale, zeroPoint }: Tensor): { scale: number; zeroPoint: number } {
  return { scale, zeroPoint };
}

type Window = {
  readonly height: number;
  readonly width: number;
  readonly op: { readonly filter: Size2d; readonly stride: Size2d; readonly padding: Padding2d };
};

/** Output size and padding of TensorFlow's SAME rule. */
function same(height: number, width: number, filter: number, stride: number): Window {
  const [outputHeight, top, bottom] = sameAlong(height, filter, stride);
  const [outputWidth, left, right] = sameAlong(width, filter, stride);
  return {
    height: outputHeight,
    width: outputWidth,
    op: {
      filter: { height: filter, width: filter },
      stride: { height: stride, width: stride },
      padding: { top, left, bottom, right },
    },
  };
}

function sameAlong(size: number, filter: number, stride: number): readonly [number, number, number] {
  const outputSize = Math.ceil(size / stride);
  const total = Math.max(0, (outputSize - 1) * stride + filter - size);
  return [outputSize, Math.floor(total / 2), total - Math.floor(total / 2)];
}
