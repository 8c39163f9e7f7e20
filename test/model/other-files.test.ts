/** Files that are no .tflite at all: the message says what they look like. */
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { sampleNetworks } from '../support/sample-networks.ts';
import { buildTflite } from '../support/tflite-builder.ts';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('a file that is not .tflite', () => {
  test.each([
    ['empty', '', /an empty file/],
    ['a JPEG', '\xff\xd8\xff\xe0\x00\x10JFIF', /a JPEG image/],
    ['a PNG', '\x89PNG\r\n\x1a\n', /a PNG image/],
    ['a SavedModel', '\x08\x01\x12\xa0\x02\n', /a TensorFlow SavedModel/],
    ['HDF5', '\x89HDF\r\n\x1a\n\x00', /an HDF5 file, as Keras writes/],
    ['a zip', 'PK\x03\x04\x14\x00', /a zip archive, as Keras \(\.keras\)/],
    ['gzip', '\x1f\x8b\x08', /gzip-compressed data; decompress it/],
    ['a web page', '<!DOCTYPE html><html>', /a web page; download the file itself/],
    ['C source', 'const unsigned char g_model[] = {\n  0x1c,', /C source with a model in it/],
    ['text', 'name: kws\n', /a text file/],
    ['zeros', '\0'.repeat(64), /unknown data/],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      /a Git LFS pointer .*git lfs pull.*lfs: true/,
    ],
  ])('%s', (_, contents, message) => {
    const failure = refusalOf(() => readModel(latin1(contents), 'models/net.tflite'));
    expect(failure.toLine()).toMatch(message);
    expect(failure.toLine()).toMatch(/^models\/net\.tflite: this is not a TensorFlow Lite model but /);
    expect([failure.code, failure.kind]).toEqual(['MODEL_NOT_TFLITE', 'model']);
  });

  test('compressed bytes of a model', () => {
    const failure = refusalOf(() => readModel(deflateSync(buildTflite(sampleNetworks.RELU))));
    expect(failure.code).toBe('MODEL_NOT_TFLITE');
  });
});

describe('a damaged file', () => {
  const whole = buildTflite(sampleNetworks.CONV_2D);

  test('cut off anywhere it is refused, but for the unused buffer at its end', () => {
    const unusedBytes = 24;
    for (let length = 0; length < whole.length - unusedBytes; length += 1) {
      const { code } = refusalOf(() => readModel(whole.subarray(0, length)));
      expect(code).toBe(length < 8 ? 'MODEL_NOT_TFLITE' : 'MODEL_MALFORMED');
    }
  });

  test('a file beyond the size limit is refused before it is read', () => {
    const large = new Uint8Array(65 * 2 ** 20);
    large.set(whole);
    const failure = refusalOf(() => readModel(large));
    expect(failure.toLine()).toMatch(/too large a file, in bytes: 68157440, the limit is 67108864/);
  });

  test('bytes after the FlatBuffer, as metadata writers append, do no harm', () => {
    const longer = new Uint8Array(whole.length + 100).fill(0x50);
    longer.set(whole);
    expect(readModel(longer).operators).toHaveLength(1);
  });
});
