/** Small files whose sizes claim much memory: what is made of sizes alone must be refused before it is made. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { generateCode } from '../../src/code/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { type Model, type ModelTensor, readModel, writeTflite } from '../../src/model/index.ts';
import { quantise } from '../../src/quantisation/index.ts';
import { planSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { refusalOf } from '../support/refusal.ts';
import {
  buildTflite,
  int8Value,
  int8Weights,
  int32Constant,
  type OptionsSpec,
  type TensorSpec,
} from '../support/tflite-builder.ts';

const mebi = 2 ** 20;

describe('values kept between inferences', () => {
  const most = 16 * mebi;
  const value = (index: number, type: 'int8' | 'int16', count: number): ModelTensor => ({
    index,
    name: `value${index}`,
    shape: [1, count],
    type,
    quantization: { scales: [0.5], zeroPoints: [0], dimension: 0 },
    data: undefined,
  });

  /** Variables that take turns: each is replaced by the smaller of itself and the network's input. */
  function keeping(type: 'int8' | 'int16', count: number, variables: number): Uint8Array {
    const numbers = Array.from({ length: variables }, (_, index) => index);
    const model: Model = {
      format: 'tflite',
      tensors: Array.from({ length: 2 * variables + 1 }, (_, index) => value(index, type, count)),
      operators: numbers.map((index) => ({
        index,
        inputs: [0, 2 * index + 1],
        outputs: [2 * index + 2],
        options: { op: 'MINIMUM' },
      })),
      inputs: [0],
      outputs: [2],
      variables: numbers.map((index) => ({
        container: '',
        name: `variable${index}`,
        read: 2 * index + 1,
        assigned: 2 * index + 2,
        operator: index,
        initial: undefined,
      })),
    };
    return writeTflite(model);
  }

  test.each([
    ['in one variable', keeping('int16', 64 * mebi, 1), 128 * mebi],
    ['in many variables', keeping('int8', mebi, 1000), 17 * mebi],
  ])('%s', (_, bytes, sum) => {
    expect(bytes.length).toBeLessThan(mebi);
    const { code, message } = refusalOf(() => readModel(bytes));
    expect(code).toBe('MODEL_TOO_LARGE');
    expect(message).toBe(`values kept between inferences, in bytes: ${sum}, the limit is ${most}`);
  });

  test('in the state of an operator', () => {
    const bytes = buildTflite({
      tensors: [
        int8Value([4 * mebi, 1]),
        int8Value([4 * mebi, 1]),
        int8Weights([1, 1]),
        int8Weights([1, 5]),
        int32Constant([1], [7]),
        { ...int8Value([4 * mebi, 5]), raw: { isVariable: true } },
      ],
      operators: [
        { inputs: [0, 2, 3, 4, 5], outputs: [1], options: { op: 'SVDF', rank: 1, activation: 'none' } },
      ],
      inputs: [0],
      outputs: [1],
    });
    expect(refusalOf(() => readModel(bytes)).message).toMatch(/kept between inferences, in bytes: 20971520/);
  });

  test('as much as there may be is read', () => {
    expect(readModel(keeping('int16', mebi, 8)).variables).toHaveLength(8);
  });
});

describe('lists beside weights, which many operators share', () => {
  const most = 2 ** 18;
  const window = {
    padding: 'same',
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    activation: 'none',
  } as const;
  type Shape = readonly number[];

  /** Operators of one kind, all of the same input and the same constants. */
  function fan(
    count: number,
    options: OptionsSpec,
    [from, to]: readonly [Shape, Shape],
    constant: TensorSpec,
  ): Uint8Array {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    return buildTflite({
      tensors: [int8Value(from), ...numbers.map(() => int8Value(to)), constant],
      operators: numbers.map((output) => ({ inputs: [0, count + 1], outputs: [output], options })),
      inputs: [0],
      outputs: numbers,
    });
  }

  const many = 100_000;
  const one = [1, 1, 1, 1];
  const made = [1, 1, 1, many];
  const places = { shape: [1000], type: 'int32', data: Array.from({ length: 1000 }, (_, i) => i) } as const;
  const paddings = { shape: [2, 2], type: 'int32', data: [8000, 8000, 0, 0] } as const;
  const cases: Readonly<Record<string, readonly [allowed: number, (count: number) => Uint8Array]>> = {
    'outputs of dense layers': [
      2,
      (count) =>
        fan(
          count,
          { op: 'FULLY_CONNECTED', activation: 'none', keepDims: false },
          [
            [1, 1],
            [1, many],
          ],
          int8Weights([many, 1]),
        ),
    ],
    'outputs of convolutions': [
      2,
      (count) => fan(count, { op: 'CONV_2D', ...window }, [one, made], int8Weights([many, 1, 1, 1])),
    ],
    'outputs of depthwise convolutions': [
      2,
      (count) =>
        fan(
          count,
          { op: 'DEPTHWISE_CONV_2D', ...window, depthMultiplier: many },
          [one, made],
          int8Weights([1, 1, 1, many]),
        ),
    ],
    'places that are gathered': [
      262,
      (count) =>
        fan(
          count,
          { op: 'GATHER', axis: 0, batchDimensions: 0 },
          [
            [16_000, 1],
            [1000, 1],
          ],
          places,
        ),
    ],
    'places of mirrored edges': [
      8,
      (count) =>
        fan(
          count,
          { op: 'MIRROR_PAD', repeatsEdge: true },
          [
            [16_000, 1],
            [32_000, 1],
          ],
          paddings,
        ),
    ],
  };

  test.each(Object.keys(cases))('%s', (name) => {
    const [allowed, make] = at(Object.values(cases), Object.keys(cases).indexOf(name));
    expect(buildGraph(readModel(make(allowed))).ops.length).toBeGreaterThan(0);
    const { code, message, problems } = refusalOf(() => buildGraph(readModel(make(4 * allowed))));
    expect(code).toBe('GRAPH_UNSUPPORTED');
    expect(problems).toHaveLength(3 * allowed);
    expect(message).toContain(`up to ${most} are supported`);
  });
});

describe('tables of one operator', () => {
  const resized = (op: 'RESIZE_NEAREST_NEIGHBOR' | 'RESIZE_BILINEAR', width: number): Uint8Array =>
    buildTflite({
      tensors: [int8Value([1, 1, 1, 1]), int8Value([1, 1, width, 1]), int32Constant([2], [1, width])],
      operators: [
        { inputs: [0, 2], outputs: [1], options: { op, alignCorners: false, halfPixelCenters: false } },
      ],
      inputs: [0],
      outputs: [1],
    });

  test.each(['RESIZE_NEAREST_NEIGHBOR', 'RESIZE_BILINEAR'] as const)('%s', (op) => {
    expect(buildGraph(readModel(resized(op, 100))).ops).toHaveLength(1);
    expect(refusalOf(() => buildGraph(readModel(resized(op, 2 ** 26)))).code).toBe('GRAPH_UNSUPPORTED');
  });

  const enlarged = (stride: number): Uint8Array =>
    transposed([1, 1, 1, 1], [1, stride, stride, 1], [1, 1, 1, 1], stride);

  test('sets of taps of a transposed convolution', () => {
    expect(buildGraph(readModel(enlarged(32))).ops).toHaveLength(1);
    const { message } = refusalOf(() => buildGraph(readModel(enlarged(8000))));
    expect(message).toContain('make 64000000 sets of taps; up to 1024 are supported');
  });
});

/** The kernel's last channel of an odd number gets one beside it. */
test('more weights than a call has arguments, of a transposed convolution', () => {
  const bytes = transposed([1, 1, 1, 150_000], [1, 1, 1, 1], [1, 1, 1, 150_000], 1);
  const target = findTarget('stm32f746');
  const schedule = planSchedule(buildGraph(readModel(bytes)), target);
  const { files } = generateCode(schedule, { name: 'network', target });
  expect([...files.values()].join('').length).toBeGreaterThan(300_000);
});

test('more channels than a call has arguments, quantised', () => {
  const count = 150_000;
  const float = (shape: readonly number[], data?: Uint8Array): TensorSpec => ({
    shape,
    type: 'float32',
    ...(data && { data }),
  });
  const bytes = buildTflite({
    tensors: [float([1, 1]), float([1, count]), float([count, 1], new Uint8Array(4 * count))],
    operators: [
      {
        inputs: [0, 2],
        outputs: [1],
        options: { op: 'FULLY_CONNECTED', activation: 'none', keepDims: false },
      },
    ],
    inputs: [0],
    outputs: [1],
  });
  const range = { min: -1, max: 1 };
  const int8 = quantise(readModel(bytes), {
    ranges: new Map([
      [0, range],
      [1, range],
    ]),
    means: new Map(),
  });
  expect(buildGraph(int8).ops.length).toBeGreaterThan(0);
});

function transposed(
  from: readonly number[],
  to: readonly number[],
  filter: readonly number[],
  stride: number,
): Uint8Array {
  const options = {
    op: 'TRANSPOSE_CONV',
    padding: 'same',
    strideHeight: stride,
    strideWidth: stride,
    activation: 'none',
  } as const;
  return buildTflite({
    tensors: [int8Value(from), int8Value(to), int32Constant([4], to), int8Weights(filter)],
    operators: [{ inputs: [2, 3, 0], outputs: [1], options }],
    inputs: [0],
    outputs: [1],
  });
}
