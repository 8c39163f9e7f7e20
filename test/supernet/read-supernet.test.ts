/** Super-networks that are damaged, or not those of their space: one clear failure each. */
import { describe, expect, test } from 'vitest';
import { at, Failure } from '../../src/base/index.ts';
import { readSupernet, tensorsFileOf } from '../../src/supernet/index.ts';
import { readFixture } from './fixtures.ts';

const { description, tensors } = readFixture('supernet-tiny');

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>;

const headerLength = Number(new DataView(tensors.buffer).getBigUint64(0, true));
const header = JSON.parse(new TextDecoder().decode(tensors.subarray(8, 8 + headerLength))) as Header;
const data = tensors.subarray(8 + headerLength);

function fileOf(text: string, bytes: Uint8Array = data): Uint8Array {
  const head = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + head.length + bytes.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(head.length), true);
  file.set(head, 8);
  file.set(bytes, 8 + head.length);
  return file;
}

function changed(change: (copy: Header) => void): Uint8Array {
  const copy = structuredClone(header);
  change(copy);
  return fileOf(JSON.stringify(copy));
}

function failureOf(text: string, file: Uint8Array): Failure {
  try {
    readSupernet(text, file, 'net/supernet.json');
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('the super-network was taken');
}

const entryOf = (copy: Header, name: string): Header[string] => {
  const entry = copy[name];
  if (entry === undefined) throw new Error(`no ${name}`);
  return entry;
};

const weight = 'stages.1.blocks.0.expand.weight';

test('names the file of its tensors', () => {
  expect(tensorsFileOf(description, 'supernet.json')).toBe('supernet.safetensors');
});

test('takes bytes in any kind of Uint8Array, at any address', () => {
  const shifted = Buffer.concat([Buffer.of(0, 0, 0), tensors]).subarray(3);
  expect(readSupernet(description, shifted, 'supernet.json')).toEqual(readFixture('supernet-tiny').supernet);
});

describe('tensors that are not those of the space', () => {
  test('one is missing', () => {
    const file = fileOf(
      JSON.stringify(
        Object.fromEntries(Object.entries(header).filter(([name]) => name !== 'classifier.bias')),
      ).replaceAll(
        /"data_offsets":\[(\d+),(\d+)\]/g,
        (_, begin, end) => `"data_offsets":[${begin - 16},${end - 16}]`,
      ),
      data.subarray(16),
    );
    expect(entryOf(header, 'classifier.bias').data_offsets).toEqual([0, 16]);
    expect(failureOf(description, file)).toMatchObject({
      code: 'SUPERNET_MISMATCH',
      where: 'net/supernet.json: supernet.safetensors',
      message:
        'the super-network does not match its space: tensor "classifier.bias" should be F32 [4], and is missing',
    });
  });

  test.each<{ name: string; change: (entry: Header[string]) => void; found: string }>([
    { name: 'another shape', change: (entry) => void entry.shape.reverse(), found: 'F32 [1, 1, 4, 12]' },
    {
      name: 'another type',
      change: (entry) => Object.assign(entry, { dtype: 'I32' }),
      found: 'I32 [12, 4, 1, 1]',
    },
  ])('one has $name', ({ change, found }) => {
    const failure = failureOf(
      description,
      changed((copy) => change(entryOf(copy, weight))),
    );
    expect(failure).toMatchObject({
      code: 'SUPERNET_MISMATCH',
      data: { tensor: weight, expected: 'F32 [12, 4, 1, 1]', found },
    });
  });

  test('one is too many', () => {
    const file = changed((copy) => {
      copy['extra.weight'] = { dtype: 'F32', shape: [0], data_offsets: [data.length, data.length] };
    });
    expect(failureOf(description, file)).toMatchObject({
      code: 'SUPERNET_MISMATCH',
      data: { tensor: 'extra.weight', expected: 'absent' },
    });
  });

  test('another space', () => {
    const other = description.replace(/"head": \d+/, '"head": 28');
    expect(failureOf(other, tensors)).toMatchObject({
      code: 'SUPERNET_MISMATCH',
      data: { tensor: 'feature_mix.weight', expected: 'F32 [28, 8, 1, 1]', found: 'F32 [24, 8, 1, 1]' },
    });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a weight is %d', (value) => {
    const bytes = data.slice();
    const begin = at(entryOf(header, weight).data_offsets, 0);
    new DataView(bytes.buffer).setFloat32(begin + 8, value, true);
    expect(failureOf(description, fileOf(JSON.stringify(header), bytes))).toMatchObject({
      code: 'WEIGHTS_NOT_FINITE',
      data: { tensor: weight, position: 2 },
    });
  });
});

describe('files that are not whole', () => {
  const lengthOf = (length: bigint): Uint8Array => {
    const file = tensors.slice();
    new DataView(file.buffer).setBigUint64(0, length, true);
    return file;
  };

  test.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(), 'it has 0 bytes'],
    ['cut off in its header', tensors.subarray(0, 100), 'of 92'],
    ['cut off in its tensors', tensors.subarray(0, tensors.length - 4), 'lies at bytes'],
    [
      'longer than its tensors',
      fileOf(JSON.stringify(header), new Uint8Array([...data, 0])),
      '1 bytes at its end',
    ],
    ['with a header too large', lengthOf(2n ** 63n), 'the limit is 16777216'],
    ['with a header that is not JSON', fileOf('{"a":'), 'its header is not JSON'],
    ['with a header that is a list', fileOf('[]'), 'not a JSON object'],
    ['with bytes that are not text', fileOf('{}').map((byte, i) => (i === 9 ? 0xff : byte)), 'not JSON'],
    [
      'with a name twice',
      fileOf(JSON.stringify(header).replace('{', '{"classifier.bi\\u0061s":{"a":["}"]},')),
      'names tensor "classifier.bias" twice',
    ],
    [
      'with offsets beyond its end',
      changed((c) => entryOf(c, weight).data_offsets.fill(1e9)),
      'lies at bytes 1000000000',
    ],
    [
      'with offsets in reverse',
      changed((c) => entryOf(c, weight).data_offsets.reverse()),
      'lies at bytes 7512 to 7320',
    ],
    [
      'with offsets that overlap',
      changed((c) => entryOf(c, weight).data_offsets.fill(0, 0, 1)),
      'bytes instead of 192',
    ],
    [
      'with negative sizes',
      changed((c) => void entryOf(c, weight).shape.fill(-1)),
      'has the shape [-1,-1,-1,-1]',
    ],
    [
      'with sizes that overflow',
      changed((c) => void entryOf(c, weight).shape.fill(2 ** 40)),
      'bytes instead of',
    ],
    [
      'with an unknown type',
      changed((c) => Object.assign(entryOf(c, weight), { dtype: 'X' })),
      'has the unknown type "X"',
    ],
    ['with a tensor that is a number', fileOf('{"a":1}'), 'tensor "a" is not described by an object'],
    [
      'with a gap',
      changed((c) => {
        for (const entry of Object.values(c))
          if (at(entry.data_offsets, 0) >= 7320) entry.data_offsets = entry.data_offsets.map((n) => n + 4);
      }),
      'lies at bytes',
    ],
  ])('%s', (_, file, words) => {
    const failure = failureOf(description, file);
    expect(failure.code).toBe('SUPERNET_MALFORMED');
    expect(failure.message).toContain(words);
  });
});

describe('descriptions that are none', () => {
  test.each<[string, string, string]>([
    [
      'another format',
      description.replace('mcunet-supernet', 'onnx'),
      'format: expected one of mcunet-supernet',
    ],
    ['another version', description.replace('"version": 1', '"version": 2'), 'version: expected one of 1'],
    ['an unknown key', description.replace('"tensors"', '"tensor"'), 'tensor'],
    ['no epsilon', description.replace(/"eps": [^,]+,/, ''), 'batchNorm.eps'],
    ['a deviation of 0', description.replace('60.0', '0'), 'normalisation.std[0]: must be above 0'],
    ['too few means', description.replace('120.0,', ''), 'normalisation.mean: expected 2 numbers'],
  ])('%s', (_, text, words) => {
    const failure = failureOf(text, tensors);
    expect(failure).toMatchObject({ code: 'SUPERNET_INVALID', where: 'net/supernet.json' });
    expect(failure.message).toContain(words);
  });

  test('text that is no JSON', () => {
    const failure = failureOf('{', tensors);
    expect(failure).toMatchObject({ code: 'FILE_NOT_JSON', where: 'net/supernet.json' });
  });

  test('a space that is none', () => {
    const failure = failureOf(description.replace('"classes": 4', '"classes": 0'), tensors);
    expect(failure).toMatchObject({ code: 'SEARCH_SPACE_INVALID', where: 'net/supernet.json: space' });
  });
});
