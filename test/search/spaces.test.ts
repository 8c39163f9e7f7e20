/** Spaces of networks: MCUNet's own, as published; families of one's own; networks as text and as configurations. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/base/index.ts';
import { layersOf, type NetConfig, readNetConfig } from '../../src/model/index.ts';
import {
  countGenotypes,
  familySchema,
  type Genotype,
  genotypeKey,
  largestGenotype,
  mcunetFamily,
  netConfigOf,
  parseGenotype,
  parseSpace,
  printSpace,
  type Space,
  sampleGenotype,
  smallestGenotype,
  spaceOf,
  spacesOf,
} from '../../src/search/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { refusalOf } from '../support/refusal.ts';
import { smallSpace } from './synthetic.ts';

const square = (size: number) => ({ height: size, width: size });

describe("MCUNet's family", () => {
  test('has 108 spaces: widths 0.2 ... 1.0 and resolutions 48 ... 224 by 16', () => {
    const names = spacesOf(mcunetFamily).map(({ name }) => name);
    expect(new Set(names).size).toBe(108);
    expect(names).toEqual(expect.arrayContaining(['w0.2-r48', 'w0.5-r144', 'w0.7-r112', 'w1.0-r224']));
  });

  test('the smallest network has 12 blocks, the largest 22; each has five stages to choose in, and one block', () => {
    const space = spaceOf(mcunetFamily, 0.5, square(144));
    expect(netConfigOf(space, smallestGenotype(space)).blocks).toHaveLength(12);
    expect(netConfigOf(space, largestGenotype(space)).blocks).toHaveLength(22);
    const ofStage = 9 ** 2 + 9 ** 3 + 9 ** 4;
    expect(countGenotypes(space)).toBe(ofStage ** 5 * 9);
  });

  test('a head keeps its channels below width 1 and grows above', () => {
    const channels = [0.5, 1, 1.4].map((width) => {
      const space = spaceOf({ ...mcunetFamily, head: 1280 }, width, square(96));
      return netConfigOf(space, smallestGenotype(space)).featureMix?.outChannels;
    });
    expect(channels).toEqual([1280, 1280, 1792]);
  });
});

describeWithFixtures("MCUNet's published networks", (folder) => {
  const netOf = (name: string): NetConfig =>
    readNetConfig(readFileSync(join(folder, 'nets', `${name}_imagenet.json`), 'utf8'), name);

  test.each([
    ['mcunet-10fps', 0.6, 48],
    ['mcunet-256kb-1mb', 0.5, 160],
    ['mcunet-320kb-1mb', 0.5, 176],
    ['mcunet-512kb-2mb', 1, 160],
  ])('%s is a point of the space of width %d and resolution %d, channel for channel', (name, width, size) => {
    const published = netOf(name);
    const space = spaceOf(mcunetFamily, width, square(size));
    expect(netConfigOf(space, genotypeOf(published))).toEqual(published);
  });
});

/** Cuts a network's blocks into the family's stages: a stage ends where a block changes channels or strides. */
function genotypeOf({ blocks }: NetConfig): Genotype {
  const stages: { kernel: number; expand: number }[][] = [];
  for (const block of blocks) {
    const gene = { kernel: block.kernel.height, expand: block.midChannels / block.inChannels };
    if (block.hasShortcut) stages.at(-1)?.push(gene);
    else stages.push([gene]);
  }
  return { stages };
}

describe('networks of a space', () => {
  test('have a text that reads back to the same network', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const genotype = sampleGenotype(smallSpace, random(seed));
        expect(parseGenotype(smallSpace, genotypeKey(genotype))).toEqual(genotype);
      }),
    );
  });

  test('are drawn with every depth, kernel and expansion equally often', () => {
    const drawing = random(1);
    const genotypes = Array.from({ length: 3000 }, () => sampleGenotype(smallSpace, drawing));
    const shareOf = (is: (genotype: Genotype) => boolean): number => genotypes.filter(is).length / 3000;
    for (const depth of [1, 2, 3])
      expect(shareOf(({ stages }) => stages[2]?.length === depth)).toBeCloseTo(1 / 3, 1);
    for (const kernel of [3, 5, 7])
      expect(shareOf(({ stages }) => stages[2]?.[0]?.kernel === kernel)).toBeCloseTo(1 / 3, 1);
    for (const expand of [2, 4])
      expect(shareOf(({ stages }) => stages[1]?.[0]?.expand === expand)).toBeCloseTo(1 / 2, 1);
  });

  test('are counted as enumeration counts them', () => {
    const tiny = parseSpace(
      {
        ...printSpace(smallSpace),
        stages: [{ width: 8, depths: [1, 3], expands: [2, 4], kernels: [3, 5, 7] }],
      },
      'tiny',
    );
    const drawing = random(5);
    const keys = new Set(Array.from({ length: 8000 }, () => genotypeKey(sampleGenotype(tiny, drawing))));
    expect(keys.size).toBe(6 + 6 ** 3);
    expect(countGenotypes(tiny)).toBe(keys.size);
  });

  test.each([
    ['k3e1|k5e4', 'has 4 stages, not 2'],
    ['k3e1|k5e4,k5e4,k5e4|k3e2|k3e2', 'stages[1] has 3 blocks; the space has 1, 2'],
    ['k3e1|k9e4|k3e2|k3e2', 'stages[1] has kernel 9; the space has 3, 5, 7'],
    ['k3e1|k3e6|k3e2|k3e2', 'stages[1] has expansion 6; the space has 2, 4'],
    ['k3e1|k3|k3e2|k3e2', '"k3" is not a block such as k3e6'],
    ['', 'is not a block'],
  ])('text %j is refused: %s', (text, problem) => {
    const failure = refusalOf(() => parseGenotype(smallSpace, text));
    expect(failure.code).toBe('SEARCH_GENOTYPE_MALFORMED');
    expect(failure.toLine()).toContain(problem);
  });

  test('of one dimension have kernels and strides along the height alone', () => {
    const space = parseSpace(
      {
        input: { channels: 10, resolution: 49 },
        stem: { width: 16, kernel: 5 },
        stages: [{ width: 24, stride: 2, depths: [1, 2], expands: [2], kernels: [3, 5] }],
        classes: 12,
        dimensions: 1,
      },
      'audio',
    );
    expect(space.name).toBe('w1.0-r49x1');
    const net = netConfigOf(space, largestGenotype(space));
    expect(net.firstConv.kernel).toEqual({ height: 5, width: 1 });
    expect(net.blocks.map(({ kernel, stride }) => [kernel, stride])).toEqual([
      [
        { height: 5, width: 1 },
        { height: 2, width: 1 },
      ],
      [
        { height: 5, width: 1 },
        { height: 1, width: 1 },
      ],
    ]);
    expect(layersOf(net).at(-2)?.input).toEqual({ height: 13, width: 1, channels: 24 });
  });
});

describe('a space as JSON', () => {
  const json = JSON.parse(JSON.stringify(printSpace(smallSpace))) as Record<string, unknown>;
  const stages = json.stages as readonly Record<string, unknown>[];
  const withStage = (change: Record<string, unknown>) => ({ ...json, stages: [{ ...stages[1], ...change }] });

  test('reads back to the same space', () => {
    const spaces: readonly Space[] = [
      smallSpace,
      spaceOf({ ...mcunetFamily, head: 96 }, 0.35, { height: 49, width: 64 }),
    ];
    for (const space of spaces)
      expect(parseSpace(JSON.parse(JSON.stringify(printSpace(space))), 'x')).toEqual(space);
  });

  test.each([
    [7, 'expected a mapping, found a number'],
    [{ ...json, stages: [] }, 'stages: name at least one stage'],
    [{ ...json, stags: [] }, 'unknown key "stags", did you mean stages?'],
    [withStage({ kernels: [] }), 'stages[0].kernels: name at least one'],
    [withStage({ kernels: [3, 4] }), 'stages[0].kernels[1]: a kernel must be odd'],
    [withStage({ kernels: [3, 3] }), 'stages[0].kernels: names a value twice'],
    [withStage({ depths: [0] }), 'stages[0].depths[0]: must be at least 1'],
    [withStage({ expands: [1, 4] }), 'stages[0].expands: 1 means no expansion layer'],
    [withStage({ expand: [4] }), 'stages[0]: unknown key "expand", did you mean expands?'],
    [withStage({ stride: [2, 2, 2] }), 'stages[0].stride: expected a whole number or [height, width]'],
    [
      { ...json, input: { channels: 1, resolution: [32, 8] } },
      'input.resolution: width 8 is too small for the strides, which make 16',
    ],
    [{ ...json, width: 0 }, 'width: must be above 0'],
    [{ ...json, classes: 2.5 }, 'classes'],
    [{ ...json, stem: { width: 8, kernel: 4 } }, 'stem.kernel: a kernel must be odd'],
  ])('%# is refused with its place', (value, words) => {
    const failure = refusalOf(() => parseSpace(value, 'space.json'));
    expect(failure.code).toBe('SEARCH_SPACE_INVALID');
    expect(failure.toLine()).toMatch(/^space\.json: /);
    expect(failure.toLine()).toContain(words);
  });

  test('any JSON is a space or a failure', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.jsonValue().map((value) => ({ ...json, stages: value })),
        ),
        (value) => {
          try {
            parseSpace(value, 'any');
          } catch (thrown) {
            expect(thrown).toHaveProperty('code', 'SEARCH_SPACE_INVALID');
          }
        },
      ),
    );
  });

  test('a family refuses resolutions that its strides do not fit, and sizes named twice', () => {
    const { input: _input, width: _width, name: _name, ...shared } = json;
    const family = (resolutions: unknown) =>
      familySchema
        .safeParse({ ...shared, input: { channels: 1, resolutions } })
        .error?.issues.map(({ message }) => message);
    expect(family([32, 64])).toBeUndefined();
    expect(family([32, 8])).toEqual(['height 8 is too small for the strides, which make 16 together']);
    expect(family([32, [32, 32]])).toEqual(['names a size twice']);
  });
});
