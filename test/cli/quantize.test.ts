/** `mcunet quantize`: what it writes is an int8 network near the float one; what it cannot use it refuses in one line. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/base/index.ts';
import { netConfigModel, randomWeights, readModel, writeTflite } from '../../src/model/index.ts';
import { signalToNoise } from '../quantisation/int8-networks.ts';
import { runCommandLine, temporaryFolder } from '../support/command-line.ts';

const convolution = {
  kernel: { height: 3, width: 3 },
  stride: { height: 2, width: 2 },
  inChannels: 2,
  outChannels: 8,
};
const net = {
  input: { height: 8, width: 8, channels: 2 },
  batchNorm: { eps: 1e-5, momentum: 0.1 },
  firstConv: { ...convolution, activation: 'relu6' },
  blocks: [],
  featureMix: undefined,
  classifier: { inFeatures: 8, outFeatures: 3 },
} as const;
const float = netConfigModel(net, randomWeights(net, 1));
const samples = 20;
const pixels = Uint8Array.from(
  { length: samples * 128 },
  (
    (draw) => () =>
      draw.below(256)
  )(random(4)),
);
const real = Float32Array.from(pixels, (pixel, i) => (pixel - (i % 2 === 0 ? 100 : 50)) / 64);

/** A NumPy archive of one array. */
function npz(name: string, type: string, shape: readonly number[], values: Uint8Array): Uint8Array {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const padded = `${header.padEnd(117)}\n`;
  const head = Uint8Array.of(0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, padded.length, 0);
  return zipSync({ [`${name}.npy`]: Uint8Array.of(...head, ...new TextEncoder().encode(padded), ...values) });
}

const images = npz('images', '|u1', [samples, 8, 8, 2], pixels);
const words = [
  'quantize',
  '--model',
  'float.tflite',
  '--calibration',
  'data.npz',
  '--out',
  'out/int8.tflite',
];
const scaled = [...words, '--mean', '100,50', '--std', '64'];

function folderWith(data: Uint8Array): Disposable & { readonly path: string } {
  const folder = temporaryFolder();
  writeFileSync(join(folder.path, 'float.tflite'), writeTflite(float));
  writeFileSync(join(folder.path, 'data.npz'), data);
  return folder;
}

describe('a float network and images', () => {
  test.each([
    { by: 'minmax', more: [] },
    { by: 'percentile', more: ['--method', 'percentile', '--percentile', '99.9', '--equalise'] },
  ])('become an int8 network, calibrated by $by', ({ by, more }) => {
    using folder = folderWith(images);
    expect(runCommandLine([...scaled, ...more], { cwd: folder.path })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        new RegExp(`^out/int8.tflite: \\d+ bytes, calibrated with 20 samples \\(${by}\\)\n$`),
      ),
    });
    const int8 = readModel(readFileSync(join(folder.path, 'out/int8.tflite')));
    expect(signalToNoise(float, int8, real, samples)).toBeGreaterThan(20);
  });

  test('keep float32 at the edges where that is asked for', () => {
    using folder = folderWith(npz('x', '<f4', [samples, 8, 8, 2], new Uint8Array(real.buffer)));
    const asked = words.map((word) => (word === 'data.npz' ? 'data.npz:x' : word));
    const ended = runCommandLine([...asked, '--float-edges', '--no-bias-correction', '--json'], {
      cwd: folder.path,
    });
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      output: 'out/int8.tflite',
      samples: 20,
      method: 'minmax',
    });
    const { operators } = readModel(readFileSync(join(folder.path, 'out/int8.tflite')));
    expect([operators[0], operators.at(-1)].map((operator) => operator?.options.op)).toEqual([
      'QUANTIZE',
      'DEQUANTIZE',
    ]);
  });
});

describe('a float network and a folder of pictures', () => {
  const grey = {
    ...net,
    input: { ...net.input, channels: 1 },
    firstConv: { ...convolution, inChannels: 1, activation: 'relu6' },
  } as const;
  const asked = words.map((word) => (word === 'data.npz' ? 'pictures' : word));

  function folderWithPictures(network: typeof net | typeof grey): ReturnType<typeof folderWith> {
    const folder = folderWith(images);
    writeFileSync(
      join(folder.path, 'float.tflite'),
      writeTflite(netConfigModel(network, randomWeights(network, 1))),
    );
    mkdirSync(join(folder.path, 'pictures/any/depth'), { recursive: true });
    for (const [index, name] of ['a.png', 'any/b.png', 'any/depth/c.png'].entries()) {
      const data = pixels.slice(index * 100, (index + 1) * 100);
      writeFileSync(
        join(folder.path, 'pictures', name),
        encode({ width: 10, height: 10, channels: 1, data }),
      );
    }
    return folder;
  }

  test('become an int8 network', () => {
    using folder = folderWithPictures(grey);
    const more = ['--resize', 'bilinear', '--fit', '9', '--mean', '128', '--std', '64'];
    expect(runCommandLine([...asked, ...more], { cwd: folder.path })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/calibrated with 3 samples/),
    });
  });

  test.each([
    {
      title: 'without a method',
      network: grey,
      more: [],
      says: /pictures is a folder; pictures need --resize/,
    },
    {
      title: 'for two channels',
      network: net,
      more: ['--resize', 'nearest'],
      says: /pictures: .*2 channels/,
    },
    {
      title: 'with a fit that is none',
      network: grey,
      more: ['--resize', 'nearest', '--fit', 'pad'],
      says: /stretch, crop, or a number of pixels/,
    },
  ])('$title: one line', ({ network, more, says }) => {
    using folder = folderWithPictures(network);
    const ended = runCommandLine([...asked, ...more], { cwd: folder.path });
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr.trim().split('\n').at(-1)).toMatch(says);
  });
});

describe('what cannot be used', () => {
  test.each<{ title: string; data: Uint8Array; more: readonly string[]; exitCode: number; says: RegExp }>([
    {
      title: 'no samples',
      data: npz('images', '|u1', [0, 8, 8, 2], new Uint8Array()),
      more: [],
      exitCode: 2,
      says: /calibration data has no samples.*\[CALIBRATION_EMPTY\]/,
    },
    {
      title: 'samples of another shape',
      data: npz('images', '|u1', [2, 8, 8, 3], new Uint8Array(384)),
      more: [],
      exitCode: 2,
      says: /data\.npz: images: samples of 8 x 8 x 3, the network takes 1 x 8 x 8 x 2/,
    },
    {
      title: 'values that are not numbers',
      data: npz('images', '<f4', [1, 8, 8, 2], new Uint8Array(new Float32Array(128).fill(Number.NaN).buffer)),
      more: [],
      exitCode: 3,
      says: /"input" has values that are infinite or not numbers.*\[CALIBRATION_NOT_FINITE\]/,
    },
    {
      title: 'an array that is not there',
      data: npz('x', '|u1', [2, 8, 8, 2], new Uint8Array(256)),
      more: [],
      exitCode: 2,
      says: /no array 'images'; the archive has x/,
    },
    {
      title: 'two arrays for one input',
      data: images,
      more: ['--calibration', 'data.npz'],
      exitCode: 2,
      says: /2 calibration arrays for 1 inputs/,
    },
    {
      title: 'means for other channels',
      data: images,
      more: ['--mean', '1,2,3'],
      exitCode: 2,
      says: /normalisation by 3 channels, the network's input has 2/,
    },
    { title: 'a deviation of 0', data: images, more: ['--std', '0'], exitCode: 2, says: /numbers above 0/ },
  ])('$title: one line, and nothing is written', ({ data, more, exitCode, says }) => {
    using folder = folderWith(data);
    const ended = runCommandLine([...words, ...more], { cwd: folder.path });
    expect(ended).toMatchObject({ exitCode, stdout: '' });
    expect(ended.stderr.trim().split('\n').at(-1)).toMatch(says);
    expect(existsSync(join(folder.path, 'out'))).toBe(false);
  });

  test('a network that is int8 already', () => {
    using folder = folderWith(images);
    expect(runCommandLine(scaled, { cwd: folder.path }).exitCode).toBe(0);
    const again = scaled.map((word) => (word === 'float.tflite' ? 'out/int8.tflite' : word));
    const ended = runCommandLine(again, { cwd: folder.path });
    expect(ended.exitCode).toBe(3);
    expect(ended.stderr).toMatch(
      /the network's input "input" is int8, not float32.*\[QUANTISATION_UNSUPPORTED\]/,
    );
  });
});
