/**
 * Small files that claim to be large: many parts of the network point to the same long vector, so that reading each of
 * them in full would cost far more time and memory than the file has bytes.
 */
import { Builder } from 'flatbuffers';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { planSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { refusalOf } from '../support/refusal.ts';
import {
  buildTflite,
  int8Value,
  int8Weights,
  type OptionsSpec,
  type TensorSpec,
} from '../support/tflite-builder.ts';

const million = 1_000_000;
const pool = {
  op: 'MAX_POOL_2D',
  padding: 'same',
  strideHeight: 1,
  strideWidth: 1,
  filterHeight: 1,
  filterWidth: 1,
  activation: 'none',
} as const;

/** A vector of `count` zeros, and as text a name of that many characters. */
function zeros(builder: Builder, elementBytes: 1 | 4 | 8, count: number): number {
  builder.startVector(elementBytes, count, 8);
  builder.pad(elementBytes * count);
  return builder.endVector();
}

function vector(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets) builder.addOffset(offset);
  return builder.endVector();
}

/** A table whose only fields are these offsets, by slot. */
function table(builder: Builder, offsets: Readonly<Record<number, number>>): number {
  builder.startObject(12);
  for (const [slot, offset] of Object.entries(offsets)) builder.addFieldOffset(Number(slot), offset, 0);
  return builder.endObject();
}

type Parts = { readonly tensor?: number; readonly operator?: number; readonly code?: number };
type Counts = { readonly tensors?: number; readonly operators?: number; readonly codes?: number };

/** A file in which all tensors are one and the same, as are all operators and all operator codes. */
function repeat(builder: Builder, parts: Parts, counts: Counts): Uint8Array {
  const many = (offset: number | undefined, count = 1): number => {
    return vector(builder, new Array<number>(count).fill(offset ?? table(builder, {})));
  };
  const tensors = many(parts.tensor, counts.tensors);
  const operators = many(parts.operator, counts.operators);
  const codes = many(parts.code, counts.codes);
  const subgraph = table(builder, { 0: tensors, 3: operators });
  const subgraphs = vector(builder, [subgraph]);
  builder.startObject(5);
  builder.addFieldInt32(0, 3, 0);
  builder.addFieldOffset(1, codes, 0);
  builder.addFieldOffset(2, subgraphs, 0);
  builder.finish(builder.endObject(), 'TFL3');
  return builder.asUint8Array();
}

/** In processor time, which other work on the machine does not lengthen. */
function refusedQuickly(bytes: Uint8Array): Failure {
  const start = process.threadCpuUsage();
  const heapBefore = process.memoryUsage().heapUsed;
  const failure = refusalOf(() => readModel(bytes));
  const heapMiB = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20;
  const { user, system } = process.threadCpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(1000);
  expect(heapMiB).toBeLessThan(160);
  expect(failure.toLine().length).toBeLessThan(200_000);
  return failure;
}

describe('many that share', () => {
  test('one long shape', () => {
    const builder = new Builder();
    const tensor = table(builder, { 0: zeros(builder, 4, million) });
    expect(refusedQuickly(repeat(builder, { tensor }, { tensors: 20_000 })).message).toMatch(/too many dim/);
  });

  test('one long name', () => {
    const builder = new Builder();
    const tensor = table(builder, { 3: builder.createString('x'.repeat(million)) });
    const failure = refusedQuickly(repeat(builder, { tensor }, { tensors: 20_000 }));
    expect(failure.message).toMatch(/names of all tensors together, in bytes: 5000000/);
  });

  test('one long list of scales', () => {
    const builder = new Builder();
    const count = 500_000;
    builder.startVector(4, count, 4);
    for (let index = 0; index < count; index += 1) builder.addFloat32(1);
    const scales = builder.endVector();
    const quantization = table(builder, { 2: scales, 3: zeros(builder, 8, count) });
    builder.startVector(4, 1, 4);
    builder.addInt32(count);
    const tensor = table(builder, { 0: builder.endVector(), 4: quantization });
    const failure = refusedQuickly(repeat(builder, { tensor }, { tensors: 20_000 }));
    expect(failure.message).toMatch(/scales of all tensors together: 1500000/);
  });

  test('one long list of inputs', () => {
    const builder = new Builder();
    const operator = table(builder, { 1: zeros(builder, 4, 150_000) });
    const failure = refusedQuickly(repeat(builder, { operator }, { operators: 10_000 }));
    expect(failure.message).toMatch(/inputs and outputs of all operators together: 300000/);
  });

  test('one long list of marks for inputs that change', () => {
    const builder = new Builder();
    const operator = table(builder, { 7: zeros(builder, 1, 10 * million) });
    const failure = refusedQuickly(repeat(builder, { operator }, { operators: 10_000 }));
    expect(failure.message).toMatch(/it marks 10000000 inputs/);
  });

  test('one long name of a custom operator', () => {
    const builder = new Builder();
    const name = builder.createString('x'.repeat(10_000));
    builder.startObject(4);
    builder.addFieldOffset(1, name, 0);
    builder.addFieldInt32(3, 32, 0);
    const code = builder.endObject();
    const failure = refusedQuickly(repeat(builder, { code }, { codes: 1000, operators: 10_000 }));
    expect(failure.message).toMatch(/names of custom operators together, in bytes: 20000/);
  });
});

describe('more than there may be', () => {
  test.each([
    ['tensors', { tensors: 20_001 }, /too many tensors: 20001/],
    ['operators', { operators: 10_001 }, /too many operators: 10001/],
    ['operator codes', { codes: 1001 }, /too many operator codes: 1001/],
  ])('%s', (_, counts, message) => {
    expect(refusedQuickly(repeat(new Builder(), {}, counts)).message).toMatch(message);
  });
});

describe('as many operators as there may be, each reading what the one before it made', {
  timeout: 300_000,
}, () => {
  const count = 9_900;
  const values = (shapes: readonly (readonly number[])[], more: readonly TensorSpec[]): TensorSpec[] => [
    ...shapes.map((shape) => int8Value(shape)),
    ...more,
  ];
  /** Operators by their number, what each makes, and the constants that they may read besides, from `count + 1` on. */
  const networkOf = (
    optionsOf: (index: number) => OptionsSpec,
    shapeOf: (index: number) => readonly number[],
    constants: readonly TensorSpec[],
    constantOf: (index: number) => readonly number[],
  ): Uint8Array =>
    buildTflite({
      tensors: values(
        Array.from({ length: count + 1 }, (_, index) => shapeOf(index)),
        constants,
      ),
      operators: Array.from({ length: count }, (_, index) => ({
        inputs: [index, ...constantOf(index).map((constant) => count + 1 + constant)],
        outputs: [index + 1],
        options: optionsOf(index),
      })),
      inputs: [0],
      outputs: [count],
    });
  const image = (): readonly number[] => [1, 2, 2, 3];
  const cases: Readonly<Record<string, () => Uint8Array>> = {
    reshapes: () =>
      networkOf(
        () => ({ op: 'RESHAPE' }),
        (index) => (index % 2 === 0 ? image() : [1, 12]),
        [],
        () => [],
      ),
    'paddings before a pool': () =>
      networkOf(
        (index) => (index + 1 < count ? { op: 'PADV2' } : pool),
        (index) => [1, Math.min(index, count - 1) + 2, 2, 1],
        [
          { shape: [4, 2], type: 'int32', data: [0, 0, 1, 0, 0, 0, 0, 0] },
          { ...int8Value([1]), data: [-128] },
        ],
        (index) => (index + 1 < count ? [0, 1] : []),
      ),
    'transposes above means': () =>
      networkOf(
        (index) => (index < count / 2 ? { op: 'TRANSPOSE' } : { op: 'MEAN', keepDims: true }),
        (index) => (index <= count / 2 ? (index % 2 === 0 ? [1, 2, 3, 4] : [1, 3, 2, 4]) : [1, 2, 3, 1]),
        [
          { shape: [4], type: 'int32', data: [0, 2, 1, 3] },
          { shape: [1], type: 'int32', data: [3] },
        ],
        (index) => [index < count / 2 ? 0 : 1],
      ),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    const bytes = cases[name]?.() ?? new Uint8Array(0);
    const start = process.threadCpuUsage();
    expect(buildGraph(readModel(bytes)).outputs).toHaveLength(1);
    const { user, system } = process.threadCpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});

test('one large constant that all operators read', () => {
  const size = 2 ** 16;
  const spec = {
    tensors: [
      ...Array.from({ length: 1101 }, () => int8Value([1, size])),
      { ...int8Value([1, size]), data: new Uint8Array(size) },
    ],
    operators: Array.from({ length: 1100 }, (_, index) => ({
      inputs: [index, 1101],
      outputs: [index + 1],
      options: { op: 'ADD', activation: 'none' } as const,
    })),
    inputs: [0],
    outputs: [1100],
  };
  expect(refusedQuickly(buildTflite(spec)).message).toMatch(/constants that operators read, in bytes: 6717/);
});

/** One operator from a tensor of this shape to another, with constants between. */
function between(
  type: 'int8' | 'int16',
  [from, to]: readonly (readonly number[])[],
  options: OptionsSpec,
  ...constants: readonly TensorSpec[]
): Uint8Array {
  const quantization = { scales: [0.5], zeroPoints: [0] };
  const [input, output] = [from ?? [], to ?? []].map((shape) => ({ shape, type, quantization }));
  return buildTflite({
    tensors: [input, output, ...constants].flatMap((tensor) => tensor ?? []),
    operators: [{ inputs: [0, ...constants.map((_, index) => index + 2)], outputs: [1], options }],
    inputs: [0],
    outputs: [1],
  });
}

describe('as many elements as there may be are planned in time', () => {
  const many = 2 ** 26;
  const images = [
    [1, 2 ** 13, 2 ** 13, 1],
    [1, many, 1, 1],
  ];
  const axis: TensorSpec = { shape: [1], type: 'int32', data: [0] };
  const filter = int8Weights([1, 2, 2, 1]);
  const undilated = { dilationHeight: 1, dilationWidth: 1 } as const;
  const cases: Readonly<Record<string, () => Uint8Array>> = {
    'sums of int16': () =>
      between('int16', [[4, many / 4], [many / 4]], { op: 'SUM', keepDims: false }, axis),
    'the pixels of a pool': () => between('int8', [images[0] ?? [], images[0] ?? []], pool),
    'the rows of a pool of int16': () => between('int16', [images[1] ?? [], images[1] ?? []], pool),
    'the rows of a convolution': () =>
      between('int8', [images[1] ?? [], images[1] ?? []], { ...pool, ...undilated, op: 'CONV_2D' }, filter),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    const graph = buildGraph(readModel(cases[name]?.() ?? new Uint8Array(0)));
    const start = process.threadCpuUsage();
    expect(planSchedule(graph, findTarget('stm32f746')).arenaBytes).toBeGreaterThan(many);
    const { user, system } = process.threadCpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});

test('as many as there may be of all that is not supported', () => {
  const builder = new Builder();
  builder.startVector(4, 20, 4);
  builder.pad(80);
  const inputs = builder.endVector();
  const operator = table(builder, { 1: inputs });
  const failure = refusedQuickly(repeat(builder, { operator }, { tensors: 20_000, operators: 10_000 }));
  expect(failure.code).toBe('MODEL_OP_UNSUPPORTED');
});
