/** A net configuration as an int8 graph with weights and factors as trained layers have them. */
import { invariant } from '../../src/base/index.ts';
import type { Graph, TensorId } from '../../src/graph/index.ts';
import { layersOf, type NetConfig, type NetLayer } from '../../src/model/index.ts';
import { benchmarkNetwork } from './benchmark-network.ts';
import type { BenchmarkNetwork } from './network-types.ts';

export function netGraph(net: NetConfig, seed: number): Graph {
  const network = benchmarkNetwork(seed);
  const { height, width, channels } = net.input;
  let tensor = network.input([1, height, width, channels]);
  const written = new Map<string, TensorId>();
  for (const layer of layersOf(net)) {
    tensor = appendLayer(network, layer, tensor, written);
    written.set(layer.name, tensor);
  }
  return network.finish();
}

function appendLayer(
  network: BenchmarkNetwork,
  layer: NetLayer,
  input: TensorId,
  written: ReadonlyMap<string, TensorId>,
): TensorId {
  switch (layer.kind) {
    case 'conv':
    case 'depthwise': {
      const { kernel, stride, activation, output } = layer;
      invariant(stride.height === stride.width, `${layer.name} has one stride`);
      const form = activation === 'none' ? 'signed' : 'rectified';
      const options = { filter: kernel, stride: stride.height, form } as const;
      return layer.kind === 'conv'
        ? network.conv2d(input, output.channels, options)
        : network.depthwise(input, options);
    }
    case 'add': {
      const shortcut = written.get(layer.shortcutFrom);
      invariant(shortcut !== undefined, `${layer.name} adds what was written before`);
      return network.add(input, shortcut);
    }
    case 'mean':
      return network.mean(input);
    case 'linear':
      return network.fullyConnected(input, layer.output.channels, { form: 'signed' });
  }
}
