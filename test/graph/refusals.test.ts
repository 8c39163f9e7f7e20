/** What buildGraph says of networks that it cannot build. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at, Failure } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { type Model, readModel } from '../../src/model/index.ts';
import { chain, convOptions, type ModelOf, modelOf, noise } from './model-of.ts';

function failureOf(model: Model): Failure {
  try {
    buildGraph(model);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('the network was built');
}

describe('float32 inside the network', () => {
  test('float32 anywhere else is refused with a way out', () => {
    const network = modelOf();
    const input = network.float32([1, 4]);
    const inner = network.apply({ op: 'QUANTIZE' }, [input], network.int8([1, 4]));
    const middle = network.apply({ op: 'DEQUANTIZE' }, [inner], network.float32([1, 4]));
    const computed = network.apply({ op: 'RELU' }, [middle], network.float32([1, 4]));
    const output = network.apply({ op: 'QUANTIZE' }, [computed], network.int8([1, 4]));
    const failure = failureOf({ ...network.model, inputs: [input], outputs: [output] });
    expect(failure).toMatchObject({ code: 'GRAPH_UNSUPPORTED', kind: 'model' });
    expect(failure.message).toMatch(
      /3 problems: DEQUANTIZE at operator 1 "t2" .*; RELU at operator 2 .*; QUANTIZE at operator 3 "t4" .*float32/,
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
      'input "t0" (it is float32 and is not read by exactly one QUANTIZE to int8 or int16)',
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
    expect(failure.problems).toMatchObject([
      {
        operator: 0,
        kind: 'CONV_2D',
        name: 't2',
        reason: 'its input has batch size 2; only 1 is supported',
        hint: expect.stringMatching(/batch_size=1/),
      },
      {
        operator: 1,
        kind: 'SOFTMAX',
        name: 't3',
        reason: 'its output has scale 0.5 and zero point 0 instead of 1/256 and -128',
        hint: expect.stringMatching(/mcunet quantize/),
      },
      {
        operator: 2,
        kind: 'RELU',
        name: 'flat',
        reason: 'its output is stated as [24], its inputs make [2,2,2,3]',
      },
    ]);
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
      'a convolution whose output channels its groups cannot share',
      'its 3 output channels cannot be divided into the 2 groups of its input',
      (network: ModelOf) => {
        const input = network.int8([1, 2, 2, 4]);
        const weights = network.weights([3, 1, 1, 2], noise(6), [0.1]);
        return [input, network.apply(convOptions(), [input, weights], network.int8([1, 2, 2, 3]))] as const;
      },
    ],
    [
      'a transposed convolution that asks for another shape than it has',
      'it asks for the shape [1,4,4,2], its output has [1,4,6,2]',
      (network: ModelOf) => {
        const input = network.int8([1, 2, 2, 1]);
        const weights = network.weights([2, 2, 2, 1], noise(8), [0.1]);
        const strides = { strideHeight: 2, strideWidth: 2 };
        const options = { op: 'TRANSPOSE_CONV', padding: 'same', activation: 'none', ...strides } as const;
        const operands = [network.integers([1, 4, 4, 2]), weights, input];
        return [input, network.apply(options, operands, network.int8([1, 4, 6, 2]))] as const;
      },
    ],
    [
      'a bilinear resize so far that its fixed point leaves the image',
      "a height of 2048 from 1, for which TensorFlow Lite's fixed point does not suffice",
      (network: ModelOf) => {
        const input = network.int8([1, 1, 1, 1]);
        const options = { op: 'RESIZE_BILINEAR', alignCorners: false, halfPixelCenters: false } as const;
        const operands = [input, network.integers([2048, 1])];
        return [input, network.apply(options, operands, network.int8([1, 2048, 1, 1]))] as const;
      },
    ],
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
