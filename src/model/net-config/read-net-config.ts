/** A net configuration from JSON text: the form by its schema, then what its layers have to agree on. */
import type { z } from 'zod';
import { parseJson } from '../../base/index.ts';
import { netConfigInvalid } from '../failures.ts';
import { layersOf } from './layers.ts';
import { type InvertedBlockJson, type NetConfigJson, netConfigSchema } from './schema.ts';
import type { ConvLayer, NetBlock, NetConfig } from './types.ts';

/** One thing that is wrong, at a path such as `blocks[2].mobile_inverted_conv.use_se`. */
type Problem = { readonly path: string; readonly message: string };

type Expect = (path: string, condition: boolean, message: string) => void;

/** Beyond what a microcontroller could hold or run, and small enough that no file costs much memory or time. */
const largest = {
  textLength: 1_048_576,
  parameters: 4_194_304,
  activations: 16_777_216,
  macs: 2_000_000_000,
} as const;

const whatToGive = "give a net configuration as MCUNet's repository has them, or a .tflite or .onnx file";

/**
 * Reads MCUNet's net-config JSON. Blocks that are nothing but their shortcut (`ZeroLayer`) are left out, as they
 * compute nothing.
 *
 * @param where the file's name, for messages; `undefined` where the caller names it
 * @throws Failure `FILE_NOT_JSON`, or `NET_CONFIG_INVALID` with every problem and its JSON path
 */
export function readNetConfig(text: string, where: string | undefined): NetConfig {
  if (text.length > largest.textLength) {
    throw netConfigInvalid(where, [{ path: 'the file', message: `has ${text.length} characters` }]);
  }
  const parsed = netConfigSchema.safeParse(parseJson(text, { kind: 'model', where, hint: whatToGive }));
  if (!parsed.success) throw netConfigInvalid(where, parsed.error.issues.map(problemOf));
  const problems: Problem[] = [];
  const expect: Expect = (path, condition, message) => {
    if (!condition) problems.push({ path, message });
  };
  checkBlocks(parsed.data, expect);
  checkEnds(parsed.data, expect);
  const net = toNetConfig(parsed.data);
  checkSizes(net, expect);
  if (problems.length > 0) throw netConfigInvalid(where, problems);
  return net;
}

function problemOf({ path, message }: z.core.$ZodIssue): Problem {
  const words = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return { path: words.replace(/^\./, '') || 'the file', message: message.replace(/^Invalid input: /, '') };
}

/** Each block takes what the one before it gives, and adds its input only where that has its output's shape. */
function checkBlocks({ first_conv, blocks }: NetConfigJson, expect: Expect): void {
  let channels = first_conv.out_channels;
  blocks.forEach(({ mobile_inverted_conv: conv, shortcut }, index) => {
    const path = `blocks[${index}]`;
    const inner = `${path}.mobile_inverted_conv`;
    if (shortcut !== null) {
      const matches = shortcut.in_channels === channels && shortcut.out_channels === channels;
      expect(`${path}.shortcut`, matches, `must have the ${channels} channels that the block is given`);
    }
    if (conv.name === 'ZeroLayer') {
      expect(path, shortcut !== null, 'a block of zeros without a shortcut gives no values on');
      return;
    }
    const { in_channels, out_channels, stride, expand_ratio, mid_channels } = conv;
    expect(`${inner}.in_channels`, in_channels === channels, gives(in_channels, channels));
    if (shortcut !== null) {
      const keepsShape = stride.height === 1 && stride.width === 1 && in_channels === out_channels;
      const rule = 'an identity needs stride 1 and as many output channels as input channels';
      expect(`${path}.shortcut`, keepsShape, rule);
    }
    const isPlain = expand_ratio !== 1 || mid_channels === null || mid_channels === in_channels;
    expect(`${inner}.mid_channels`, isPlain, 'must be null or in_channels at expand_ratio 1');
    const middle = middleChannels(conv);
    expect(`${inner}.expand_ratio`, middle >= 1 && middle <= 65_536, `makes ${middle} middle channels`);
    channels = out_channels;
  });
}

function gives(stated: number, given: number): string {
  return `is ${stated}, but the layer before gives ${given}`;
}

function checkEnds(
  { first_conv, blocks, feature_mix_layer: mix, classifier }: NetConfigJson,
  expect: Expect,
): void {
  const last = blocks.map(({ mobile_inverted_conv: conv }) => conv).findLast(isBlock);
  const given = last === undefined ? first_conv.out_channels : last.out_channels;
  if (mix !== null) {
    expect('feature_mix_layer.in_channels', mix.in_channels === given, gives(mix.in_channels, given));
  }
  const features = mix === null ? given : mix.out_channels;
  const stated = classifier.in_features;
  expect('classifier.in_features', stated === features, gives(stated, features));
}

function checkSizes(net: NetConfig, expect: Expect): void {
  const layers = layersOf(net);
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
  const tooMuch = `the network has ${macs} multiply-accumulates, the limit is ${largest.macs}`;
  expect('resolution', macs <= largest.macs, tooMuch);
  const tooMany = `the network has ${parameters} parameters, the limit is ${largest.parameters}`;
  expect('blocks', parameters <= largest.parameters, tooMany);
  const values = Math.max(
    ...layers.flatMap(({ input, output }) =>
      [input, output].map(({ height, width, channels }) => height * width * channels),
    ),
  );
  const tooLarge = `makes a layer of ${values} values, the limit is ${largest.activations}`;
  expect('resolution', values <= largest.activations, tooLarge);
}

type BlockJson = NetConfigJson['blocks'][number]['mobile_inverted_conv'];

function isBlock(conv: BlockJson): conv is InvertedBlockJson {
  return conv.name !== 'ZeroLayer';
}

function toNetConfig(json: NetConfigJson): NetConfig {
  return {
    input: { ...json.resolution, channels: json.first_conv.in_channels },
    batchNorm: { eps: json.bn.eps, momentum: json.bn.momentum },
    firstConv: toConvLayer(json.first_conv),
    blocks: json.blocks.flatMap(({ mobile_inverted_conv: conv, shortcut }) =>
      isBlock(conv) ? [toBlock(conv, shortcut !== null)] : [],
    ),
    featureMix: json.feature_mix_layer === null ? undefined : toConvLayer(json.feature_mix_layer),
    classifier: { inFeatures: json.classifier.in_features, outFeatures: json.classifier.out_features },
  };
}

function toConvLayer(json: NetConfigJson['first_conv']): ConvLayer {
  return {
    kernel: json.kernel_size,
    stride: json.stride,
    inChannels: json.in_channels,
    outChannels: json.out_channels,
    activation: json.act_func ?? 'none',
  };
}

function toBlock(conv: InvertedBlockJson, hasShortcut: boolean): NetBlock {
  return {
    inChannels: conv.in_channels,
    midChannels: middleChannels(conv),
    outChannels: conv.out_channels,
    kernel: conv.kernel_size,
    stride: conv.stride,
    activation: conv.act_func ?? 'none',
    hasExpansion: conv.expand_ratio !== 1,
    hasShortcut,
  };
}

/** As MCUNet computes them, except that halves round up. */
function middleChannels({ in_channels, expand_ratio, mid_channels }: InvertedBlockJson): number {
  return mid_channels ?? Math.round(in_channels * expand_ratio);
}
