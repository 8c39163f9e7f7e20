/** Pictures on their way into a network: decoded and resized as Pillow and PyTorch do, classes in a stated order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { type ImagePreparation, loadDataset, readCalibration } from '../../src/evaluation/index.ts';
import type { Graph } from '../../src/graph/index.ts';
import { compileModel } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { memoryHost } from '../support/memory-host.ts';
import { buildTflite, int8Value, int8Weights } from '../support/tflite-builder.ts';

type Vectors = {
  readonly width: number;
  readonly height: number;
  readonly grey: string;
  readonly files: readonly { readonly name: string; readonly file: string; readonly rgb: string }[];
  readonly fits: readonly {
    readonly width: number;
    readonly height: number;
    readonly resize: ImagePreparation['resize'];
    readonly fit: 'stretch' | 'crop' | number;
    readonly values: string;
  }[];
};

/** Made by scripts/make-image-vectors.py. */
const vectors: Vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/images.json'), 'utf8'),
);
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'base64'));
const fileOf = (name: string): Uint8Array => {
  const entry = vectors.files.find((file) => file.name === name);
  return bytesOf(entry?.file ?? '');
};
const stretch = { kind: 'stretch' } as const;
const size = [1, vectors.height, vectors.width, 3];

/** The values 0 ... 255 that a network of this input shape is given. */
function valuesOf(file: Uint8Array, shape: readonly number[], from: ImagePreparation): Promise<Float32Array> {
  const host = memoryHost({ 'samples/picture': file, 'samples/a.png': file });
  return readCalibration({ path: 'samples', from, normalisation: undefined }, shape, host);
}

describe('decoding', () => {
  test.each(vectors.files)('$name gives the bytes that Pillow gives', async ({ file, rgb }) => {
    const values = await valuesOf(bytesOf(file), size, { resize: 'nearest', fit: stretch });
    expect(Uint8Array.from(values)).toEqual(bytesOf(rgb));
  });

  test('a network of one channel is given grey as Pillow makes it', async () => {
    const shape = [1, vectors.height, vectors.width, 1];
    const values = await valuesOf(fileOf('rgb.png'), shape, { resize: 'nearest', fit: stretch });
    expect(Uint8Array.from(values)).toEqual(bytesOf(vectors.grey));
  });
});

describe('resizing', () => {
  test.each(vectors.fits)(
    '$resize to $width x $height by $fit',
    async ({ width, height, resize, fit, values }) => {
      const kind = typeof fit === 'number' ? ({ kind: 'shorter-side', pixels: fit } as const) : { kind: fit };
      const found = await valuesOf(fileOf('rgb.png'), [height, width, 3], { resize, fit: kind });
      if (resize !== 'bilinear') return expect(Uint8Array.from(found)).toEqual(bytesOf(values));
      const wanted = new Float32Array(bytesOf(values).buffer);
      expect(found).toHaveLength(wanted.length);
      const worst = found.reduce(
        (most, value, index) => Math.max(most, Math.abs(value - at(wanted, index))),
        0,
      );
      expect(worst).toBeLessThan(1e-3);
    },
  );
});

/** Scale 0.5, zero point 0, four pixels, three scores. */
function network(channels: number, scores = 3): Graph {
  const model = buildTflite({
    tensors: [int8Value([1, 2, 2, channels]), int8Weights([scores, 4 * channels]), int8Value([1, scores])],
    operators: [
      {
        inputs: [0, 1, -1],
        outputs: [2],
        options: { op: 'FULLY_CONNECTED', activation: 'none', keepDims: false },
      },
    ],
    inputs: [0],
    outputs: [2],
  });
  return compileModel(model, 'scores.tflite', 'scores', findTarget('stm32f746')).graph;
}

const flat = (level: number): Uint8Array =>
  encode({ width: 2, height: 2, channels: 1, data: new Uint8Array(4).fill(level) });
const source = {
  format: 'image-folder',
  path: 'd',
  classes: 'sorted',
  resize: 'nearest',
  fit: stretch,
  normalisation: { mean: [10], std: [1] },
} as const;
type Source = Parameters<typeof loadDataset>[0];

const load = (
  files: Readonly<Record<string, Uint8Array | string>>,
  from: Source = source,
  graph: Graph = network(1),
) => loadDataset(from, 'top1', graph, memoryHost(files));

describe('classes are', () => {
  test('sub-folders, counted in the order of their names, with what lies below them at any depth', async () => {
    const { inputs, labels, classes, samples } = await load({
      'd/b/2.PNG': flat(12),
      'd/b/deep/1.png': flat(13),
      'd/10/x.jpeg': flat(10),
      'd/2/y.png': flat(11),
      'd/2/notes.txt': 'left out',
      'd/2/.hidden.png': 'left out',
      'd/.cache/z.png': 'left out',
      'd/README.md': 'left out',
    });
    expect(classes).toEqual(['10', '2', 'b']);
    expect([...labels]).toEqual([0, 1, 2, 2]);
    // (level - 10) / 0.5 in four pixels each
    expect([...inputs]).toEqual([0, 2, 4, 6].flatMap((value) => [value, value, value, value]));
    expect(samples).toBe(4);
  });

  test('the numbers that sub-folders are called, where some may be absent', async () => {
    const files = { 'd/2/a.png': flat(10), 'd/00/a.png': flat(10) };
    const { labels, classes } = await load(files, { ...source, classes: 'numbered' });
    expect([...labels]).toEqual([0, 2]);
    expect(classes).toBeUndefined();
  });

  test('the names of a list, in its order', async () => {
    const files = { 'd/cat/a.png': flat(10), 'd/dog/a.png': flat(11), 'd/ant/a.png': flat(12) };
    const { labels, inputs, classes } = await load(files, { ...source, classes: ['dog', 'cat', 'ant'] });
    expect(classes).toEqual(['dog', 'cat', 'ant']);
    expect([...labels]).toEqual([0, 1, 2]);
    expect([inputs[0], inputs[4], inputs[8]]).toEqual([2, 0, 4]);
  });
});

const good = { 'd/a/1.png': flat(1), 'd/b/1.png': flat(2), 'd/c/1.png': flat(3) };
const cut = (name: string): Uint8Array => fileOf(name).slice(0, -60);
const list = { ...source, classes: ['a', 'b'] };

describe('refused', () => {
  test.each<[string, Record<string, Uint8Array | string>, Source, string, RegExp]>([
    [
      'a file of another kind',
      { ...good, 'd/b/2.png': 'GIF89a' },
      source,
      'd/b/2.png',
      /neither PNG nor JPEG/,
    ],
    ['a cut PNG file', { ...good, 'd/b/2.png': cut('rgb.png') }, source, 'd/b/2.png', /cannot be decoded/],
    [
      'a cut JPEG file',
      { ...good, 'd/b/2.jpg': cut('baseline-420.jpg') },
      source,
      'd/b/2.jpg',
      /Premature end/,
    ],
    [
      'a JPEG file that is only a start',
      { ...good, 'd/b/2.jpg': cut('grey.jpg').slice(0, 9) },
      source,
      'd/b/2.jpg',
      /no size/,
    ],
    [
      'a picture beyond all sizes',
      { ...good, 'd/b/2.png': huge() },
      source,
      'd/b/2.png',
      /60000 x 60000 pixels/,
    ],
    [
      'a JPEG file far too short for its size',
      { ...good, 'd/b/2.jpg': claiming('baseline-420.jpg', 8000) },
      source,
      'd/b/2.jpg',
      /bytes cannot hold 8000 x 8000 pixels/,
    ],
    ['pictures that other programs read', { ...good, 'd/b/2.webp': '' }, source, 'd/b/2.webp', /by its name/],
    ['a class without pictures', { ...good, 'd/empty/x.txt': '' }, source, 'd/empty', /class without PNG/],
    ['pictures outside classes', { ...good, 'd/2.png': flat(1) }, source, 'd/2.png', /outside all classes/],
    ['no classes', { 'd/x.txt': '' }, source, 'd', /no sub-folders/],
    [
      'fewer classes than scores',
      { 'd/a/1.png': flat(1) },
      source,
      'd',
      /1 classes, the network gives 3 scores/,
    ],
    ['names for numbers', good, { ...source, classes: 'numbered' }, 'd', /'a' is not a class index/],
    [
      'numbers beyond the scores',
      { 'd/3/1.png': flat(1) },
      { ...source, classes: 'numbered' },
      'd: sample 0',
      /label 3/,
    ],
    ['a sub-folder that is not in the list', good, list, 'd/c', /none of the classes/],
    [
      'a class of the list without a sub-folder',
      { 'd/a/1.png': flat(1) },
      list,
      'd',
      /no sub-folder for class 'b'/,
    ],
  ])('%s', async (_title, files, from, where, message) => {
    await expect(load(files, from)).rejects.toMatchObject({
      code: expect.stringMatching(/^DATASET_/),
      where,
      message: expect.stringMatching(message),
    });
  });

  test('networks that take no pictures, and sides that do not cover the input', async () => {
    const mismatch = (message: RegExp) => ({
      code: 'DATASET_MISMATCH',
      where: 'd',
      message: expect.stringMatching(message),
    });
    await expect(load(good, source, network(4))).rejects.toMatchObject(mismatch(/1 x 2 x 2 x 4: 4 channels/));
    const short = { ...source, fit: { kind: 'shorter-side', pixels: 1 } } as const;
    await expect(load(good, short)).rejects.toMatchObject(mismatch(/shorter side of 1 pixels/));
    const calibration = { path: 'd', from: source, normalisation: undefined };
    await expect(readCalibration(calibration, [1, 490], memoryHost(good))).rejects.toMatchObject(
      mismatch(/1 x 490, which is no picture/),
    );
  });

  test('after a damaged JPEG file, others are still decoded', async () => {
    const host = memoryHost({ 'd/1.jpg': cut('grey.jpg').slice(0, 40), 'e/1.jpg': fileOf('grey.jpg') });
    const read = (path: string) =>
      readCalibration(
        { path, from: { resize: 'nearest', fit: stretch }, normalisation: undefined },
        size,
        host,
      );
    await expect(read('d')).rejects.toMatchObject({ where: 'd/1.jpg' });
    expect(await read('e')).toHaveLength(vectors.width * vectors.height * 3);
  });
});

/** A header that claims 60,000 x 60,000 pixels. */
function huge(): Uint8Array {
  const bytes = flat(0);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(16, 60_000);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(20, 60_000);
  return bytes;
}

/** A JPEG file whose frame header states another size. */
function claiming(name: string, side: number): Uint8Array {
  const bytes = fileOf(name).slice();
  const frame = bytes.findIndex((byte, place) => byte === 0xff && bytes[place + 1] === 0xc0);
  new DataView(bytes.buffer).setUint16(frame + 5, side);
  new DataView(bytes.buffer).setUint16(frame + 7, side);
  return bytes;
}
