/** Chains of operators that run row by row, of kinds that networks for mobile devices lack. */
import { at } from '../../src/base/index.ts';
import type { Graph, TensorId } from '../../src/graph/index.ts';
import { seededRandom } from '../../test/kernels/random.ts';
import { benchmarkNetwork } from './benchmark-network.ts';
import type { BenchmarkNetwork } from './network-types.ts';

const { integer, choose } = seededRandom(11);

type Inner = (network: BenchmarkNetwork, input: TensorId) => TensorId;

const inners: readonly Inner[] = [
  (network, input) =>
    network.grouped(input, choose([24, 40]), choose([2, 4]), {
      filter: choose([1, 3]),
      form: choose(['signed', 'any']),
    }),
  (network, input) => network.conv2d(input, choose([16, 24]), { filter: 3, weightBits: 4 }),
];

const pools: readonly Inner[] = [
  (network, input) => network.pool('maxPool2d', input, 2, 2),
  (network, input) => network.pool('averagePool2d', input, 3, 1),
  (network, input) => network.pool('maxPool2d', input, 3, 2),
  (network, input) => network.pool('averagePool2d', input, 2, 2, true),
];

export const chainCount = 6;
export const poolChainCount: number = pools.length;

/** Many channels inside and few around, on an image of few columns every other time. */
export function furtherChain(index: number): Graph {
  const network = benchmarkNetwork(index + 1);
  const columns = index % 4 < 2 ? integer(1, 3) : integer(6, 18);
  around(network, at(inners, index % inners.length), [1, integer(12, 24), columns, 8]);
  return network.finish();
}

const partedInners: readonly Inner[] = [
  (network, input) => network.grouped(input, choose([24, 40]), choose([2, 4]), { filter: 3 }),
  (network, input) => network.transposed(input, 16, { filter: 3, stride: 2 }),
  (network, input) => network.grouped(input, 16, 8, { filter: 1 }),
  (network, input) => network.transposed(input, 24, { filter: 4, stride: 2 }),
];

export const partedChainCount: number = partedInners.length;

/** Around convolutions whose products come in parts, to be made int16. */
export function partedChain(index: number): Graph {
  const network = benchmarkNetwork(index + 1);
  around(network, at(partedInners, index), [1, integer(8, 14), integer(5, 12), 8]);
  return network.finish();
}

/** Around a pool. */
export function poolChain(index: number): Graph {
  const network = benchmarkNetwork(index + 1);
  around(network, at(pools, index), [1, integer(12, 20), integer(6, 12), 8]);
  return network.finish();
}

function around(network: BenchmarkNetwork, inner: Inner, shape: readonly number[]): void {
  const wide = network.conv2d(network.input(shape), choose([24, 40]), { filter: 1 });
  network.conv2d(inner(network, wide), 8, { filter: 1, form: 'signed' });
}
