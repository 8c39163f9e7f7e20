/** Arbitrary networks over images, of the kind that runs row by row: filters, strides, residual blocks, branches, taps. */
import fc from 'fast-check';
import { at } from '../../src/base/index.ts';
import type { Graph, TensorId } from '../../src/graph/index.ts';
import { type NetworkBuilder, networkBuilder } from './network-builder.ts';

type Pick = (count: number) => number;
type Block = (network: NetworkBuilder, input: TensorId, pick: Pick) => TensorId;

const channelsOf = (network: NetworkBuilder, tensor: TensorId): number => at(network.shapeOf(tensor), 3);
const heightOf = (network: NetworkBuilder, tensor: TensorId): number => at(network.shapeOf(tensor), 1);

const blocks: Readonly<Record<string, Block>> = {
  pointwise: (network, input, pick) => network.conv2d(input, 1 + pick(12)),
  convolution: (network, input, pick) => network.conv2d(input, 1 + pick(8), 2 + pick(3), 1 + pick(3)),
  depthwise: (network, input, pick) => network.depthwiseConv2d(input, 1 + pick(7), 1 + pick(3)),
  pool: (network, input, pick) =>
    network.pool2d(at(['averagePool2d', 'maxPool2d'], pick(2)), input, 1 + pick(3), 1 + pick(3)),
  pad: (network, input, pick) => network.pad(input, pick(3), pick(2)),
  elementwise: (network, input, pick) =>
    pick(2) === 0 ? network.relu(input) : network.requantize(network.logistic(input)),
  resize: (network, input) => (heightOf(network, input) > 12 ? input : network.resizeNearest(input, 2)),
  residual: (network, input, pick) => {
    const wide = network.conv2d(input, 4 + pick(12));
    const filtered = network.depthwiseConv2d(wide, at([3, 5, 7], pick(3)));
    const narrow = network.conv2d(filtered, channelsOf(network, input));
    return pick(4) === 0 ? network.mul(narrow, input) : network.add(narrow, input);
  },
  /** Both ways shrink; they lag behind each other. */
  branches: (network, input, pick) => {
    const long = network.conv2d(network.conv2d(input, 1 + pick(6), 3, 2), 5, 3);
    return network.add(long, network.conv2d(input, 5, 1, 2));
  },
  /** Squeeze and excitation: one row of gates, made of all rows, scales every row. */
  gate: (network, input) => {
    const squeezed = network.conv2d(network.mean(input), channelsOf(network, input));
    return network.mul(input, network.requantize(network.logistic(squeezed)));
  },
  concatenation: (network, input, pick) =>
    network.concatenation([network.conv2d(input, 1 + pick(4), 3), input, network.conv2d(input, 1 + pick(3))]),
};

const heads: readonly Block[] = [
  (_, input) => input,
  (network, input) => network.mean(input),
  (network, input) => {
    const height = heightOf(network, input);
    return network.pool2d('averagePool2d', input, height, height);
  },
  (network, input, pick) => network.softmax(network.fullyConnected(network.mean(input), 2 + pick(6))),
];

function build(seed: number, choices: readonly number[]): Graph {
  const network = networkBuilder(seed);
  let next = 0;
  const pick: Pick = (count) => at(choices, next++ % choices.length) % count;
  let tensor = network.input([1, 3 + pick(23), 3 + pick(20), 1 + pick(6)]);
  const outputs: TensorId[] = [];
  const names = Object.keys(blocks).sort();
  for (let count = 1 + pick(5); count > 0; count--) {
    const block = blocks[at(names, pick(names.length))];
    if (block !== undefined) tensor = block(network, tensor, pick);
    if (pick(6) === 0) outputs.push(tensor);
  }
  const end = at(heads, pick(heads.length))(network, tensor, pick);
  return network.finish([...new Set([...outputs, end])]);
}

export function randomImageNetworks(): fc.Arbitrary<Graph> {
  const choices = fc.array(fc.nat({ max: 2 ** 20 }), { minLength: 24, maxLength: 24 });
  return fc.tuple(fc.nat(), choices).map(([seed, picks]) => build(seed, picks));
}
