import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import type { Graph } from '../../src/graph/index.ts';
import { chooseKernel, demandKernels, kernelCatalogue, kernelHeaders } from '../../src/kernels/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { seededRandom } from './random.ts';
import { singleOperator } from './single-operator.ts';

const target = findTarget('stm32f746');
const random = seededRandom(1);
const one = { height: 1, width: 1 };
const three = { height: 3, width: 3 };
const whole = { min: -128, max: 127 };
const half = { multiplier: 2 ** 30, shift: 0 };

function around(border: number) {
  return { top: border, bottom: border, left: border, right: border };
}

function conv(filter: typeof one, border: number, from: number, to: number, stride = one): Graph {
  const size = Math.ceil(6 / stride.height);
  return singleOperator(
    random,
    {
      kind: 'conv2d',
      filter,
      stride,
      dilation: one,
      padding: around(border),
      weights: random.int8s(filter.height * filter.width * from * to),
      bias: new Int32Array(to),
      multipliers: Array.from({ length: to }, () => half),
      clamp: whole,
    },
    [[1, 6, 6, from]],
    [1, size, size, to],
  );
}

function depthwise(channels: number): Graph {
  return singleOperator(
    random,
    {
      kind: 'depthwiseConv2d',
      filter: three,
      stride: one,
      dilation: one,
      padding: around(1),
      depthMultiplier: 1,
      weights: random.int8s(9 * channels),
      bias: new Int32Array(channels),
      multipliers: Array.from({ length: channels }, () => half),
      clamp: whole,
    },
    [[1, 6, 6, channels]],
    [1, 6, 6, channels],
  );
}

function kernelOf(graph: Graph) {
  return chooseKernel(at(graph.ops, 0), graph, target);
}

function leadOf(graph: Graph, position = 0): number | undefined {
  return kernelOf(graph).leadBytes(at(graph.ops, 0), graph, position);
}

describe('the choice of a kernel', () => {
  test('takes the matrix product for 1x1 convolutions with stride 1 only', () => {
    expect(kernelOf(conv(one, 0, 8, 8)).name).toBe('conv_1x1_s8');
    expect(kernelOf(conv(one, 0, 8, 8, { height: 2, width: 2 })).name).toBe('conv_s8');
    expect(kernelOf(conv(three, 1, 8, 8)).name).toBe('conv_s8');
  });

  test('refuses what no kernel computes, with the operator named', () => {
    const nine = Array.from({ length: 9 }, () => [1, 2]);
    const concatenation = singleOperator(random, { kind: 'concatenation', axis: 1 }, nine, [1, 18]);
    const deep = { kind: 'softmax', multiplier: { multiplier: 2 ** 30, shift: 20 }, diffMin: -100 } as const;
    const softmax = singleOperator(random, deep, [[1, 4096]], [1, 4096]);
    for (const graph of [concatenation, softmax]) {
      const { kind } = at(graph.ops, 0);
      expect(() => kernelOf(graph)).toThrow(
        expect.objectContaining({ code: 'KERNEL_MISSING', where: `operator 0 "${kind}"` }),
      );
    }
  });

  test('of a whole network: every operator that has none is named', () => {
    const nine = Array.from({ length: 9 }, () => [1, 2]);
    const graph = singleOperator(random, { kind: 'concatenation', axis: 1 }, nine, [1, 18]);
    const again = at(graph.ops, 0);
    const ops = [again, { ...again, index: 1 }];
    expect(() => demandKernels({ ...graph, ops }, target)).toThrow(
      expect.objectContaining({
        code: 'KERNEL_MISSING',
        problems: [expect.objectContaining({ operator: 0 }), expect.objectContaining({ operator: 1 })],
      }),
    );
  });

  test('has a header for every kernel', () => {
    for (const { header } of kernelCatalogue) expect(kernelHeaders.has(header)).toBe(true);
  });
});

describe('how closely an output may follow its input', () => {
  test('elementwise: in place', () => {
    const shape = [1, 4, 4, 3];
    const relu = singleOperator(random, { kind: 'relu', multiplier: half, clamp: whole }, [shape], shape);
    expect(leadOf(relu)).toBe(0);
  });

  test('an operand that is broadcast must stay whole', () => {
    const shapes = [
      [1, 4, 4, 3],
      [1, 1, 1, 3],
    ];
    const mul = singleOperator(
      random,
      { kind: 'mul', outputMultiplier: half, clamp: whole },
      shapes,
      [1, 4, 4, 3],
    );
    expect([leadOf(mul, 0), leadOf(mul, 1)]).toEqual([0, undefined]);
  });

  test('1x1 convolution: in place, since pixels are read before their outputs are written', () => {
    expect(leadOf(conv(one, 0, 16, 8))).toBe(0);
  });

  test('1x1 convolution that widens: what it makes more than it reads, but for the last four pixels', () => {
    expect(leadOf(conv(one, 0, 8, 12))).toBe(32 * (12 - 8));
  });

  test('3x3 depthwise convolution: all but a pixel, since channels are made one group after the other', () => {
    expect(leadOf(depthwise(5))).toBe((6 * 6 - 1) * 5);
  });

  test('3x3 depthwise convolution of one group of channels: a row and a pixel', () => {
    expect(leadOf(depthwise(4))).toBe((6 + 1) * 4);
  });

  test('3x3 convolution: less than a row, since patches are gathered four at a time', () => {
    expect(leadOf(conv(three, 1, 8, 8))).toBe((6 + 1) * 8);
  });
});
