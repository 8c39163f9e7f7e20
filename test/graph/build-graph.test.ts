/** What buildGraph resolves: paddings, factors, bounds, edges; and how it prints. */
import { describe, expect, test } from 'vitest';
import {
  buildGraph,
  type Conv2d,
  type FullyConnected,
  parameterCount,
  printGraph,
} from '../../src/graph/index.ts';
import { chain, convOptions, noise, only } from './model-of.ts';

describe('padding rules', () => {
  // Size, filter, stride, dilation, rule, then outputs, padding before and after, by TensorFlow's formulas by hand.
  test.each([
    [5, 3, 1, 1, 'same', 5, 1, 1],
    [5, 3, 2, 1, 'same', 3, 1, 1],
    [6, 3, 2, 1, 'same', 3, 0, 1],
    [49, 10, 2, 1, 'same', 25, 4, 5],
    [10, 4, 2, 1, 'same', 5, 1, 1],
    [7, 3, 1, 2, 'same', 7, 2, 2],
    [5, 1, 3, 1, 'same', 2, 0, 0],
    [5, 3, 1, 1, 'valid', 3, 0, 0],
    [6, 3, 2, 1, 'valid', 2, 0, 0],
    [7, 3, 1, 2, 'valid', 3, 0, 0],
  ] as const)(
    '%d by %d, stride %d, dilation %d, %s',
    (size, filter, stride, dilation, padding, outputs, before, after) => {
      const model = chain((network) => {
        const input = network.int8([1, size, 1, 1]);
        const options = { padding, strideHeight: stride, dilationHeight: dilation };
        const weights = network.weights([1, filter, 1, 1], noise(filter), [0.1]);
        return [
          input,
          network.apply(convOptions(options), [input, weights], network.int8([1, outputs, 1, 1])),
        ];
      });
      const op = only(buildGraph(model).ops) as Conv2d;
      expect(op.padding).toEqual({ top: before, bottom: after, left: 0, right: 0 });
    },
  );
});

describe('parameters', () => {
  test('a missing bias is zeros, one scale is repeated', () => {
    const model = chain((network) => {
      const input = network.int8([1, 1, 1, 2], { scale: 1 });
      const weights = network.weights([3, 1, 1, 2], noise(6), [0.5]);
      return [
        input,
        network.apply(convOptions(), [input, weights, -1], network.int8([1, 1, 1, 3], { scale: 1 })),
      ];
    });
    const op = only(buildGraph(model).ops) as Conv2d;
    expect(op.bias).toEqual(new Int32Array(3));
    expect(op.multipliers).toEqual(Array(3).fill({ multiplier: 2 ** 30, shift: 0 }));
  });

  test('a negative weight scale makes a negative factor', () => {
    const model = chain((network) => {
      const input = network.int8([1, 1, 1, 1], { scale: 1 });
      const weights = network.weights([2, 1, 1, 1], [1, 2], [0.5, -0.75]);
      return [
        input,
        network.apply(convOptions(), [input, weights], network.int8([1, 1, 1, 2], { scale: 1 })),
      ];
    });
    const op = only(buildGraph(model).ops) as Conv2d;
    expect(op.multipliers).toEqual([
      { multiplier: 2 ** 30, shift: 0 },
      { multiplier: -3 * 2 ** 29, shift: 0 },
    ]);
  });

  test('fully connected rounds the product of the scales to float32, a convolution does not', () => {
    const [inputScale, weightScale] = [Math.fround(0.1), Math.fround(0.3)];
    const build = (op: 'CONV_2D' | 'FULLY_CONNECTED'): Conv2d | FullyConnected => {
      const model = chain((network) => {
        const input = network.int8([1, 1, 1, 1], { scale: inputScale });
        const shape = op === 'CONV_2D' ? [1, 1, 1, 1] : [1, 1];
        const weights = network.weights(shape, [1], [weightScale]);
        const options =
          op === 'CONV_2D' ? convOptions() : ({ op, activation: 'none', keepDims: false } as const);
        return [input, network.apply(options, [input, weights], network.int8(shape, { scale: 1 }))];
      });
      return only(buildGraph(model).ops) as Conv2d | FullyConnected;
    };
    const product = inputScale * weightScale;
    expect(Math.fround(product)).not.toBe(product);
    expect(build('CONV_2D').multipliers).toEqual([{ multiplier: Math.round(product * 2 ** 36), shift: -5 }]);
    expect(build('FULLY_CONNECTED').multipliers).toEqual([
      { multiplier: Math.round(Math.fround(product) * 2 ** 36), shift: -5 },
    ]);
  });

  test.each([
    ['none', -128, 127],
    ['relu', -10, 127],
    ['relu6', -10, 50],
    ['relu-n1-to-1', -20, 0],
  ] as const)('activation %s bounds to %d ... %d', (activation, min, max) => {
    const model = chain((network) => {
      const input = network.int8([1, 4]);
      const output = network.int8([1, 4], { scale: 0.1, zeroPoint: -10 });
      return [input, network.apply({ op: 'ADD', activation }, [input, input], output)];
    });
    expect(buildGraph(model).ops).toMatchObject([{ clamp: { min, max } }]);
  });

  test('parameters are weights, biases and constant operands', () => {
    const model = chain((network) => {
      const input = network.int8([1, 1, 1, 2]);
      const weights = network.weights([3, 1, 1, 2], noise(6), [0.5]);
      const convolved = network.apply(convOptions(), [input, weights], network.int8([1, 1, 1, 3]));
      const constant = network.constant([3], [1, 2, 3]);
      return [
        input,
        network.apply({ op: 'ADD', activation: 'none' }, [convolved, constant], network.int8([1, 1, 1, 3])),
      ];
    });
    expect(parameterCount(buildGraph(model))).toBe(6 + 3 + 3);
  });
});

describe('float32 edges', () => {
  test('a conversion at each end becomes part of the edge', () => {
    const model = chain((network) => {
      const input = network.float32([1, 4]);
      const inner = network.apply({ op: 'QUANTIZE' }, [input], network.int8([1, 4]));
      const bounded = network.apply({ op: 'RELU' }, [inner], network.int8([1, 4], { scale: 0.25 }));
      return [input, network.apply({ op: 'DEQUANTIZE' }, [bounded], network.float32([1, 4]))];
    });
    const graph = buildGraph(model);
    expect(graph.ops.map((op) => op.kind)).toEqual(['relu']);
    expect([...graph.inputs, ...graph.outputs]).toMatchObject([
      { type: 'float32', name: 't0' },
      { type: 'float32', name: 't3' },
    ]);
  });
});

test('the printed form', () => {
  const model = chain((network) => {
    const input = network.int8([1, 4, 4, 2], { zeroPoint: 3, name: 'image' });
    const weights = network.weights([2, 3, 3, 2], noise(36), [0.01, 0.02]);
    const stride = { strideHeight: 2, strideWidth: 2, padding: 'same', activation: 'relu' } as const;
    const convolved = network.apply(convOptions(stride), [input, weights], network.int8([1, 2, 2, 2]));
    const constant = network.constant([2], [7, -7]);
    const sum = network.apply(
      { op: 'ADD', activation: 'none' },
      [convolved, constant],
      network.int8([1, 2, 2, 2], { name: 'a "quoted" sum' }),
    );
    const axes = network.integers([1, 2]);
    return [input, network.apply({ op: 'MEAN', keepDims: false }, [sum, axes], network.int8([1, 2]))];
  });
  expect(printGraph(buildGraph(model))).toMatchInlineSnapshot(`
    "input %0 int8[1,4,4,2] scale 0.5 zero 3 "image"
    constant %2 [2] scale 0.5 zero 0 2:185d48c0
    #0 %1 [1,2,2,2] scale 0.5 zero 0 = conv2d %0 filter 3x3 stride 2x2 top 0 left 0 bottom 1 right 1 dilation 1x1 weights 36:647d6f77 bias 2:9be17165 factors 4:9f7ecbf4 clamp 0..127 "t2"
    #1 %3 [1,2,2,2] scale 0.5 zero 0 = add %1 %2 shift 20 *1073741824>>31 *1073741824>>31 *1073741824>>49 clamp -128..127 "a \\"quoted\\" sum"
    #2 %4 [1,2] scale 0.5 zero 0 = mean %3 axes 1,2 *1073741824>>32 "t6"
    output %4 int8[1,2] scale 0.5 zero 0 "t6"
    "
  `);
});
