/** Networks at other sizes: every version is a whole network again, and its ends stay as they were. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { countMacs, type Graph, verifyGraph } from '../../src/graph/index.ts';
import { scaleGraph } from '../../src/proposal/index.ts';
import { planSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { networkBuilder } from '../support/network-builder.ts';
import { randomImageNetworks } from '../support/random-image-network.ts';
import { randomNetworks } from '../support/random-network.ts';

const target = findTarget('stm32f746');
const shapeOf = (graph: Graph, tensor: number) => at(graph.tensors, tensor).shape;
const inputShape = (graph: Graph) => shapeOf(graph, at(graph.inputs, 0).tensor);
const outputShape = (graph: Graph) => shapeOf(graph, at(graph.outputs, 0).tensor);
const macs = (graph: Graph) => graph.ops.reduce((sum, op) => sum + countMacs(op, graph), 0);

/** As MobileNet begins and ends: strided "same" convolution, a residual block, a pool over everything, classes. */
function mobile(): Graph {
  const network = networkBuilder(1);
  const stem = network.conv2d(network.input([1, 32, 32, 3]), 16, 3, 2);
  const block = network.conv2d(network.depthwiseConv2d(network.conv2d(stem, 48)), 16);
  const joined = network.add(block, stem);
  const pooled = network.pool2d('averagePool2d', joined, 16, 16);
  const flat = network.reshape(pooled, [1, 16]);
  return network.finish([network.softmax(network.fullyConnected(flat, 10))]);
}

describe('a network at other sizes', () => {
  test('keeps classes and input channels, and has fewer channels between', () => {
    const half = scaleGraph(mobile(), { width: 0.5 });
    expect(half && inputShape(half)).toEqual([1, 32, 32, 3]);
    expect(half && outputShape(half)).toEqual([1, 10]);
    const channels = half?.ops.map((op) => ('bias' in op ? op.bias.length : 0)).filter((count) => count > 0);
    expect(channels).toEqual([8, 24, 24, 8, 10]);
  });

  test('follows another resolution through padding, strides and the pool over everything', () => {
    const small = scaleGraph(mobile(), { image: { height: 24, width: 20 }, width: 1 });
    const shapes = small?.ops.map((op) => shapeOf(small, op.output));
    expect(shapes).toEqual([
      [1, 12, 10, 16],
      [1, 12, 10, 48],
      [1, 12, 10, 48],
      [1, 12, 10, 16],
      [1, 12, 10, 16],
      [1, 1, 1, 16],
      [1, 16],
      [1, 10],
      [1, 10],
    ]);
  });

  test('costs what its shapes say: a quarter of the area is a quarter of the convolutions', () => {
    const network = networkBuilder(2);
    const image = network.input([1, 32, 32, 8]);
    const graph = network.finish([network.conv2d(network.conv2d(image, 16, 3), 16, 3)]);
    const small = scaleGraph(graph, { image: { height: 16, width: 16 }, width: 1 });
    expect(small && macs(small) * 4).toBe(macs(graph));
  });

  test('lets weights after a flattened image follow', () => {
    const network = networkBuilder(3);
    const flat = network.reshape(network.conv2d(network.input([1, 8, 8, 1]), 4), [1, 256]);
    const graph = network.finish([network.fullyConnected(flat, 3)]);
    const small = scaleGraph(graph, { image: { height: 4, width: 6 }, width: 1 });
    const dense = small?.ops.at(-1);
    expect(dense?.kind === 'fullyConnected' && [dense.inputSize, dense.weights.length]).toEqual([96, 288]);
  });

  test('is refused where operands no longer fit: a residual from the image itself', () => {
    const network = networkBuilder(4);
    const image = network.input([1, 8, 8, 12]);
    const joined = network.add(network.conv2d(image, 12), image);
    const graph = network.finish([network.fullyConnected(network.mean(joined), 2)]);
    expect(scaleGraph(graph, { width: 0.5 })).toBeUndefined();
  });

  test('of whatever kind is whole or refused, and can be planned', { timeout: 60_000 }, () => {
    let made = 0;
    const networks = fc.oneof(randomImageNetworks(), randomNetworks({ minOps: 1, maxOps: 8 }));
    const sizes = fc.record({
      height: fc.integer({ min: 1, max: 24 }),
      width: fc.integer({ min: 1, max: 24 }),
    });
    fc.assert(
      fc.property(
        networks,
        fc.option(sizes, { nil: undefined }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (graph, image, width) => {
          const scaled = scaleGraph(graph, { image, width });
          if (scaled === undefined) return;
          made++;
          verifyGraph(scaled);
          expect(planSchedule(scaled, target).arenaBytes).toBeGreaterThan(0);
          if (image === undefined) {
            expect(scaled.outputs.map(({ tensor }) => shapeOf(scaled, tensor).at(-1))).toEqual(
              graph.outputs.map(({ tensor }) => shapeOf(graph, tensor).at(-1)),
            );
          }
        },
      ),
      { seed: 5, numRuns: 80 },
    );
    expect(made).toBeGreaterThan(20);
  });
});
