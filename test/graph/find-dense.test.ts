/** Which convolutions become fully connected operators, whose outputs stay byte for byte. */
import { describe, expect, test } from 'vitest';
import type { Graph } from '../../src/graph/index.ts';
import { chain, convOptions, noise } from './model-of.ts';
import { kinds, pad, rewritten } from './rewritten.ts';

type Size = readonly [height: number, width: number];

function convolved(
  size: Size,
  filter: Size,
  output: Size,
  options: Parameters<typeof convOptions>[0] = {},
): Graph {
  return rewritten(
    chain((network) => {
      const input = network.int8([1, ...size, 2], { zeroPoint: 5 });
      const count = 3 * filter[0] * filter[1] * 2;
      const weights = network.weights([3, ...filter, 2], noise(count, 9), [0.01, 0.02, 0.03]);
      return [input, network.apply(convOptions(options), [input, weights], network.int8([1, ...output, 3]))];
    }),
  );
}

describe('a convolution that reads all of its input for each output is fully connected', () => {
  test.each<[string, Size, Parameters<typeof convOptions>[0]]>([
    ['of one pixel', [1, 1], {}],
    ['of one pixel, padded SAME', [1, 1], { padding: 'same' }],
    ['of a whole image', [3, 4], {}],
    ['of a line, dilated across it', [1, 4], { dilationHeight: 2 }],
  ])('%s', (_, size, options) => {
    expect(kinds(convolved(size, size, [1, 1], options))).toEqual(['fullyConnected']);
  });

  test('and keeps its activation', () => {
    const graph = convolved([1, 1], [1, 1], [1, 1], { activation: 'relu' });
    expect(graph.ops).toMatchObject([{ kind: 'fullyConnected', clamp: { min: 0, max: 127 } }]);
  });
});

describe('others stay', () => {
  test('of several pixels', () => {
    expect(kinds(convolved([2, 1], [1, 1], [2, 1]))).toEqual(['conv2d']);
  });

  test('that reads only some of its input', () => {
    expect(kinds(convolved([2, 2], [1, 1], [1, 1], { strideHeight: 2, strideWidth: 2 }))).toEqual(['conv2d']);
  });

  test('that is dilated', () => {
    expect(kinds(convolved([3, 3], [2, 2], [1, 1], { dilationHeight: 2, dilationWidth: 2 }))).toEqual([
      'conv2d',
    ]);
  });

  test('whose filter is as large as its input, but reads padding in the place of some of it', () => {
    const model = chain((network) => {
      const input = network.int8([1, 3, 1, 2], { zeroPoint: 5 });
      const padded = pad(
        network,
        input,
        [0, 0, 1, 0, 0, 0, 0, 0],
        network.int8([1, 4, 1, 2], { zeroPoint: 5 }),
      );
      const weights = network.weights([3, 3, 1, 2], noise(18, 9), [0.01]);
      const options = convOptions({ strideHeight: 3 });
      return [input, network.apply(options, [padded, weights], network.int8([1, 1, 1, 3]))];
    });
    expect(kinds(rewritten(model))).toEqual(['conv2d']);
  });
});
