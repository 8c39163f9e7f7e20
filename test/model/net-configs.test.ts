/** MCUNet's net configurations: what is read of them, what is refused, and that printing them loses nothing. */
import { describe, expect, test } from 'vitest';
import { layersOf, type NetConfig, printNetConfig, readModel, readNetConfig } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { type NetJson, smallNet } from './net-config-json.ts';

const read = (json: NetJson): NetConfig => readNetConfig(JSON.stringify(json), 'net.json');

/** The one line that a user is shown after `change` to a sound configuration. */
function lineAfter(change: (json: NetJson) => void): string {
  const json = smallNet();
  change(json);
  return refusalOf(() => read(json)).toLine();
}

describe('a net configuration', () => {
  test('is read layer by layer', () => {
    const net = read(smallNet());
    expect(net.input).toEqual({ height: 16, width: 16, channels: 3 });
    expect(net.batchNorm).toEqual({ eps: 1e-5, momentum: 0.1 });
    const layers = layersOf(net);
    expect(layers.map(({ name, kind }) => [name, kind])).toEqual([
      ['first_conv', 'conv'],
      ['blocks.0.depthwise', 'depthwise'],
      ['blocks.0.project', 'conv'],
      ['blocks.1.expand', 'conv'],
      ['blocks.1.depthwise', 'depthwise'],
      ['blocks.1.project', 'conv'],
      ['blocks.2.expand', 'conv'],
      ['blocks.2.depthwise', 'depthwise'],
      ['blocks.2.project', 'conv'],
      ['blocks.2.add', 'add'],
      ['feature_mix', 'conv'],
      ['pool', 'mean'],
      ['classifier', 'linear'],
    ]);
    expect(layers.map(({ output }) => [output.height, output.width, output.channels].join('x'))).toEqual(
      '8x8x8 8x8x8 8x8x8 8x8x24 4x4x24 4x4x16 4x4x48 4x4x48 4x4x16 4x4x16 4x4x32 1x1x32 1x1x10'.split(' '),
    );
    expect(layers.find(({ kind }) => kind === 'add')).toMatchObject({ shortcutFrom: 'blocks.1.project' });
  });

  test('counts the work and the parameters of its layers', () => {
    const [first, depthwise] = layersOf(read(smallNet()));
    expect(first).toMatchObject({ macs: 8 * 8 * 8 * 27, parameters: 8 * 27 + 8 });
    expect(depthwise).toMatchObject({ macs: 8 * 8 * 8 * 9, parameters: 8 * 9 + 8 });
    expect(layersOf(read(smallNet())).at(-1)).toMatchObject({ macs: 320, parameters: 330 });
  });

  test('takes middle channels from the expand ratio where none are stated', () => {
    const json = smallNet();
    json.blocks[1].mobile_inverted_conv.mid_channels = null;
    expect(read(json)).toEqual(read(smallNet()));
  });

  test('leaves out blocks that are nothing but their shortcut', () => {
    const json = smallNet();
    const identity = { name: 'IdentityLayer', in_channels: 16, out_channels: 16, use_bn: false };
    const nothing = {
      name: 'MobileInvertedResidualBlock',
      mobile_inverted_conv: { name: 'ZeroLayer', stride: 1 },
      shortcut: identity,
    };
    json.blocks.splice(2, 0, nothing);
    expect(read(json)).toEqual(read(smallNet()));
  });

  test('may have rows and columns of their own', () => {
    const json = smallNet();
    json.resolution = [49, 1];
    for (const layer of [
      json.first_conv,
      ...json.blocks.map((block: NetJson) => block.mobile_inverted_conv),
    ]) {
      layer.kernel_size = [layer.kernel_size, 1];
      layer.stride = [layer.stride, 1];
    }
    const net = read(json);
    expect(net.blocks[1]?.kernel).toEqual({ height: 7, width: 1 });
    expect(layersOf(net).map(({ output }) => `${output.height}x${output.width}`)).toContain('13x1');
    expect(readNetConfig(printNetConfig(net), 'printed')).toEqual(net);
  });

  test('is the same after printing it', () => {
    const net = read(smallNet());
    expect(readNetConfig(printNetConfig(net), 'printed')).toEqual(net);
    const shrunk: NetConfig = {
      ...net,
      blocks: net.blocks.with(1, { ...net.blocks[1], midChannels: 8 } as NetConfig['blocks'][number]),
    };
    expect(readNetConfig(printNetConfig(shrunk), 'printed')).toEqual(shrunk);
  });
});

describe('refused, with its path', () => {
  test.each<[string, (json: NetJson) => void, RegExp]>([
    ['no resolution', (json) => delete json.resolution, /net\.json: resolution must be a whole number/],
    ['resolution 0', (json) => Object.assign(json, { resolution: 0 }), /resolution must be/],
    ['resolution 100000', (json) => Object.assign(json, { resolution: 100_000 }), /1 to 2048/],
    [
      'another network',
      (json) => Object.assign(json, { name: 'ProxylessNASNetsV2' }),
      /name must be "Proxyless/,
    ],
    ['another key', (json) => Object.assign(json, { teacher: 1 }), /teacher/],
    [
      'an even kernel',
      (json) => Object.assign(json.first_conv, { kernel_size: 4 }),
      /first_conv\.kernel_size must be an odd whole number/,
    ],
    ['dilation', (json) => Object.assign(json.first_conv, { dilation: 2 }), /first_conv\.dilation must be 1/],
    ['groups', (json) => Object.assign(json.first_conv, { groups: 3 }), /first_conv\.groups must be 1/],
    ['shuffle', (json) => Object.assign(json.first_conv, { has_shuffle: true }), /has_shuffle must be false/],
    [
      'squeeze-and-excitation',
      (json) => Object.assign(json.blocks[1].mobile_inverted_conv, { use_se: true }),
      /blocks\[1\]\.mobile_inverted_conv\.use_se must be false: squeeze-and-excitation/,
    ],
    [
      'an unknown layer',
      (json) => Object.assign(json.blocks[1].mobile_inverted_conv, { name: 'SEInvertedConvLayer' }),
      /blocks\[1\]\.mobile_inverted_conv\.name must be an MBInvertedConvLayer or a ZeroLayer/,
    ],
    [
      'an unknown activation',
      (json) => Object.assign(json.blocks[0].mobile_inverted_conv, { act_func: 'swish' }),
      /blocks\[0\]\.mobile_inverted_conv\.act_func must be "relu" or "relu6"/,
    ],
    [
      'channels that do not match',
      (json) => Object.assign(json.blocks[1].mobile_inverted_conv, { in_channels: 12 }),
      /blocks\[1\]\.mobile_inverted_conv\.in_channels is 12, but the layer before gives 8/,
    ],
    [
      'a shortcut over a stride',
      (json) => Object.assign(json.blocks[2].mobile_inverted_conv, { stride: 2 }),
      /blocks\[2\]\.shortcut an identity needs stride 1/,
    ],
    [
      'a shortcut of other channels',
      (json) => Object.assign(json.blocks[2].shortcut, { in_channels: [8] }),
      /blocks\[2\]\.shortcut must have the 16 channels/,
    ],
    [
      'zeros without a shortcut',
      (json) =>
        Object.assign(json.blocks[2], {
          shortcut: null,
          mobile_inverted_conv: { name: 'ZeroLayer', stride: 1 },
        }),
      /blocks\[2\] a block of zeros without a shortcut/,
    ],
    [
      'middle channels without an expansion',
      (json) => Object.assign(json.blocks[0].mobile_inverted_conv, { mid_channels: 16 }),
      /blocks\[0\]\.mobile_inverted_conv\.mid_channels must be null or in_channels/,
    ],
    [
      'a classifier of other features',
      (json) => Object.assign(json.classifier, { in_features: 16 }),
      /classifier\.in_features is 16, but the layer before gives 32/,
    ],
    [
      'more than any microcontroller holds',
      (json) => Object.assign(json.classifier, { out_features: 100_000 }) && widen(json),
      /parameters, the limit is 4194304/,
    ],
    [
      'more work than any microcontroller does',
      (json) => {
        Object.assign(json, { resolution: 1600 });
        Object.assign(json.blocks[1].mobile_inverted_conv, { kernel_size: 31 });
      },
      /multiply-accumulates, the limit is 2000000000/,
    ],
  ])('%s', (_, change, message) => {
    const line = lineAfter(change);
    expect(line).toMatch(/^net\.json: /);
    expect(line).toMatch(message);
    expect(line).toMatch(/\[NET_CONFIG_INVALID\]$/);
  });

  test('everything that is wrong, at once', () => {
    const line = lineAfter((json) => {
      Object.assign(json.first_conv, { dilation: 2 });
      Object.assign(json.classifier, { use_bn: true });
    });
    expect(line).toMatch(/2 problems: first_conv\.dilation .*; classifier\.use_bn /);
  });

  test('text that is no JSON', () => {
    const failure = refusalOf(() => readNetConfig('{"name": ', 'net.json'));
    expect([failure.code, failure.where]).toEqual(['FILE_NOT_JSON', 'net.json']);
  });
});

function widen(json: NetJson): void {
  Object.assign(json.feature_mix_layer, { out_channels: 1000 });
  Object.assign(json.classifier, { in_features: 1000 });
}

describe('as a model file', () => {
  test('it becomes a float network with random weights, the same every time', () => {
    const bytes = new TextEncoder().encode(JSON.stringify(smallNet()));
    const model = readModel(bytes, 'net.json');
    expect(model.format).toBe('net-config');
    expect(model.operators.map(({ options }) => options.op)).toEqual(
      (
        'CONV_2D DEPTHWISE_CONV_2D CONV_2D CONV_2D DEPTHWISE_CONV_2D CONV_2D CONV_2D DEPTHWISE_CONV_2D CONV_2D ADD ' +
        'CONV_2D MEAN CONV_2D RESHAPE'
      ).split(' '),
    );
    expect(readModel(bytes)).toEqual(model);
  });

  test('its failures name the file', () => {
    const failure = refusalOf(() => readModel(new TextEncoder().encode('\ufeff {}'), 'nets/net.json'));
    expect(failure.toLine()).toMatch(/^nets\/net\.json: .*\[NET_CONFIG_INVALID\]$/);
  });
});
