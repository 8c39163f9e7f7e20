/** From a super-network to one of its networks: a float model ready to be quantised. */
import { at, invariant } from '../base/index.ts';
import type { Model, NetConfig } from '../model/index.ts';
import { type LayerWeights, layersOf, type NetLayer, netConfigModel } from '../model/index.ts';
import {
  type Calibration,
  convolve,
  convolveDepthwise,
  countSamples,
  type ImageBatch,
  multiply,
  observeTensors,
  placeWindow,
  type RangeMethod,
} from '../quantisation/index.ts';
import { type Genotype, netConfigOf } from '../search/index.ts';
import { applyAffine, fold, normalisationOf } from './batch-norm.ts';
import { type SubLayer, subLayers } from './sub-weights.ts';
import type { Supernet } from './types.ts';

export type Extracted = {
  readonly net: NetConfig;
  /** Float32, batch normalisation folded in; gives logits. */
  readonly model: Model;
  /** Of the model's tensors over the same images: what `quantise` takes. */
  readonly calibration: Calibration;
};

type ConvolutionLayer = Extract<NetLayer, { kind: 'conv' | 'depthwise' }>;

/**
 * The network of `genotype`: channels, blocks and kernels cut out of the shared weights, the statistics of each batch
 * normalisation computed over `images` layer by layer and folded in. `images` are float32 [N, height, width, channels],
 * normalised as in training (`normalise`). One pass gives weights and calibration; the same arguments give the same bytes.
 * Throws a `Failure`: CALIBRATION_EMPTY, CALIBRATION_SHAPE, CALIBRATION_NOT_FINITE.
 */
export function extract(
  supernet: Supernet,
  genotype: Genotype,
  images: Float32Array,
  method: RangeMethod = { kind: 'minmax' },
): Extracted {
  const net = netConfigOf(supernet.space, genotype);
  const { height, width, channels } = net.input;
  const count = countSamples('input', [height, width, channels], images);
  const layers = layersOf(net);
  const shared = subLayers(supernet, genotype, net);
  const folded = new Map<string, LayerWeights>();
  const observers = observeLayers(net, layers, method);

  const batch: ImageBatch = { values: images, count, height, width, channels };
  observers.observe('input', images);
  const outputs = new Map<string, ImageBatch>();
  let last = batch;
  for (const layer of layers) {
    const computed = runLayer(supernet, layer, last, { shared, outputs, folded });
    observers.observe(layer.name, computed.values);
    if (isShortcut(layers, layer.name)) outputs.set(layer.name, computed);
    last = computed;
  }
  observers.observe('logits', last.values);
  const model = netConfigModel(net, { weightsOf: (name) => weightsOf(folded, name) });
  return { net, model, calibration: observers.result() };
}

/** Observers by layer name: tensors of a net configuration's model have their layers' names. */
function observeLayers(
  net: NetConfig,
  layers: readonly NetLayer[],
  method: RangeMethod,
): { observe: (name: string, values: Float32Array) => void; result: () => Calibration } {
  const sizes = new Map(layers.map((layer) => [layer.name, weightCounts(layer)]));
  const weightless = (name: string): LayerWeights => {
    const { weights = 0, biases = 0 } = sizes.get(name) ?? {};
    return { weights: new Float32Array(weights), bias: new Float32Array(biases) };
  };
  const model = netConfigModel(net, { weightsOf: weightless });
  const indices = new Map(model.tensors.map(({ name, index }) => [name, index]));
  const { observe, result } = observeTensors(model, method);
  return {
    observe(name, values) {
      const index = indices.get(name);
      invariant(index !== undefined, `no tensor ${name} in the network of a net configuration`);
      observe(index, values);
    },
    result,
  };
}

function weightCounts({ kind, parameters, output }: NetLayer): { weights: number; biases: number } {
  const isWeighted = kind === 'conv' || kind === 'depthwise' || kind === 'linear';
  const biases = isWeighted ? output.channels : 0;
  return { weights: parameters - biases, biases };
}

type Work = {
  readonly shared: ReadonlyMap<string, SubLayer>;
  /** Of layers that a shortcut reads. */
  readonly outputs: ReadonlyMap<string, ImageBatch>;
  readonly folded: Map<string, LayerWeights>;
};

function runLayer(supernet: Supernet, layer: NetLayer, input: ImageBatch, work: Work): ImageBatch {
  switch (layer.kind) {
    case 'conv':
    case 'depthwise':
      return runConvolution(supernet, layer, input, work);
    case 'add': {
      const shortcut = work.outputs.get(layer.shortcutFrom);
      invariant(shortcut !== undefined, `${layer.shortcutFrom} is not kept for ${layer.name}`);
      return { ...input, values: input.values.map((value, i) => value + (shortcut.values[i] ?? 0)) };
    }
    case 'mean':
      return meanOf(input);
    case 'linear':
      return runClassifier(supernet, layer, input, work);
  }
}

function runConvolution(
  { epsilon }: Supernet,
  layer: ConvolutionLayer,
  input: ImageBatch,
  { shared, folded }: Work,
): ImageBatch {
  const own = shared.get(layer.name);
  invariant(own !== undefined, `no weights for ${layer.name}`);
  const window = placeWindow(input, {
    padding: 'same',
    filter: layer.kernel,
    stride: layer.stride,
    dilation: { height: 1, width: 1 },
  });
  const outputs = layer.output.channels;
  const filters = { weights: own.weights, bias: undefined };
  const result =
    layer.kind === 'conv'
      ? convolve(input, { ...filters, outputs }, window)
      : convolveDepthwise(input, { ...filters, multiplier: 1 }, window);
  const affine = normalisationOf(result.values, own, epsilon);
  const [low, high] = bounds[layer.activation];
  applyAffine(result.values, affine, low, high);
  const size = own.weights.length / outputs;
  const channelOf =
    layer.kind === 'conv'
      ? (element: number) => Math.floor(element / size)
      : (element: number) => element % outputs;
  folded.set(layer.name, fold(own.weights, affine, channelOf));
  return result;
}

const bounds = {
  none: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  relu: [0, Number.POSITIVE_INFINITY],
  relu6: [0, 6],
} as const;

function meanOf({ values, count, height, width, channels }: ImageBatch): ImageBatch {
  const result = new Float32Array(count * channels);
  const size = height * width * channels;
  const sums = new Float64Array(channels);
  for (let image = 0; image < count; image += 1) {
    sums.fill(0);
    for (let i = 0; i < size; i += 1)
      sums[i % channels] = at(sums, i % channels) + at(values, image * size + i);
    for (let c = 0; c < channels; c += 1) result[image * channels + c] = at(sums, c) / (height * width);
  }
  return { values: result, count, height: 1, width: 1, channels };
}

function runClassifier(
  { tensors }: Supernet,
  layer: NetLayer,
  { values, count, channels: inner }: ImageBatch,
  { folded }: Work,
): ImageBatch {
  const [weights, bias] = ['weight', 'bias'].map((role) => tensors.get(`classifier.${role}`)?.values);
  invariant(weights !== undefined && bias !== undefined, 'no classifier in a checked super-network');
  const columns = layer.output.channels;
  const result = new Float32Array(count * columns);
  multiply({ left: values, rows: count, inner, weights, bias, columns }, result, 0);
  folded.set(layer.name, { weights, bias });
  return { values: result, count, height: 1, width: 1, channels: columns };
}

function isShortcut(layers: readonly NetLayer[], name: string): boolean {
  return layers.some((layer) => layer.kind === 'add' && layer.shortcutFrom === name);
}

function weightsOf(folded: ReadonlyMap<string, LayerWeights>, name: string): LayerWeights {
  const weights = folded.get(name);
  invariant(weights !== undefined, `no weights for ${name}`);
  return weights;
}

/** Raw values of images as the network takes them; [..., channels]. */
export function normalise(
  { normalisation }: Supernet,
  raw: Float32Array | Uint8Array | Int8Array,
): Float32Array {
  const { mean, std } = normalisation;
  return Float32Array.from(raw, (value, i) => (value - at(mean, i % mean.length)) / at(std, i % std.length));
}
