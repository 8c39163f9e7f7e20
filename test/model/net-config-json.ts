/** A small net configuration with every kind of part, for tests to change. */

// biome-ignore lint/suspicious/noExplicitAny: tests put values of every kind into every place
export type NetJson = any;

const ends = { dropout_rate: 0, ops_order: 'weight_bn_act' };

function conv(kernel: number, stride: number, input: number, output: number): object {
  return {
    name: 'ConvLayer',
    kernel_size: kernel,
    stride,
    dilation: 1,
    groups: 1,
    bias: false,
    has_shuffle: false,
    in_channels: input,
    out_channels: output,
    use_bn: true,
    act_func: 'relu6',
    ...ends,
  };
}

function block(
  kernel: number,
  stride: number,
  [input, ratio, middle, output]: readonly [number, number, number | null, number],
  shortcut: object | null = null,
): object {
  return {
    name: 'MobileInvertedResidualBlock',
    mobile_inverted_conv: {
      name: 'MBInvertedConvLayer',
      in_channels: input,
      out_channels: output,
      kernel_size: kernel,
      stride,
      expand_ratio: ratio,
      mid_channels: middle,
      act_func: 'relu6',
      use_se: false,
    },
    shortcut,
  };
}

/** 16 x 16 x 3, three blocks (without expansion, with stride, with shortcut), feature mix, 10 classes. */
export function smallNet(): NetJson {
  const identity = {
    name: 'IdentityLayer',
    in_channels: [16],
    out_channels: [16],
    use_bn: false,
    act_func: null,
    ...ends,
  };
  return {
    name: 'ProxylessNASNets',
    bn: { momentum: 0.1, eps: 1e-5, ws_eps: null },
    first_conv: conv(3, 2, 3, 8),
    blocks: [
      block(3, 1, [8, 1, null, 8]),
      block(7, 2, [8, 3, 24, 16]),
      block(5, 1, [16, 3, 48, 16], identity),
    ],
    feature_mix_layer: conv(1, 1, 16, 32),
    classifier: {
      name: 'LinearLayer',
      in_features: 32,
      out_features: 10,
      bias: true,
      use_bn: false,
      act_func: null,
      ...ends,
    },
    resolution: 16,
  };
}
