/** Networks of blocks that run row by row. */
import { at } from '../../src/base/index.ts';
import type { Graph, TensorId } from '../../src/graph/index.ts';
import { benchmarkNetwork } from './benchmark-network.ts';
import { choose, integer } from './draws.ts';
import type { BenchmarkNetwork } from './network-types.ts';

type Block = (network: BenchmarkNetwork, input: TensorId) => TensorId;

/** With many channels inside and few around, so that it pays to make it row by row. */
function between(inside: Block): Block {
  return (network, input) => {
    const wide = network.conv2d(input, choose([24, 40, 64]), { filter: 1 });
    return network.conv2d(inside(network, wide), 8, { filter: 1, form: 'signed' });
  };
}

export const blocks: readonly Block[] = [
  between((network, input) => network.pool('maxPool2d', input, 2, 2)),
  between((network, input) => network.pool('averagePool2d', input, 3, 1)),
  (network, input) => network.conv2d(input, choose([8, 16, 24]), { filter: 3, stride: choose([1, 2]) }),
  between((network, input) => network.requantize(network.logistic(network.pad(input, 1, 1)))),
  between((network, input) => {
    const beside = network.conv2d(input, choose([8, 16]), { filter: 1, form: 'signed' });
    return network.concatenation([beside, network.requantize(input)]);
  }),
  (network, input) => {
    const stride = choose([1, 2]);
    return network.conv2d(network.depthwise(input, { filter: 3, stride }), choose([16, 32]), { filter: 1 });
  },
  between((network, input) => network.mul(network.depthwise(input, { filter: 3 }), input)),
  between((network, input) => network.resize('resizeNearest', network.pool('maxPool2d', input, 3, 2), 2)),
  (network, input) => network.conv2d(input, choose([10, 13]), { filter: 1, form: 'any' }),
  invertedResidual,
  invertedResidual,
  invertedResidual,
  invertedResidual,
];

function invertedResidual(network: BenchmarkNetwork, input: TensorId): TensorId {
  const [height, , channels] = network.volume(input);
  const wide = network.conv2d(input, channels * choose([2, 3, 4, 6]), { filter: 1 });
  const stride = height > 6 ? choose([1, 1, 2]) : 1;
  const filtered = network.depthwise(wide, { filter: choose([3, 3, 5, 7]), stride });
  const outputs = stride === 1 ? channels : choose([8, 16, 24, 40]);
  const narrow = network.conv2d(filtered, outputs, { filter: 1, form: 'signed' });
  return stride === 1 ? network.add(narrow, input) : narrow;
}

/** An input, a first convolution and blocks, the first of them the next kind of all, as they run row by row. */
export function chain(seed: number): Graph {
  const network = benchmarkNetwork(seed);
  const size = integer(10, 26);
  let tensor = network.input([1, size, choose([size, integer(6, 40)]), choose([1, 3, 8])]);
  tensor = network.conv2d(tensor, choose([8, 16, 24]), {
    filter: choose([1, 3, 3, 5]),
    stride: choose([1, 2]),
  });
  tensor = at(blocks, seed % blocks.length)(network, tensor);
  for (let count = integer(1, 2); count > 0; count--) tensor = choose(blocks)(network, tensor);
  const [height, width] = network.volume(tensor);
  if (seed % 4 === 0) network.mean(tensor);
  if (seed % 4 === 1) network.pool('averagePool2d', tensor, { height, width }, 1, true);
  return network.finish();
}
