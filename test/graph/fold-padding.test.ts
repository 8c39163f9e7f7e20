/** Where padding becomes part of the operator that reads it, and where it must not. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { chain, convOptions, modelOf, noise } from './model-of.ts';
import { conv, find, kinds, pad, rewritten } from './rewritten.ts';

describe('fold padding', () => {
  const zeroPoint = 5;

  test('a convolution pads by itself, and rows that no window reads are no padding', () => {
    const model = chain((network) => {
      const input = network.int8([1, 6, 6, 2], { zeroPoint });
      const padded = pad(network, input, [0, 0, 1, 2, 2, 0, 0, 0], network.int8([1, 9, 8, 2], { zeroPoint }));
      const stride = { strideHeight: 2, strideWidth: 2 };
      return [input, conv(network, padded, network.int8([1, 4, 3, 3]), stride)];
    });
    const graph = rewritten(model);
    expect(kinds(graph)).toEqual(['conv2d']);
    expect(find(graph, 'conv2d').padding).toEqual({ top: 1, bottom: 2, left: 2, right: 0 });
  });

  test('it adds to padding of the convolution itself', () => {
    const model = chain((network) => {
      const input = network.int8([1, 4, 4, 2], { zeroPoint });
      const padded = pad(network, input, [0, 0, 1, 1, 1, 1, 0, 0], network.int8([1, 6, 6, 2], { zeroPoint }));
      return [input, conv(network, padded, network.int8([1, 6, 6, 3]), { padding: 'same' })];
    });
    expect(find(rewritten(model), 'conv2d').padding).toEqual({ top: 2, bottom: 2, left: 2, right: 2 });
  });

  test('two in a row', () => {
    const model = chain((network) => {
      const input = network.int8([1, 4, 4, 2], { zeroPoint });
      const once = pad(network, input, [0, 0, 1, 0, 1, 0, 0, 0], network.int8([1, 5, 5, 2], { zeroPoint }));
      const twice = pad(network, once, [0, 0, 0, 1, 0, 1, 0, 0], network.int8([1, 6, 6, 2], { zeroPoint }));
      return [input, conv(network, twice, network.int8([1, 4, 4, 3]))];
    });
    expect(kinds(rewritten(model))).toEqual(['conv2d']);
  });

  test.each([
    ['lying', [1, 1, 9, 2], [1, 1, 6, 3], [3, 1, 3, 2], { left: 4, right: 0, top: 0, bottom: 0 }],
    ['upright', [1, 9, 1, 2], [1, 6, 1, 3], [3, 3, 1, 2], { left: 0, right: 0, top: 4, bottom: 0 }],
  ])('of a sequence, whose image is %s', (_, shape, result, filters, padding) => {
    const model = chain((network) => {
      const input = network.int8([1, 5, 2], { zeroPoint });
      const padded = pad(network, input, [0, 0, 4, 0, 0, 0], network.int8([1, 9, 2], { zeroPoint }));
      const target = network.integers(shape);
      const image = network.apply({ op: 'RESHAPE' }, [padded, target], network.int8(shape, { zeroPoint }));
      const weights = network.weights(filters, noise(18, 4), [0.01]);
      const options = convOptions({
        dilationWidth: shape[1] === 1 ? 2 : 1,
        dilationHeight: shape[1] === 1 ? 1 : 2,
      });
      const [rows = 0, columns = 0] = [result[1], result[2]];
      const output = network.int8([1, rows === 1 ? 1 : 5, columns === 1 ? 1 : 5, 3]);
      return [input, network.apply(options, [image, weights], output)];
    });
    const graph = rewritten(model);
    expect(kinds(graph)).toEqual(['reshape', 'conv2d']);
    expect(find(graph, 'conv2d').padding).toEqual(padding);
  });

  test('a depthwise convolution', () => {
    const model = chain((network) => {
      const input = network.int8([1, 5, 5, 2], { zeroPoint });
      const padded = pad(network, input, [0, 0, 1, 1, 1, 1, 0, 0], network.int8([1, 7, 7, 2], { zeroPoint }));
      const weights = network.weights([1, 3, 3, 4], noise(36, 3), [0.01, 0.02, 0.03, 0.04], 3);
      const options = { ...convOptions(), op: 'DEPTHWISE_CONV_2D', depthMultiplier: 2 } as const;
      return [input, network.apply(options, [padded, weights], network.int8([1, 5, 5, 4]))];
    });
    expect(kinds(rewritten(model))).toEqual(['depthwiseConv2d']);
  });

  test.each([
    ['channels', [0, 0, 0, 0, 0, 0, 0, 1], [1, 4, 4, 2]],
    ['more than a window', [0, 0, 3, 0, 0, 0, 0, 0], [1, 7, 4, 1]],
  ])('stays where it pads %s', (_, counts, shape) => {
    const model = chain((network) => {
      const input = network.int8([1, 4, 4, 1], { zeroPoint });
      const padded = pad(network, input, counts, network.int8(shape, { zeroPoint }));
      const depth = at(shape, 3);
      const weights = network.weights([2, 3, 3, depth], noise(18 * depth), [0.01]);
      const output = network.int8([1, at(shape, 1) - 2, 2, 2]);
      return [input, network.apply(convOptions(), [padded, weights], output)];
    });
    expect(kinds(rewritten(model))).toEqual(['pad', 'conv2d']);
  });

  test('stays where the value is not the zero point', () => {
    const model = chain((network) => {
      const input = network.int8([1, 4, 4, 2], { zeroPoint });
      const operands = [
        input,
        network.integers([0, 0, 1, 1, 1, 1, 0, 0]),
        network.constant([1], [0], { zeroPoint }),
      ];
      const padded = network.apply({ op: 'PADV2' }, operands, network.int8([1, 6, 6, 2], { zeroPoint }));
      return [input, conv(network, padded, network.int8([1, 4, 4, 3]))];
    });
    expect(kinds(rewritten(model))).toEqual(['pad', 'conv2d']);
  });

  test.each([
    { op: 'MAX_POOL_2D', value: -128, left: ['maxPool2d'] },
    { op: 'MAX_POOL_2D', value: -127, left: ['pad', 'maxPool2d'] },
    { op: 'AVERAGE_POOL_2D', value: -128, left: ['pad', 'averagePool2d'] },
  ] as const)('$op of padding with $value is left as $left', ({ op, value, left }) => {
    const model = chain((network) => {
      const input = network.int8([1, 5, 5, 2], { zeroPoint: value });
      const padded = pad(
        network,
        input,
        [0, 0, 1, 1, 1, 1, 0, 0],
        network.int8([1, 7, 7, 2], { zeroPoint: value }),
      );
      const size = { filterHeight: 3, filterWidth: 3, strideHeight: 2, strideWidth: 2 };
      const options = { op, ...size, padding: 'valid', activation: 'none' } as const;
      return [input, network.apply(options, [padded], network.int8([1, 3, 3, 2], { zeroPoint: value }))];
    });
    expect(kinds(rewritten(model))).toEqual(left);
  });

  test('a padded tensor that another operator reads as well stays for that one', () => {
    const network = modelOf();
    const input = network.int8([1, 4, 4, 2], { zeroPoint });
    const padded = pad(network, input, [0, 0, 1, 1, 1, 1, 0, 0], network.int8([1, 6, 6, 2], { zeroPoint }));
    const convolved = conv(network, padded, network.int8([1, 4, 4, 3]));
    const graph = rewritten({ ...network.model, inputs: [input], outputs: [convolved, padded] });
    expect(kinds(graph)).toEqual(['pad', 'conv2d']);
    expect(find(graph, 'conv2d').inputs).toEqual(find(graph, 'pad').inputs);
  });
});
