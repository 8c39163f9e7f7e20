/** Convolutions of int16 as graphs have them. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import type { Model } from '../../src/model/index.ts';
import { chain, convOptions, noise } from './model-of.ts';

/** Four channels in as many groups. */
function inSingles(bias: readonly number[]): Model {
  return chain((network) => {
    const input = network.int16([1, 3, 3, 4]);
    const weights = network.weights([4, 2, 2, 1], noise(16), [0.01]);
    const sums = bias.length > 0 ? [network.integers(bias)] : [];
    return [input, network.apply(convOptions(), [input, weights, ...sums], network.int16([1, 2, 2, 4]))];
  });
}

describe('convolutions of int16 in groups of one channel', () => {
  test('are depthwise where sums have 64 bits, as they do without a bias', () => {
    expect(at(buildGraph(inSingles([])).ops, 0)).toMatchObject({ kind: 'depthwiseConv2d', sums: 'wide' });
  });

  test('stay in groups beside biases of 32 bits, at which sums of depthwise convolutions do not wrap', () => {
    const op = at(buildGraph(inSingles([1, 2, 3, 4])).ops, 0);
    expect(op).toMatchObject({ kind: 'groupedConv2d', groups: 4 });
    expect(op).not.toHaveProperty('sums');
  });
});

test('transposed convolutions of int16 with biases of 32 bits are refused, which TensorFlow Lite Micro reads as 64', () => {
  const model = chain((network) => {
    const input = network.int16([1, 2, 2, 1]);
    const weights = network.weights([2, 2, 2, 1], noise(8), [0.1]);
    const strides = { strideHeight: 2, strideWidth: 2 };
    const options = { op: 'TRANSPOSE_CONV', padding: 'same', activation: 'none', ...strides } as const;
    const operands = [network.integers([1, 4, 4, 2]), weights, input, network.integers([5, 6])];
    return [input, network.apply(options, operands, network.int16([1, 4, 4, 2]))];
  });
  expect(() => buildGraph(model)).toThrow('its bias is int32, not int64 as beside int16');
});
