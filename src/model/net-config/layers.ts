/** The layers of a net configuration in the order in which they run, with their shapes, work and parameters. */
import type { ConvLayer, NetActivation, NetBlock, NetConfig, Size2d } from './types.ts';

/** Of one image, without batch: [height, width, channels]. A vector has height and width 1. */
export type ImageShape = Size2d & { readonly channels: number };

type LayerCommon = {
  /** `first_conv`, `blocks.2.expand`, `blocks.2.depthwise`, `blocks.2.project`, `blocks.2.add`, `pool`, ... */
  readonly name: string;
  readonly input: ImageShape;
  readonly output: ImageShape;
  /** Multiply-accumulates, padding positions counted, as MCUNet counts. */
  readonly macs: number;
  /** Weights and biases, batch normalisation folded into them. */
  readonly parameters: number;
};

export type NetLayer =
  | (LayerCommon & {
      readonly kind: 'conv' | 'depthwise';
      readonly kernel: Size2d;
      readonly stride: Size2d;
      readonly activation: NetActivation;
    })
  /** Adds the output of the layer before it and that of the layer named `shortcutFrom`. */
  | (LayerCommon & { readonly kind: 'add'; readonly shortcutFrom: string })
  /** Over height and width. */
  | (LayerCommon & { readonly kind: 'mean' })
  | (LayerCommon & { readonly kind: 'linear' });

/** Every layer reads the one before it; one layer for each operator of the network. */
export function layersOf(net: NetConfig): readonly NetLayer[] {
  const first = convLayer('first_conv', net.input, net.firstConv);
  const layers: NetLayer[] = [first];
  let last: NetLayer = first;
  const append = (layer: NetLayer): void => {
    layers.push(layer);
    last = layer;
  };
  net.blocks.forEach((block, index) => {
    for (const layer of blockLayers(`blocks.${index}`, block, last)) append(layer);
  });
  if (net.featureMix !== undefined) append(convLayer('feature_mix', last.output, net.featureMix));
  append(meanLayer(last.output));
  append(linearLayer(net.classifier));
  return layers;
}

function blockLayers(name: string, block: NetBlock, before: NetLayer): readonly NetLayer[] {
  const one = { height: 1, width: 1 };
  const { activation, inChannels, midChannels, outChannels } = block;
  const expand: readonly NetLayer[] = block.hasExpansion
    ? [
        convLayer(`${name}.expand`, before.output, {
          kernel: one,
          stride: one,
          inChannels,
          outChannels: midChannels,
          activation,
        }),
      ]
    : [];
  const depthwise = depthwiseLayer(`${name}.depthwise`, { ...before.output, channels: midChannels }, block);
  const project = convLayer(`${name}.project`, depthwise.output, {
    kernel: one,
    stride: one,
    inChannels: midChannels,
    outChannels,
    activation: 'none',
  });
  const add: readonly NetLayer[] = block.hasShortcut ? [addLayer(`${name}.add`, project, before.name)] : [];
  return [...expand, depthwise, project, ...add];
}

function convLayer(name: string, input: ImageShape, conv: ConvLayer): NetLayer {
  const { kernel, stride, activation, outChannels } = conv;
  const output = { ...strided(input, stride), channels: outChannels };
  const weights = kernel.height * kernel.width * conv.inChannels * outChannels;
  const macs = output.height * output.width * weights;
  return {
    kind: 'conv',
    name,
    input,
    output,
    kernel,
    stride,
    activation,
    macs,
    parameters: weights + outChannels,
  };
}

function depthwiseLayer(name: string, input: ImageShape, block: NetBlock): NetLayer {
  const { kernel, stride, activation, midChannels } = block;
  const output = { ...strided(input, stride), channels: midChannels };
  const weights = kernel.height * kernel.width * midChannels;
  const macs = output.height * output.width * weights;
  return {
    kind: 'depthwise',
    name,
    input,
    output,
    kernel,
    stride,
    activation,
    macs,
    parameters: weights + midChannels,
  };
}

function addLayer(name: string, { output }: NetLayer, shortcutFrom: string): NetLayer {
  return { kind: 'add', name, input: output, output, shortcutFrom, macs: 0, parameters: 0 };
}

function meanLayer(input: ImageShape): NetLayer {
  const output = { height: 1, width: 1, channels: input.channels };
  return { kind: 'mean', name: 'pool', input, output, macs: 0, parameters: 0 };
}

function linearLayer({ inFeatures, outFeatures }: NetConfig['classifier']): NetLayer {
  const weights = inFeatures * outFeatures;
  return {
    kind: 'linear',
    name: 'classifier',
    input: { height: 1, width: 1, channels: inFeatures },
    output: { height: 1, width: 1, channels: outFeatures },
    macs: weights,
    parameters: weights + outFeatures,
  };
}

function strided(image: Size2d, stride: Size2d): Size2d {
  return { height: Math.ceil(image.height / stride.height), width: Math.ceil(image.width / stride.width) };
}
