/** A net configuration as MCUNet's JSON, with all the keys that mit-han-lab/tinyml writes and in its order. */
import type { ConvLayer, NetActivation, NetBlock, NetConfig, Size2d } from './types.ts';

/** Reading it again gives an equal configuration. Ends with a line feed. */
export function printNetConfig(net: NetConfig): string {
  const json = {
    name: 'ProxylessNASNets',
    bn: { momentum: net.batchNorm.momentum, eps: net.batchNorm.eps, ws_eps: null },
    first_conv: convJson(net.firstConv),
    blocks: net.blocks.map(blockJson),
    feature_mix_layer: net.featureMix === undefined ? null : convJson(net.featureMix),
    classifier: {
      name: 'LinearLayer',
      in_features: net.classifier.inFeatures,
      out_features: net.classifier.outFeatures,
      bias: true,
      use_bn: false,
      act_func: null,
      ...last,
    },
    resolution: sizeJson(net.input),
  };
  return `${JSON.stringify(json, undefined, 4)}\n`;
}

const last = { dropout_rate: 0, ops_order: 'weight_bn_act' };

function convJson(conv: ConvLayer): object {
  return {
    name: 'ConvLayer',
    kernel_size: sizeJson(conv.kernel),
    stride: sizeJson(conv.stride),
    dilation: 1,
    groups: 1,
    bias: false,
    has_shuffle: false,
    in_channels: conv.inChannels,
    out_channels: conv.outChannels,
    use_bn: true,
    act_func: activationJson(conv.activation),
    ...last,
  };
}

function blockJson(block: NetBlock): object {
  const { inChannels, outChannels } = block;
  return {
    name: 'MobileInvertedResidualBlock',
    mobile_inverted_conv: {
      name: 'MBInvertedConvLayer',
      in_channels: inChannels,
      out_channels: outChannels,
      kernel_size: sizeJson(block.kernel),
      stride: sizeJson(block.stride),
      expand_ratio: expandRatio(block),
      mid_channels: block.hasExpansion ? block.midChannels : null,
      act_func: activationJson(block.activation),
      use_se: false,
    },
    shortcut: block.hasShortcut ? identityJson(inChannels, outChannels) : null,
  };
}

/** Only whether it is 1 matters beside `mid_channels`, which says how many there are. */
function expandRatio({ hasExpansion, midChannels, inChannels }: NetBlock): number {
  return hasExpansion ? Math.max(2, Math.round(midChannels / inChannels)) : 1;
}

function identityJson(inChannels: number, outChannels: number): object {
  return {
    name: 'IdentityLayer',
    in_channels: [inChannels],
    out_channels: [outChannels],
    use_bn: false,
    act_func: null,
    ...last,
  };
}

function sizeJson({ height, width }: Size2d): number | readonly [number, number] {
  return height === width ? height : [height, width];
}

function activationJson(activation: NetActivation): string | null {
  return activation === 'none' ? null : activation;
}
