/** Weights of one sub-network, cut out of the shared tensors: channels, kernels, blocks. */
import { at, invariant } from '../base/index.ts';
import type { NetConfig } from '../model/index.ts';
import type { Genotype, Space } from '../search/index.ts';
import { kernelSteps, type SharedBlock, sharedBlocks, transformName } from './tensors-of.ts';
import type { SharedTensor, Supernet } from './types.ts';

/** A layer before its batch normalisation. */
export type SubLayer = {
  /** In TensorFlow Lite's layout: [outputs, height, width, inputs], depthwise [height, width, channels]. */
  readonly weights: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
};

/** By the names of `layersOf(net)`, for every layer with batch normalisation. */
export function subLayers(
  { space, tensors }: Supernet,
  genotype: Genotype,
  net: NetConfig,
): ReadonlyMap<string, SubLayer> {
  const named = (name: string): SharedTensor => {
    const tensor = tensors.get(name);
    invariant(tensor !== undefined, `no tensor ${name} in a checked super-network`);
    return tensor;
  };
  const layers = new Map<string, SubLayer>();
  const add = (layer: string, name: string, outputs: number, weights: Float32Array): void => {
    const first = (role: string): Float32Array => named(`${name}.${role}`).values.slice(0, outputs);
    layers.set(layer, { weights, gamma: first('gamma'), beta: first('beta') });
  };
  const addConv = (layer: string, name: string, outputs: number, inputs: number): void =>
    add(layer, name, outputs, cutConvolution(named(`${name}.weight`), outputs, inputs));

  addConv('first_conv', 'first_conv', net.firstConv.outChannels, net.firstConv.inChannels);
  chosenBlocks(space, genotype).forEach(({ block: { name, ...block }, kernel }, index) => {
    const { inChannels, midChannels, outChannels } = at(net.blocks, index);
    const layer = `blocks.${index}`;
    if (block.hasExpansion) addConv(`${layer}.expand`, `${name}.expand`, midChannels, inChannels);
    const depthwise = `${name}.depthwise`;
    const transform = (larger: number, smaller: number): Float32Array =>
      named(`${depthwise}.${transformName(larger, smaller)}`).values;
    const shared = named(`${depthwise}.weight`);
    const weights = cutDepthwise(shared, midChannels, { kernel, kernels: block.kernels, transform });
    add(`${layer}.depthwise`, depthwise, midChannels, weights);
    addConv(`${layer}.project`, `${name}.project`, outChannels, midChannels);
  });
  const mix = net.featureMix;
  if (mix !== undefined) addConv('feature_mix', 'feature_mix', mix.outChannels, mix.inChannels);
  return layers;
}

function chosenBlocks(
  space: Space,
  { stages }: Genotype,
): readonly { readonly block: SharedBlock; readonly kernel: number }[] {
  const shared = sharedBlocks(space);
  return stages.flatMap((genes, stage) =>
    genes.map(({ kernel }, position) => ({ block: at(at(shared, stage), position), kernel })),
  );
}

/** The first `outputs` filters over the first `inputs` channels of [O, I, height, width], as [o, height, width, i]. */
function cutConvolution({ shape, values }: SharedTensor, outputs: number, inputs: number): Float32Array {
  const [sharedInputs, taps] = [at(shape, 1), at(shape, 2) * at(shape, 3)];
  const cut = new Float32Array(outputs * taps * inputs);
  let to = 0;
  for (let output = 0; output < outputs; output += 1) {
    for (let tap = 0; tap < taps; tap += 1) {
      for (let input = 0; input < inputs; input += 1, to += 1) {
        cut[to] = at(values, (output * sharedInputs + input) * taps + tap);
      }
    }
  }
  return cut;
}

type KernelChoice = {
  readonly kernel: number;
  /** That the super-network has, largest first. */
  readonly kernels: readonly number[];
  readonly transform: (larger: number, smaller: number) => Float32Array;
};

/**
 * The first `channels` of [C, 1, height, width] for a kernel, as [height, width, channels]. A smaller kernel is the
 * centre of the next larger one times a learned matrix, step by step from the largest: the kernel transformation of
 * Once-for-All (Cai and others, 2020, section 3.2).
 */
function cutDepthwise({ shape, values }: SharedTensor, channels: number, choice: KernelChoice): Float32Array {
  const isFlat = at(shape, 3) === 1;
  let taps = at(shape, 2) * at(shape, 3);
  let kernels = values.slice(0, channels * taps);
  for (const [larger, smaller] of kernelSteps(choice.kernels)) {
    if (larger === choice.kernel) break;
    const centre = centreOf(larger, smaller, isFlat);
    kernels = transformKernels(kernels, taps, centre, choice.transform(larger, smaller));
    taps = centre.length;
  }
  const cut = new Float32Array(channels * taps);
  for (let channel = 0; channel < channels; channel += 1) {
    for (let tap = 0; tap < taps; tap += 1) cut[tap * channels + channel] = at(kernels, channel * taps + tap);
  }
  return cut;
}

/** Places of a smaller kernel's taps in a larger one, row by row. */
function centreOf(larger: number, smaller: number, isFlat: boolean): readonly number[] {
  const border = (larger - smaller) / 2;
  const line = Array.from({ length: smaller }, (_, i) => border + i);
  return isFlat ? line : line.flatMap((row) => line.map((column) => row * larger + column));
}

/** For each kernel of `taps` values: its centre times the transpose of `matrix`. */
function transformKernels(
  kernels: Float32Array,
  taps: number,
  centre: readonly number[],
  matrix: Float32Array,
): Float32Array<ArrayBuffer> {
  const size = centre.length;
  const result = new Float32Array((kernels.length / taps) * size);
  for (let kernel = 0; kernel * taps < kernels.length; kernel += 1) {
    const line = centre.map((place) => at(kernels, kernel * taps + place));
    for (let row = 0; row < size; row += 1) {
      result[kernel * size + row] = line.reduce(
        (sum, value, i) => sum + value * at(matrix, row * size + i),
        0,
      );
    }
  }
  return result;
}
