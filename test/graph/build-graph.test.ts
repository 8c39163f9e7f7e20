/** What buildGraph resolves, and what it says of networks that it cannot build. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at, Failure } from '../../src/base/index.ts';
import {
  buildGraph,
  type Conv2d,
  type FullyConnected,
  parameterCount,
  printGraph,
} from '../../src/graph/index.ts';
import { type Model, readModel } from '../../src/model/index.ts';
import { chain, convOptions, type ModelOf, modelOf, noise, only } from './model-of.ts';

function failureOf(model: Model): Failure {
  try {
    buildGraph(model);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('the network was built');
}

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

  test('float32 anywhere else is refused with a way out', () => {
    const network = modelOf();
    const input = network.float32([1, 4]);
    const inner = network.apply({ op: 'QUANTIZE' }, [input], network.int8([1, 4]));
    const middle = network.apply({ op: 'DEQUANTIZE' }, [inner], network.float32([1, 4]));
    const output = network.apply({ op: 'QUANTIZE' }, [middle], network.int8([1, 4]));
    const failure = failureOf({ ...network.model, inputs: [input], outputs: [output] });
    expect(failure).toMatchObject({ code: 'GRAPH_UNSUPPORTED', kind: 'model' });
    expect(failure.message).toMatch(
      /2 problems: operator 1 DEQUANTIZE "t2": .*; operator 2 QUANTIZE "t3": .*float32/,
    );
    expect(failure.hint).toMatch('TFLITE_BUILTINS_INT8');
  });

  test('a float32 input that two operators read', () => {
    const network = modelOf();
    const input = network.float32([1, 4]);
    const first = network.apply({ op: 'QUANTIZE' }, [input], network.int8([1, 4]));
    const second = network.apply({ op: 'QUANTIZE' }, [input], network.int8([1, 4], { scale: 2 }));
    const failure = failureOf({ ...network.model, inputs: [input], outputs: [first, second] });
    expect(failure.message).toMatch(
      'input "t0": it is float32 and is not read by exactly one QUANTIZE to int8',
    );
  });
});

describe('problems', () => {
  const single = (build: (network: ModelOf) => readonly [number, number]): string =>
    failureOf(chain(build)).message;

  test('are listed all at once, with index, code and name', () => {
    const network = modelOf();
    const input = network.int8([2, 4, 4, 2]);
    const weights = network.weights([3, 3, 3, 2], noise(54), [0.1]);
    const first = network.apply(convOptions(), [input, weights], network.int8([2, 2, 2, 3]));
    const second = network.apply({ op: 'SOFTMAX', beta: 1 }, [first], network.int8([2, 2, 2, 3]));
    const third = network.apply({ op: 'RELU' }, [second], network.int8([24], { name: 'flat' }));
    const failure = failureOf({ ...network.model, inputs: [input], outputs: [third] });
    expect(failure.data).toEqual({
      problems: [
        {
          operator: 0,
          kind: 'CONV_2D',
          name: 't2',
          reason: 'its input has batch size 2; only 1 is supported',
        },
        {
          operator: 1,
          kind: 'SOFTMAX',
          name: 't3',
          reason: 'its output has scale 0.5 and zero point 0 instead of 1/256 and -128',
        },
        {
          operator: 2,
          kind: 'RELU',
          name: 'flat',
          reason: 'its output is stated as [24], its inputs make [2,2,2,3]',
        },
      ],
    });
    for (const name of ['t2', 't3', 'flat']) expect(failure.toLine()).toMatch(`"${name}"`);
  });

  test('a stated shape that the operator does not make', () => {
    const message = single((network) => {
      const input = network.int8([1, 4, 4, 1]);
      const weights = network.weights([1, 3, 3, 1], noise(9), [0.1]);
      return [input, network.apply(convOptions(), [input, weights], network.int8([1, 4, 4, 1]))];
    });
    expect(message).toMatch('stated as [1,4,4,1], its inputs make [1,2,2,1]');
  });

  test('a filter larger than its input', () => {
    const message = single((network) => {
      const input = network.int8([1, 2, 4, 1]);
      const weights = network.weights([1, 3, 3, 1], noise(9), [0.1]);
      return [input, network.apply(convOptions(), [input, weights], network.int8([1, 1, 2, 1]))];
    });
    expect(message).toMatch('its filter spans 3 positions of an input that has 2');
  });

  test('weights quantised along another dimension, or computed', () => {
    const message = single((network) => {
      const input = network.int8([1, 2, 2, 2]);
      const weights = network.weights([2, 1, 1, 2], noise(4), [0.1, 0.2], 3);
      return [input, network.apply(convOptions(), [input, weights], network.int8([1, 2, 2, 2]))];
    });
    expect(message).toMatch('dimension 3 with 2 scales; dimension 0 with 2 is supported');
    const computed = single((network) => {
      const input = network.int8([1, 2, 2, 2]);
      return [input, network.apply(convOptions(), [input, input], network.int8([1, 2, 2, 2]))];
    });
    expect(computed).toMatch('its weights are computed; they must be constant');
  });

  test.each([
    [
      'a pool that would have to rescale',
      'quantised differently',
      (network: ModelOf) => {
        const input = network.int8([1, 2, 2, 2]);
        const size = { filterHeight: 2, filterWidth: 2, strideHeight: 1, strideWidth: 1 };
        const options = { op: 'MAX_POOL_2D', padding: 'valid', activation: 'none', ...size } as const;
        return [input, network.apply(options, [input], network.int8([1, 1, 1, 2], { scale: 0.51 }))] as const;
      },
    ],
    [
      'a concatenation that would have to rescale',
      'input 0 is quantised differently',
      (network: ModelOf) => {
        const input = network.int8([1, 2]);
        const options = { op: 'CONCATENATION', axis: 0, activation: 'none' } as const;
        return [
          input,
          network.apply(options, [input, input], network.int8([2, 2], { zeroPoint: 1 })),
        ] as const;
      },
    ],
    [
      'shapes that do not broadcast',
      'its inputs of [1,3] and [2] do not broadcast',
      (network: ModelOf) => {
        const input = network.int8([1, 3]);
        const other = network.constant([2], [1, 2]);
        return [
          input,
          network.apply({ op: 'MUL', activation: 'none' }, [input, other], network.int8([1, 3])),
        ] as const;
      },
    ],
    [
      'a permutation with a repeated axis',
      'is no permutation of 2 dimensions',
      (network: ModelOf) => {
        const input = network.int8([1, 3]);
        return [
          input,
          network.apply({ op: 'TRANSPOSE' }, [input, network.integers([1, 1])], network.int8([3, 3])),
        ] as const;
      },
    ],
    [
      'a sum whose scales leave the fixed-point range',
      'must be below 1',
      (network: ModelOf) => {
        const input = network.int8([1, 3], { scale: 2 ** 21 });
        return [
          input,
          network.apply(
            { op: 'ADD', activation: 'none' },
            [input, input],
            network.int8([1, 3], { scale: 1 }),
          ),
        ] as const;
      },
    ],
    [
      'a zero point that is no int8',
      'zero point 128',
      (network: ModelOf) => {
        const input = network.int8([1, 3], { zeroPoint: 128 });
        return [input, network.apply({ op: 'RELU' }, [input], network.int8([1, 3]))] as const;
      },
    ],
  ])('%s', (_, reason, build) => {
    expect(single(build)).toMatch(reason);
  });
});

test('damaged files that the reader accepts are built or refused, never anything else', () => {
  const folder = join(import.meta.dirname, '../fixtures/operators');
  const files = readdirSync(folder).map(
    (name) => new Uint8Array(readFileSync(join(folder, name, 'model.tflite'))),
  );
  let state = 20_240_601;
  const random = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const verdicts = { built: 0, refused: 0, unread: 0 };
  for (let round = 0; round < 4000; round += 1) {
    const bytes = at(files, random(files.length)).slice();
    for (let change = 0; change < 2; change += 1) bytes[random(bytes.length)] = random(256);
    verdicts[judge(bytes)] += 1;
  }
  expect(verdicts.built).toBeGreaterThan(100);
  expect(verdicts.refused).toBeGreaterThan(10);
});

function judge(bytes: Uint8Array): 'built' | 'refused' | 'unread' {
  let model: Model;
  try {
    model = readModel(bytes);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Failure);
    return 'unread';
  }
  try {
    buildGraph(model);
    return 'built';
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Failure);
    return 'refused';
  }
}

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
