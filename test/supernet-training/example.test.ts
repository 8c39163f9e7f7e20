/** The files of examples/tinynas belong together: space, super-network, pictures and the study of its ranking. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { at, invariant } from '../../src/base/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import {
  kendallTau,
  largestGenotype,
  netConfigOf,
  parseGenotype,
  parseSpace,
  printSpace,
  smallestGenotype,
  spacesOf,
} from '../../src/search/index.ts';
import { extract, normalise, readSupernet, tensorsFileOf } from '../../src/supernet/index.ts';

const folder = join(import.meta.dirname, '../../examples/tinynas');
const read = (name: string): Buffer => readFileSync(join(folder, name));
const text = (name: string): string => read(name).toString();

const space = parseSpace(JSON.parse(text('space.json')), 'space.json');
const description = text('supernet/supernet.json');
const tensors = Uint8Array.from(read(join('supernet', tensorsFileOf(description, 'supernet.json'))));

const supernet = readSupernet(description, tensors, 'supernet.json');

type Pictures = {
  readonly shape: readonly number[];
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
};

/** Images and labels of an archive, which both have elements of one byte. */
function picturesOf(name: string): Pictures {
  const arrays = unzipSync(read(name));
  const arrayOf = (key: string) => {
    const { data, shape } = parse(Uint8Array.from(arrays[`${key}.npy`] ?? []).buffer);
    return { shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  };
  const { shape, bytes } = arrayOf('images');
  return { shape, images: bytes, labels: arrayOf('labels').bytes };
}

const sets = ['calibration.npz', 'search.npz', 'evaluation.npz'].map((name) => ({
  name,
  ...picturesOf(name),
  fileBytes: read(name).length,
}));

/** One digest a picture. */
function digestsOf({ shape, images }: Pictures): readonly string[] {
  const size = images.length / at(shape, 0);
  return Array.from({ length: at(shape, 0) }, (_, index) =>
    createHash('sha256')
      .update(images.subarray(index * size, (index + 1) * size))
      .digest('hex'),
  );
}

test('mcunet.yml searches a family to which the space of the super-network belongs', () => {
  const { search } = parseConfig(text('mcunet.yml'), 'mcunet.yml');
  invariant(search?.accuracy?.from === 'supernet', 'accuracies are from the super-network');
  expect(search.accuracy.path).toBe('supernet/supernet.json');
  expect(spacesOf(search.family).map(printSpace)).toContainEqual(printSpace(space));
  for (const source of [search.accuracy.dataset, search.evaluation])
    expect(source).toMatchObject({ format: 'npz', normalisation: supernet.normalisation });
});

describe('the super-network', () => {
  test('was trained by the recipe that lies beside it', () => {
    expect(JSON.parse(description).training.recipe).toMatchObject(JSON.parse(text('recipe.json')));
  });

  test('is of the space that it was trained for', () => {
    expect(printSpace(supernet.space)).toEqual(printSpace(space));
  });

  test('is small enough to ship', () => {
    expect(tensors.length).toBeLessThan(6_000_000);
  });

  test.each([
    ['smallest', smallestGenotype(space)],
    ['largest', largestGenotype(space)],
  ])('contains the %s network of its space', (_name, genotype) => {
    const { images } = at(sets, 0);
    const few = normalise(supernet, Float32Array.from(images.subarray(0, 8 * 48 * 48)));
    expect(extract(supernet, genotype, few).net).toEqual(netConfigOf(space, genotype));
  });
});

test('the study of the ranking is of at least 12 networks, whose shared weights order them as training alone does', () => {
  const { networks, kendallTauInt8 } = z
    .object({
      kendallTauInt8: z.number(),
      networks: z.array(z.object({ network: z.string(), alone: z.number(), sharedInt8: z.number() })),
    })
    .parse(JSON.parse(text('ranking.json')));
  const layouts = networks.map(({ network }) => netConfigOf(space, parseGenotype(space, network)));
  expect(new Set(layouts.map((net) => JSON.stringify(net))).size).toBeGreaterThanOrEqual(12);
  const [shared, alone] = [networks.map(({ sharedInt8 }) => sharedInt8), networks.map((row) => row.alone)];
  expect(kendallTauInt8).toBe(kendallTau(shared, alone));
  expect(kendallTauInt8).toBeGreaterThanOrEqual(0.5);
});

describe('the pictures', () => {
  test.each(sets)('of $name fit the space, and every class has as many', ({ shape, labels }) => {
    const { height, width, channels } = space.input;
    expect(shape).toEqual([labels.length, height, width, channels]);
    const counts = Array.from({ length: space.classes }, (_, label) =>
      labels.reduce((sum, value) => sum + Number(value === label), 0),
    );
    expect(counts).toEqual(counts.map(() => labels.length / space.classes));
  });

  test('are in one set only', () => {
    const digests = sets.flatMap(digestsOf);
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('are few: calibration takes at most 128, and together they are at most 4 MB', () => {
    expect(at(at(sets, 0).shape, 0)).toBeLessThanOrEqual(128);
    expect(sets.reduce((sum, { fileBytes }) => sum + fileBytes, 0)).toBeLessThanOrEqual(4_000_000);
  });
});
