/** Weights of an architecture that nobody has trained, so that it can be built and measured all the same. */
import { invariant, random } from '../../base/index.ts';
import { layersOf } from './layers.ts';
import { type LayerWeights, type NetWeights, type WeightedLayer, weightShape } from './net-config-model.ts';
import type { NetConfig } from './types.ts';

/**
 * Normal with variance 2 / (inputs of an output), which keeps the size of values from layer to layer (He et al.,
 * "Delving deep into rectifiers", 2015); biases a tenth of that. Every layer has a stream of its own, from the seed and
 * its place.
 */
export function randomWeights(net: NetConfig, seed: number): NetWeights {
  const places = new Map(layersOf(net).map((layer, place) => [layer.name, { layer, place }]));
  return {
    weightsOf: (name) => {
      const found = places.get(name);
      invariant(found !== undefined, `no layer ${name}`);
      const { layer, place } = found;
      invariant(layer.kind !== 'add' && layer.kind !== 'mean', `${name} has no weights`);
      return drawn(layer, random(seed, place).normal);
    },
  };
}

function drawn(layer: WeightedLayer, normal: () => number): LayerWeights {
  const outputs = layer.output.channels;
  const count = weightShape(layer).reduce((product, size) => product * size, 1);
  const deviation = Math.sqrt((2 * outputs) / count);
  const weights = Float32Array.from({ length: count }, () => normal() * deviation);
  if (layer.kind === 'depthwise') leanUpwards(weights, outputs);
  return {
    weights,
    bias: Float32Array.from({ length: outputs }, () => (normal() * deviation) / 10),
  };
}

/**
 * Turns the filters of channels whose weights add up to less than 0. One of only negative weights would give 0 behind
 * its activation, always; such channels are left out of what is built, and the architecture would look smaller.
 */
function leanUpwards(weights: Float32Array, channels: number): void {
  const sums = new Float64Array(channels);
  weights.forEach((weight, index) => {
    sums[index % channels] = (sums[index % channels] ?? 0) + weight;
  });
  weights.forEach((weight, index) => {
    if ((sums[index % channels] ?? 0) < 0) weights[index] = -weight;
  });
}
