/**
 * MCUNet's net-config JSON as mit-han-lab/tinyml and once-for-all write and read it: every key, and which values of
 * those that they admit can be run here. Keys beyond these stop their readers as well.
 */
import { z } from 'zod';
import type { Size2d } from './types.ts';

type ConvLayerJson = {
  readonly kernel_size: Size2d;
  readonly stride: Size2d;
  readonly in_channels: number;
  readonly out_channels: number;
  readonly act_func: 'relu' | 'relu6' | null;
};

export type InvertedBlockJson = ConvLayerJson & {
  readonly name: 'MBInvertedConvLayer';
  readonly expand_ratio: number;
  readonly mid_channels: number | null;
};

type ChannelsJson = { readonly in_channels: number; readonly out_channels: number };

/** What is read of a file, in its own names; the other keys have one value each that can be run. */
export type NetConfigJson = {
  readonly bn: { readonly momentum: number; readonly eps: number };
  readonly first_conv: ConvLayerJson;
  readonly blocks: readonly {
    readonly mobile_inverted_conv: InvertedBlockJson | { readonly name: 'ZeroLayer' };
    readonly shortcut: ChannelsJson | null;
  }[];
  readonly feature_mix_layer: ConvLayerJson | null;
  readonly classifier: { readonly in_features: number; readonly out_features: number };
  readonly resolution: Size2d;
};

/** Generous beside any microcontroller; they bound what a file can cost. */
const limits = { channels: 16_384, resolution: 2_048, kernel: 31, stride: 16, blocks: 500, classes: 100_000 };

const channels = z.int('a whole number of channels').min(1).max(limits.channels);

/** One number, or two: height and width. */
const extent = (what: string, most: number, isAllowed: (value: number) => boolean = () => true) => {
  const valid = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most && isAllowed(value);
  return z
    .custom<number | readonly [number, number]>(
      (value) =>
        valid(value) || (Array.isArray(value) && value.length === 2 && valid(value[0]) && valid(value[1])),
      `must be ${what} of 1 to ${most}, or [height, width] of such`,
    )
    .transform((value) =>
      typeof value === 'number' ? { height: value, width: value } : { height: value[0], width: value[1] },
    );
};

const kernel = extent('an odd whole number', limits.kernel, (value) => value % 2 === 1);
const stride = extent('a whole number', limits.stride);

/** A key that has to be there with one value, since nothing else can be run. */
const only = <const Value extends string | number | boolean | null>(value: Value, why: string) =>
  z.literal(value, { error: () => `must be ${JSON.stringify(value)}: ${why}` });

const activation = z.enum(['relu', 'relu6'], { error: () => 'must be "relu" or "relu6"' }).nullable();
const order = only('weight_bn_act', 'batch normalisation follows the weights').default('weight_bn_act');
const dropout = z.number().min(0).max(1).default(0);

const convLayer = z.strictObject({
  name: only('ConvLayer', 'other layers are not supported here'),
  kernel_size: kernel,
  stride,
  dilation: only(1, 'dilated convolutions are not supported').default(1),
  groups: only(1, 'grouped convolutions are not supported').default(1),
  bias: z.boolean().default(false),
  has_shuffle: only(false, 'channel shuffle is not supported').default(false),
  in_channels: channels,
  out_channels: channels,
  use_bn: z.boolean().default(true),
  act_func: activation,
  dropout_rate: dropout,
  ops_order: order,
});

const invertedBlock = z.strictObject({
  name: only('MBInvertedConvLayer', 'other layers are not supported here'),
  in_channels: channels,
  out_channels: channels,
  kernel_size: kernel,
  stride,
  expand_ratio: z.number('must be a number').positive().max(limits.channels),
  mid_channels: channels.nullable().default(null),
  act_func: activation,
  use_se: only(false, 'squeeze-and-excitation is not supported').default(false),
});

/** Computes zeros; with a shortcut beside it the block is nothing at all. */
const zeroLayer = z.strictObject({
  name: z.literal('ZeroLayer'),
  stride: only(1, 'a block of zeros has nothing to stride over'),
});

/** Some writers put the channels into a list of one. */
const listedChannels = z.union([channels, z.tuple([channels]).transform(([value]) => value)], {
  error: () => `must be a whole number of channels of 1 to ${limits.channels}`,
});

const shortcut = z.strictObject({
  name: only('IdentityLayer', 'other shortcuts are not supported'),
  in_channels: listedChannels,
  out_channels: listedChannels,
  use_bn: only(false, 'a shortcut has no batch normalisation').default(false),
  act_func: only(null, 'a shortcut has no activation').default(null),
  dropout_rate: dropout,
  ops_order: order,
});

const block = z.strictObject({
  name: only('MobileInvertedResidualBlock', 'other blocks are not supported'),
  mobile_inverted_conv: z.discriminatedUnion('name', [invertedBlock, zeroLayer], {
    error: () => 'must be an MBInvertedConvLayer or a ZeroLayer; other layers are not supported',
  }),
  shortcut: shortcut.nullable().default(null),
});

const classifier = z.strictObject({
  name: only('LinearLayer', 'other classifiers are not supported'),
  in_features: channels,
  out_features: z.int('must be a whole number of classes').min(1).max(limits.classes),
  bias: z.boolean().default(true),
  use_bn: only(false, 'a classifier with batch normalisation is not supported').default(false),
  act_func: only(null, 'a classifier with an activation is not supported').default(null),
  dropout_rate: dropout,
  ops_order: order,
});

export const netConfigSchema: z.ZodType<NetConfigJson> = z.strictObject({
  name: only('ProxylessNASNets', 'other networks are not supported'),
  bn: z.strictObject({
    momentum: z.number().min(0).max(1),
    eps: z.number().positive().max(1),
    ws_eps: only(null, 'weight standardisation is not supported').default(null),
  }),
  first_conv: convLayer,
  blocks: z.array(block).max(limits.blocks),
  feature_mix_layer: convLayer.nullable().default(null),
  classifier,
  resolution: extent('a whole number', limits.resolution),
});
