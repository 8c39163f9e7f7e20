/** Networks of MCUNet's search space with random weights: inverted residual blocks between a first convolution and a head. */
import { at } from '../../src/base/index.ts';
import type { Graph, TensorId } from '../../src/graph/index.ts';
import { seededRandom } from '../../test/kernels/random.ts';
import { benchmarkNetwork } from './benchmark-network.ts';
import type { BenchmarkNetwork } from './network-types.ts';

const widths = [16, 24, 40, 80, 96, 192, 320];
const strides = [1, 2, 2, 2, 1, 2, 1];

/** Kernel 3, 5, 7; expansion 3, 4, 6; depth 2, 3, 4 a stage; width multiplier 0.2 ... 0.7; resolution 48 ... 176 by 16. */
export function randomSearchNetwork(seed: number): Graph {
  const random = seededRandom(seed);
  const network = benchmarkNetwork(seed);
  const multiplier = random.choose([0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  const resolution = 48 + 16 * random.integer(0, 8);
  const channels = (width: number): number => Math.max(8, Math.round((width * multiplier) / 8) * 8);
  let tensor = network.input([1, resolution, resolution, 3]);
  tensor = network.conv2d(tensor, channels(32), { filter: 3, stride: 2 });
  tensor = network.depthwise(tensor, { filter: 3 });
  tensor = network.conv2d(tensor, channels(at(widths, 0)), { filter: 1, form: 'signed' });
  for (const [stage, width] of widths.slice(1).entries()) {
    const depth = stage === widths.length - 2 ? 1 : random.integer(2, 4);
    for (let block = 0; block < depth; block++) {
      const stride = block === 0 ? at(strides, stage + 1) : 1;
      const shape = { filter: random.choose([3, 5, 7]), expansion: random.choose([3, 4, 6]), stride };
      tensor = invertedResidual(network, tensor, channels(width), shape);
    }
  }
  network.fullyConnected(network.mean(tensor), random.choose([2, 10, 100]), { form: 'signed' });
  return network.finish();
}

type Block = { readonly filter: number; readonly expansion: number; readonly stride: number };

function invertedResidual(
  network: BenchmarkNetwork,
  input: TensorId,
  channels: number,
  { filter, expansion, stride }: Block,
): TensorId {
  const inputChannels = network.volume(input)[2];
  const wide = network.conv2d(input, inputChannels * expansion, { filter: 1 });
  const filtered = network.depthwise(wide, { filter, stride });
  const narrow = network.conv2d(filtered, channels, { filter: 1, form: 'signed' });
  return stride === 1 && inputChannels === channels ? network.add(narrow, input) : narrow;
}
