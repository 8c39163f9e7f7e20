/** Passes, each on a network made for it (padding has a file of its own): what it changes, what it must leave, and that no output byte moves. */
import { describe, expect, test } from 'vitest';
import { type Graph, standardPasses } from '../../src/graph/index.ts';
import { chain, type ModelOf, modelOf } from './model-of.ts';
import { conv, find, kinds, pad, rewritten } from './rewritten.ts';

test('the passes have names of their own', () => {
  expect(new Set(standardPasses.map((pass) => pass.name)).size).toBe(standardPasses.length);
});

describe('sink transposes', () => {
  function transpose(
    network: ModelOf,
    input: number,
    permutation: readonly number[],
    shape: readonly number[],
  ): number {
    return network.apply({ op: 'TRANSPOSE' }, [input, network.integers(permutation)], network.int8(shape));
  }
  function mean(
    network: ModelOf,
    input: number,
    axes: readonly number[],
    shape: readonly number[],
    keepDims = false,
  ): number {
    const output = network.int8(shape, { scale: 0.3, zeroPoint: -4 });
    return network.apply({ op: 'MEAN', keepDims }, [input, network.integers(axes)], output);
  }

  test('two means of a transposed image need no transpose', () => {
    const graph = rewritten(
      chain((network) => {
        const input = network.int8([1, 3, 4, 5]);
        const moved = transpose(network, input, [0, 3, 1, 2], [1, 5, 3, 4]);
        const columns = mean(network, moved, [3], [1, 5, 3]);
        return [input, mean(network, columns, [2], [1, 5])];
      }),
    );
    expect(graph.ops).toMatchObject([
      { kind: 'mean', axes: [2] },
      { kind: 'mean', axes: [1] },
    ]);
  });

  test('kept dimensions keep the permutation, of less', () => {
    const graph = rewritten(
      chain((network) => {
        const input = network.int8([2, 3, 4, 5]);
        const moved = transpose(network, input, [3, 2, 1, 0], [5, 4, 3, 2]);
        return [input, mean(network, moved, [-3], [5, 1, 3, 2], true)];
      }),
    );
    expect(graph.ops).toMatchObject([
      { kind: 'mean', axes: [2] },
      { kind: 'transpose', permutation: [3, 2, 1, 0] },
    ]);
  });

  test('dropped dimensions leave a permutation of the others', () => {
    const graph = rewritten(
      chain((network) => {
        const input = network.int8([2, 3, 4, 5]);
        const moved = transpose(network, input, [2, 0, 3, 1], [4, 2, 5, 3]);
        return [input, mean(network, moved, [1], [4, 5, 3])];
      }),
    );
    expect(graph.ops).toMatchObject([
      { kind: 'mean', axes: [0] },
      { kind: 'transpose', permutation: [1, 2, 0] },
    ]);
  });

  test('a transposed tensor that is an output as well stays', () => {
    const network = modelOf();
    const input = network.int8([1, 3, 4, 5]);
    const moved = transpose(network, input, [0, 3, 1, 2], [1, 5, 3, 4]);
    const reduced = mean(network, moved, [2, 3], [1, 5]);
    const graph = rewritten({ ...network.model, inputs: [input], outputs: [moved, reduced] });
    expect(kinds(graph)).toEqual(['transpose', 'mean']);
  });
});

describe('identities', () => {
  const relu = { op: 'RELU' } as const;

  /** input -> relu that bounds -> the operator -> relu that bounds, so that neither end is an edge. */
  function between(build: (network: ModelOf, input: number) => number, shape: readonly number[]): Graph {
    return rewritten(
      chain((network) => {
        const input = network.int8([1, 2, 3, 4]);
        const first = network.apply({ op: 'LOGISTIC' }, [input], network.int8([1, 2, 3, 4], probability));
        const middle = build(network, first);
        return [input, network.apply(relu, [middle], network.int8(shape, { scale: 0.01 }))];
      }),
    );
  }
  const probability = { scale: 1 / 256, zeroPoint: -128 };

  test.each([
    [
      'padding by nothing',
      (network: ModelOf, input: number) =>
        pad(network, input, [0, 0, 0, 0, 0, 0, 0, 0], network.int8([1, 2, 3, 4], probability)),
    ],
    [
      'requantising to the same scale and zero point',
      (network: ModelOf, input: number) =>
        network.apply({ op: 'QUANTIZE' }, [input], network.int8([1, 2, 3, 4], probability)),
    ],
    [
      'a relu whose bound is the smallest int8',
      (network: ModelOf, input: number) =>
        network.apply(relu, [input], network.int8([1, 2, 3, 4], probability)),
    ],
    [
      'a concatenation of one',
      (network: ModelOf, input: number) => {
        const options = { op: 'CONCATENATION', axis: 3, activation: 'none' } as const;
        return network.apply(options, [input], network.int8([1, 2, 3, 4], probability));
      },
    ],
    [
      'a transpose that moves nothing',
      (network: ModelOf, input: number) =>
        network.apply(
          { op: 'TRANSPOSE' },
          [input, network.integers([0, 1, 2, 3])],
          network.int8([1, 2, 3, 4], probability),
        ),
    ],
  ] as const)('%s disappears', (_, build) => {
    expect(kinds(between(build, [1, 2, 3, 4]))).toEqual(['logistic', 'relu']);
  });

  test('a transpose of a dimension of size 1 becomes a reshape', () => {
    const graph = between(
      (network, input) => {
        const permutation = network.integers([1, 0, 2, 3]);
        return network.apply(
          { op: 'TRANSPOSE' },
          [input, permutation],
          network.int8([2, 1, 3, 4], probability),
        );
      },
      [2, 1, 3, 4],
    );
    expect(kinds(graph)).toEqual(['logistic', 'reshape', 'relu']);
  });

  test('a transpose of other dimensions stays', () => {
    const graph = between(
      (network, input) => {
        const permutation = network.integers([0, 2, 1, 3]);
        return network.apply(
          { op: 'TRANSPOSE' },
          [input, permutation],
          network.int8([1, 3, 2, 4], probability),
        );
      },
      [1, 3, 2, 4],
    );
    expect(kinds(graph)).toEqual(['logistic', 'transpose', 'relu']);
  });

  test('requantising to another zero point stays', () => {
    const graph = between(
      (network, input) =>
        network.apply(
          { op: 'QUANTIZE' },
          [input],
          network.int8([1, 2, 3, 4], { ...probability, zeroPoint: -127 }),
        ),
      [1, 2, 3, 4],
    );
    expect(kinds(graph)).toEqual(['logistic', 'requantize', 'relu']);
  });

  test('a chain of reshapes is one, and none where it ends as it began', () => {
    const reshape = (network: ModelOf, input: number, shape: readonly number[]): number =>
      network.apply({ op: 'RESHAPE' }, [input, network.integers(shape)], network.int8(shape, probability));
    const toRow = between(
      (network, input) => reshape(network, reshape(network, input, [4, 6]), [1, 24]),
      [1, 24],
    );
    expect(kinds(toRow)).toEqual(['logistic', 'reshape', 'relu']);
    const back = between(
      (network, input) => reshape(network, reshape(network, input, [4, 6]), [1, 2, 3, 4]),
      [1, 2, 3, 4],
    );
    expect(kinds(back)).toEqual(['logistic', 'relu']);
  });

  test('a copy from an input to an output stays, for there is no other operator to write it', () => {
    const graph = rewritten(
      chain((network) => {
        const input = network.int8([1, 8]);
        return [input, network.apply({ op: 'QUANTIZE' }, [input], network.int8([1, 8]))];
      }),
    );
    expect(kinds(graph)).toEqual(['reshape']);
  });
});

describe('fuse activations', () => {
  function reluAfterConv(
    quantised: { scale?: number; zeroPoint?: number },
    activation: 'none' | 'relu-n1-to-1' = 'none',
  ): Graph {
    return rewritten(
      chain((network) => {
        const input = network.int8([1, 4, 4, 2]);
        const convolved = conv(network, input, network.int8([1, 2, 2, 3], { zeroPoint: -3 }), { activation });
        const output = network.int8([1, 2, 2, 3], { zeroPoint: -3, ...quantised, name: 'bounded' });
        return [input, network.apply({ op: 'RELU6' }, [convolved], output)];
      }),
    );
  }

  test('the convolution takes the bounds and the name', () => {
    const graph = reluAfterConv({});
    expect(graph.ops).toMatchObject([{ kind: 'conv2d', name: 'bounded', clamp: { min: -3, max: 9 } }]);
  });

  test('bounds are the tighter of both', () => {
    expect(find(reluAfterConv({}, 'relu-n1-to-1'), 'conv2d').clamp).toEqual({ min: -3, max: -1 });
  });

  test.each([{ scale: 0.25 }, { zeroPoint: -2 }])('a relu that rescales stays: %o', (quantised) => {
    expect(kinds(reluAfterConv(quantised))).toEqual(['conv2d', 'relu']);
  });

  test('two relus in a row', () => {
    const graph = rewritten(
      chain((network) => {
        const input = network.int8([1, 4, 4, 2]);
        const convolved = conv(network, input, network.int8([1, 2, 2, 3]));
        const once = network.apply({ op: 'RELU' }, [convolved], network.int8([1, 2, 2, 3]));
        return [input, network.apply({ op: 'RELU6' }, [once], network.int8([1, 2, 2, 3]))];
      }),
    );
    expect(graph.ops).toMatchObject([{ kind: 'conv2d', clamp: { min: 0, max: 12 } }]);
  });

  test('a tensor that others read too keeps its values', () => {
    const network = modelOf();
    const input = network.int8([1, 4, 4, 2]);
    const convolved = conv(network, input, network.int8([1, 2, 2, 3]));
    const bounded = network.apply({ op: 'RELU' }, [convolved], network.int8([1, 2, 2, 3]));
    const graph = rewritten({ ...network.model, inputs: [input], outputs: [convolved, bounded] });
    expect(kinds(graph)).toEqual(['conv2d', 'relu']);
  });
});

test('what no output needs is dropped, inputs of the network are not', () => {
  const network = modelOf();
  const [used, unused] = [network.int8([1, 8]), network.int8([1, 8])];
  network.apply({ op: 'RELU' }, [unused], network.int8([1, 8]));
  const output = network.apply({ op: 'RELU' }, [used], network.int8([1, 8]));
  const graph = rewritten({ ...network.model, inputs: [used, unused], outputs: [output] });
  expect(graph.ops).toHaveLength(1);
  expect(graph.tensors).toHaveLength(3);
  expect(graph.inputs).toHaveLength(2);
});
