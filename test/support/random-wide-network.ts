/** Arbitrary networks over wide and low images, whose rows of many channels take more memory than input and output. */
import fc from 'fast-check';
import { at } from '../../src/base/index.ts';
import type { Graph, TensorId } from '../../src/graph/index.ts';
import { type NetworkBuilder, networkBuilder } from './network-builder.ts';

type Pick = (count: number) => number;
type Block = (network: NetworkBuilder, input: TensorId, pick: Pick) => TensorId;

const channelsOf = (network: NetworkBuilder, tensor: TensorId): number => at(network.shapeOf(tensor), 3);

const blocks: readonly Block[] = [
  (network, input, pick) => network.conv2d(input, 4 + pick(12)),
  (network, input, pick) => network.conv2d(input, 4 + pick(8), 2 + pick(3), 1 + pick(2)),
  (network, input, pick) => network.depthwiseConv2d(input, 1 + pick(7), 1 + pick(3)),
  (network, input, pick) =>
    network.pool2d(at(['averagePool2d', 'maxPool2d'], pick(2)), input, 1 + pick(3), 1 + pick(2)),
  (network, input, pick) => network.pad(input, pick(3), pick(2)),
  (network, input, pick) =>
    pick(2) === 0 ? network.relu(input) : network.requantize(network.logistic(input)),
  (network, input, pick) => {
    const wide = network.conv2d(input, 8 + pick(12));
    const narrow = network.conv2d(
      network.depthwiseConv2d(wide, at([3, 5, 7], pick(3))),
      channelsOf(network, input),
    );
    return pick(4) === 0 ? network.mul(narrow, input) : network.add(narrow, input);
  },
  (network, input, pick) =>
    network.concatenation([network.conv2d(input, 1 + pick(4), 3), input, network.conv2d(input, 1 + pick(3))]),
];

function build(seed: number, choices: readonly number[]): Graph {
  const network = networkBuilder(seed);
  let next = 0;
  const pick: Pick = (count) => at(choices, next++ % choices.length) % count;
  const input = network.input([1, 3 + pick(8), 20 + pick(60), 1 + pick(2)]);
  let tensor = network.conv2d(input, 8 + pick(16), 1 + pick(4), 1 + pick(2));
  for (let count = 1 + pick(4); count > 0; count--) {
    tensor = at(blocks, pick(blocks.length))(network, tensor, pick);
  }
  const narrow = network.conv2d(tensor, 1 + pick(2), 1 + pick(3), 1 + pick(3));
  return network.finish([pick(2) === 0 ? narrow : network.mean(narrow)]);
}

export function randomWideNetworks(): fc.Arbitrary<Graph> {
  const choices = fc.array(fc.nat({ max: 2 ** 20 }), { minLength: 24, maxLength: 24 });
  return fc.tuple(fc.nat(), choices).map(([seed, picks]) => build(seed, picks));
}
