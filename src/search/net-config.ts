/** From a point of a space to the network it stands for. */
import { at } from '../base/index.ts';
import type { NetBlock, NetConfig, Size2d } from '../model/index.ts';
import type { BlockGene, Genotype, Space } from './types.ts';

const single: Size2d = { height: 1, width: 1 };
const batchNorm = { eps: 1e-5, momentum: 0.1 };

/** The network of a genotype, with channels rounded as MCUNet rounds them. */
export function netConfigOf(space: Space, genotype: Genotype): NetConfig {
  const stemChannels = scaledWidth(space, space.stem.width);
  const blocks = blocksOf(space, genotype, stemChannels);
  const lastChannels = blocks.at(-1)?.outChannels ?? stemChannels;
  const headChannels = headWidth(space);
  return {
    input: space.input,
    batchNorm,
    firstConv: {
      kernel: space.stem.kernel,
      stride: space.stem.stride,
      inChannels: space.input.channels,
      outChannels: stemChannels,
      activation: 'relu6',
    },
    blocks,
    featureMix:
      headChannels === undefined
        ? undefined
        : {
            kernel: single,
            stride: single,
            inChannels: lastChannels,
            outChannels: headChannels,
            activation: 'relu6',
          },
    classifier: { inFeatures: headChannels ?? lastChannels, outFeatures: space.classes },
  };
}

/** Channels of a base width in this space. */
export function scaledWidth(space: Pick<Space, 'width' | 'divisor'>, width: number): number {
  return roundChannels(width * space.width, space.divisor);
}

/**
 * Channels of the 1x1 convolution before the average; `undefined` where there is none. Widths below 1 leave it as it is,
 * as in MobileNetV2 (Sandler et al., 2018, section 6.1) and MCUNet's super-network.
 */
export function headWidth(space: Pick<Space, 'head' | 'width' | 'divisor'>): number | undefined {
  return space.head === undefined
    ? undefined
    : roundChannels(space.head * Math.max(1, space.width), space.divisor);
}

/** Channels inside a block of `inChannels` input channels: what the depthwise convolution works on. */
export function midChannels(space: Pick<Space, 'divisor'>, inChannels: number, expand: number): number {
  return expand === 1 ? inChannels : roundChannels(Math.round(inChannels * expand), space.divisor);
}

/** Extent of a kernel: `k x k`, or `k x 1` in one dimension. */
function kernelSize(space: Pick<Space, 'dimensions'>, kernel: number): Size2d {
  return { height: kernel, width: space.dimensions === 1 ? 1 : kernel };
}

function blocksOf(space: Space, genotype: Genotype, stemChannels: number): readonly NetBlock[] {
  const blocks: NetBlock[] = [];
  let inChannels = stemChannels;
  genotype.stages.forEach((genes, index) => {
    const stage = at(space.stages, index);
    const outChannels = scaledWidth(space, stage.width);
    genes.forEach((gene, position) => {
      const stride = position === 0 ? stage.stride : single;
      blocks.push(blockOf(space, gene, inChannels, outChannels, stride));
      inChannels = outChannels;
    });
  });
  return blocks;
}

function blockOf(
  space: Space,
  { kernel, expand }: BlockGene,
  inChannels: number,
  outChannels: number,
  stride: Size2d,
): NetBlock {
  return {
    inChannels,
    midChannels: midChannels(space, inChannels, expand),
    outChannels,
    kernel: kernelSize(space, kernel),
    stride,
    activation: 'relu6',
    hasExpansion: expand !== 1,
    hasShortcut: stride.height === 1 && stride.width === 1 && inChannels === outChannels,
  };
}

/** The nearest multiple of `divisor`, but never below nine tenths of the wish: MobileNet's rule, and so MCUNet's. */
function roundChannels(wish: number, divisor: number): number {
  const nearest = Math.max(divisor, Math.floor((wish + divisor / 2) / divisor) * divisor);
  return nearest < 0.9 * wish ? nearest + divisor : nearest;
}
