/** Which channels go because they hold one value whatever the input is, which must stay, and that no output byte moves. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { type Conv2d, countMacs, type Graph, printGraph, type Tensor } from '../../src/graph/index.ts';
import { type NetworkBuilder, networkBuilder } from '../support/network-builder.ts';
import { channels, drop, dropped, edit, pin, zeroPoint } from './dead-filters.ts';

function build(make: (network: NetworkBuilder, input: number) => number): Graph {
  const network = networkBuilder(7);
  const input = network.input([1, 5, 4, 3]);
  return network.finish([make(network, input)]);
}

describe('channels that go', () => {
  test('a filter that gives the zero point, before a padded convolution', () => {
    const graph = build((n, x) => n.conv2d(n.conv2d(x, 5), 4, 3));
    const after = dropped(pin(graph, 0, { 1: zeroPoint, 4: zeroPoint }));
    expect(channels(after)).toEqual([3, 4]);
    expect((after.ops[1] as Conv2d).weights).toHaveLength(4 * 9 * 3);
    expect(printGraph(after)).toContain(' without 2 constant channels');
    expect(countMacs(at(after.ops, 0), after)).toBe(5 * 4 * 3 * 3);
  });

  test('a filter that gives another value, before a convolution without padding: the bias takes it', () => {
    const graph = pin(
      build((n, x) => n.conv2d(n.conv2d(x, 5), 4)),
      0,
      { 2: 60 },
    );
    const after = dropped(graph);
    expect(channels(after)).toEqual([4, 4]);
    const { weights, bias } = graph.ops[1] as Conv2d;
    const expected = bias.map((value, output) => value + (60 - zeroPoint) * at(weights, output * 5 + 2));
    expect((after.ops[1] as Conv2d).bias).toEqual(expected);
  });

  test('a filter that its bound makes constant, whatever its weights are', () => {
    const graph = edit<Conv2d>(
      build((n, x) => n.conv2d(n.conv2d(x, 5), 4, 3)),
      0,
      (op) => ({
        ...op,
        clamp: { min: zeroPoint, max: 127 },
        bias: op.bias.map((value, output) => (output === 3 ? -3 * 127 * 256 : value)),
      }),
    );
    expect(channels(dropped(graph))).toEqual([4, 4]);
  });

  test('through a depthwise convolution, pools, relu, resize and mean to a fully connected operator', () => {
    const graph = build((n, x) => {
      const spread = n.depthwiseConv2d(n.conv2d(x, 6), 3);
      const pooled = n.pool2d('maxPool2d', n.pool2d('averagePool2d', spread, 2, 1), 2, 1);
      return n.fullyConnected(n.mean(n.resizeNearest(n.relu(pooled), 2)), 3);
    });
    const after = dropped(pin(pin(graph, 0, { 0: zeroPoint, 5: zeroPoint }), 1, { 0: zeroPoint, 5: 9 }));
    expect(channels(after)).toEqual([4, 4, 4, 4, 4, 4, 4, 3]);
  });

  test('a dead depthwise filter takes the channel before it along, though that one varies', () => {
    const after = dropped(
      pin(
        build((n, x) => n.conv2d(n.depthwiseConv2d(n.conv2d(x, 6)), 2)),
        1,
        { 2: zeroPoint },
      ),
    );
    expect(channels(after)).toEqual([5, 5, 2]);
  });

  test('what only a dropped filter read goes too', () => {
    const graph = build((n, x) => n.conv2d(n.conv2d(n.conv2d(x, 4), 3), 2, 3));
    const unread = edit<Conv2d>(pin(graph, 1, { 0: zeroPoint }), 1, (op) => ({
      ...op,
      weights: op.weights.map((weight, position) => (position % 4 === 3 && position > 4 ? 0 : weight)),
    }));
    expect(channels(dropped(unread))).toEqual([3, 2, 2]);
  });

  test('of both branches of a residual block together', () => {
    const graph = build((n, x) => {
      const first = n.conv2d(x, 5);
      return n.conv2d(n.add(first, n.conv2d(first, 5)), 4, 3);
    });
    const after = dropped(pin(pin(graph, 0, { 1: zeroPoint, 2: zeroPoint }), 1, { 1: zeroPoint }));
    expect(channels(after)).toEqual([4, 4, 4, 4]);
  });

  test('of parts of a concatenation', () => {
    const graph = build((n, x) => n.conv2d(n.concatenation([n.conv2d(x, 3), n.conv2d(x, 4)]), 2, 3));
    const after = dropped(pin(pin(graph, 0, { 0: zeroPoint }), 1, { 1: zeroPoint, 3: zeroPoint }));
    expect(channels(after)).toEqual([2, 2, 4, 2]);
  });

  test('of all rows and columns that a fully connected operator reads flat', () => {
    const graph = build((n, x) => n.fullyConnected(n.reshape(n.conv2d(x, 4), [1, 80]), 3));
    expect(channels(dropped(pin(graph, 0, { 2: 17 })))).toEqual([3, 60, 3]);
  });

  test('with the constant operand of an addition', () => {
    const graph = build((n, x) => n.conv2d(n.add(n.conv2d(x, 4), n.constant([1, 5, 4, 4])), 3));
    const equal = (tensor: Tensor): Tensor =>
      tensor.data === undefined ? tensor : { ...tensor, data: tensor.data.fill(11) };
    const after = dropped(pin({ ...graph, tensors: graph.tensors.map(equal) }, 0, { 3: 5 }));
    expect(channels(after)).toEqual([3, 3, 3]);
    expect(after.tensors.find(({ data }) => data !== undefined)?.shape).toEqual([1, 5, 4, 3]);
  });

  test('of an addition that spreads one channel over all', () => {
    const graph = build((n, x) => n.conv2d(n.add(n.conv2d(x, 4), n.conv2d(x, 1)), 3));
    const after = dropped(pin(pin(graph, 0, { 1: 7, 3: 8 }), 1, { 0: 9 }));
    expect(channels(after)).toEqual([2, 1, 2, 3]);
  });

  test('all but one where a whole tensor is constant', () => {
    const graph = pin(
      build((n, x) => n.conv2d(n.conv2d(x, 2), 3)),
      0,
      { 0: 4, 1: 5 },
    );
    expect(channels(dropped(graph))).toEqual([1, 3]);
  });
});

describe('channels that stay', () => {
  test('thousands that a reshape lays over one another, told at once', () => {
    const network = networkBuilder(7);
    const x = network.input([30_000]);
    const graph = network.finish([network.relu(network.reshape(x, [30_000, 1]))]);
    const before = process.threadCpuUsage();
    expect(drop(graph)).toEqual(graph);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(500);
  });

  test('those of tensors wider than any microcontroller holds, which are not looked at', () => {
    const network = networkBuilder(7);
    const x = network.input([1, 2 ** 20]);
    const graph = network.finish([network.relu(network.add(x, x))]);
    const before = process.threadCpuUsage();
    expect(drop(graph)).toBe(graph);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(100);
  });

  const stays = (graph: Graph): void => expect(dropped(graph)).toEqual(graph);

  test('those that are not the zero point before padding', () => {
    stays(
      pin(
        build((n, x) => n.conv2d(n.conv2d(x, 5), 4, 3)),
        0,
        { 2: 60 },
      ),
    );
  });

  test('those that padding makes vary at the edges of a depthwise convolution', () => {
    stays(
      pin(
        build((n, x) => n.conv2d(n.depthwiseConv2d(n.conv2d(x, 5)), 4)),
        0,
        { 2: 60 },
      ),
    );
  });

  test('those of network outputs', () => {
    stays(
      pin(
        build((n, x) => n.conv2d(x, 5)),
        0,
        { 1: zeroPoint },
      ),
    );
    stays(
      pin(
        build((n, x) => n.depthwiseConv2d(n.conv2d(x, 5))),
        0,
        { 1: zeroPoint },
      ),
    );
  });

  test('those of which a residual block adds something that varies', () => {
    const graph = build((n, x) => {
      const first = n.conv2d(x, 5);
      return n.conv2d(n.add(first, n.conv2d(first, 5)), 4);
    });
    stays(pin(graph, 1, { 1: zeroPoint }));
  });

  test('those that a transpose or a softmax mixes with others', () => {
    stays(
      pin(
        build((n, x) => n.conv2d(n.transpose(n.conv2d(x, 5), [0, 3, 1, 2]), 2)),
        0,
        { 1: zeroPoint },
      ),
    );
    stays(
      pin(
        build((n, x) => n.conv2d(n.requantize(n.softmax(n.conv2d(x, 5))), 2)),
        0,
        { 1: zeroPoint },
      ),
    );
  });

  test('those that would push a bias over the edge of int32', () => {
    const graph = pin(
      build((n, x) => n.conv2d(n.conv2d(x, 5), 4)),
      0,
      { 2: 127 },
    );
    const full = (bias: number): Graph =>
      edit<Conv2d>(graph, 1, (op) => ({ ...op, bias: op.bias.map(() => bias) }));
    stays(full(2 ** 31 - 1));
    expect(channels(dropped(full(2 ** 31 - 1 - 130 * 127)))).toEqual([4, 4]);
  });

  test('those whose sum may wrap', () => {
    const graph = edit<Conv2d>(
      build((n, x) => n.conv2d(n.conv2d(x, 5), 4, 3)),
      0,
      (op) => ({
        ...op,
        clamp: { min: zeroPoint, max: 127 },
        bias: op.bias.map(() => -(2 ** 31) + 10),
      }),
    );
    stays(graph);
  });

  test('those whose left shift may wrap, though not at the ends of the range', () => {
    const shifted = (shift: number): Graph =>
      edit<Conv2d>(
        build((n, x) => n.conv2d(n.conv2d(x, 5), 4, 3)),
        0,
        (op) => ({
          ...op,
          clamp: { min: zeroPoint, max: 127 },
          weights: op.weights.map(() => 127),
          bias: op.bias.map(() => -100_000),
          multipliers: op.multipliers.map(() => ({ multiplier: 2 ** 30, shift })),
        }),
      );
    stays(shifted(15));
    expect(channels(dropped(shifted(10)))).toEqual([1, 4]);
  });

  test('those that a pad before it borders with another value', () => {
    stays(
      pin(
        build((n, x) => n.conv2d(n.pad(n.conv2d(x, 5), 1, 1), 4)),
        0,
        { 2: 60 },
      ),
    );
  });

  test('those that a reshape deals out anew', () => {
    const graph = build((n, x) => n.conv2d(n.reshape(n.conv2d(x, 6), [1, 5, 6, 4]), 3));
    stays(pin(graph, 0, { 1: zeroPoint, 5: zeroPoint }));
  });

  test('products with a factor that may be nothing', () => {
    const graph = build((n, x) => n.conv2d(n.mul(n.conv2d(x, 5), n.conv2d(x, 5)), 4));
    stays(edit<Conv2d>(graph, 1, (op) => ({ ...op, clamp: { min: zeroPoint, max: 127 } })));
  });

  test('sums of a channel and of one with a negative factor', () => {
    const graph = edit<Conv2d>(
      build((n, x) => n.conv2d(n.conv2d(n.conv2d(x, 2), 5), 4)),
      0,
      (op) => ({
        ...op,
        multipliers: op.multipliers.map(({ multiplier, shift }, output) => ({
          multiplier: output === 0 ? -multiplier : multiplier,
          shift,
        })),
      }),
    );
    stays(edit<Conv2d>(graph, 1, (op) => ({ ...op, weights: op.weights.map(() => 1) })));
  });
});

test('a negative factor turns the bounds', () => {
  const graph = edit<Conv2d>(
    build((n, x) => n.conv2d(n.conv2d(x, 5), 4, 3)),
    0,
    (op) => ({
      ...op,
      clamp: { min: zeroPoint, max: 127 },
      bias: op.bias.map((bias, output) => (output < 2 ? 200_000 : bias)),
      multipliers: op.multipliers.map(({ multiplier, shift }) => ({ multiplier: -multiplier, shift })),
    }),
  );
  expect(channels(dropped(graph))).toEqual([3, 4]);
});
