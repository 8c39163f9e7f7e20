/** Kendall's tau, and the predictor of accuracies, whose error it reports. */
import { describe, expect, test } from 'vitest';
import { random } from '../../src/base/index.ts';
import {
  fitPredictor,
  genotypeKey,
  kendallTau,
  type MeasuredPair,
  parsePairs,
  printSpace,
  sampleGenotype,
} from '../../src/search/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { smallSpace, syntheticAccuracy } from './synthetic.ts';

describe("Kendall's tau", () => {
  // Expected: scipy.stats.kendalltau (SciPy 1.16), which is tau-b.
  test.each([
    [[1, 2, 3, 4, 5], [3, 1, 2, 5, 4], 0.4],
    [[12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.4714045207910316],
    [[1, 1, 2, 2, 3, 3], [1, 2, 2, 3, 3, 3], 0.7833494518006403],
    [[5, 4, 3, 2, 1], [1, 2, 3, 4, 5], -1],
    [
      [
        6, 0, 1, 1, 1, 6, 6, 4, 0, 0, 2, 3, 4, 3, 2, 1, 5, 5, 0, 0, 3, 3, 7, 4, 3, 3, 5, 4, 1, 5, 6, 7, 6, 2,
        2, 5, 5, 5, 6, 2,
      ],
      [
        11, 0, 1, 6, 6, 7, 6, 5, 0, 5, 5, 6, 5, 5, 3, 5, 7, 5, 1, 4, 6, 5, 8, 4, 6, 6, 8, 9, 6, 6, 9, 10, 7,
        3, 4, 9, 6, 9, 9, 3,
      ],
      0.6274590878821907,
    ],
  ])('%# is what SciPy says', (first, second, expected) => {
    expect(kendallTau(first, second)).toBeCloseTo(expected, 12);
  });

  test('says nothing where a list orders nothing', () => {
    expect(kendallTau([1, 1, 1], [1, 2, 3])).toBeUndefined();
    expect(kendallTau([], [])).toBeUndefined();
  });
});

/** Networks drawn without repetition, with their synthetic accuracy and noise of this standard deviation. */
function measured(count: number, noise: number): readonly MeasuredPair[] {
  const drawing = random(11);
  const pairs = new Map<string, number>();
  while (pairs.size < count) {
    const genotype = sampleGenotype(smallSpace, drawing);
    pairs.set(genotypeKey(genotype), 0.5 * syntheticAccuracy({ genotype }) + noise * drawing.normal());
  }
  return [...pairs].map(([network, accuracy]) => ({ network, accuracy }));
}

describe('the predictor', () => {
  test('learns what its features can say, to a hundredth of the spread', () => {
    const { predict, error } = fitPredictor(smallSpace, measured(300, 0), 1);
    expect(error.meanAbsoluteError).toBeLessThan(2e-4);
    expect(error.kendallTau).toBeGreaterThan(0.98);
    const drawing = random(12);
    for (let round = 0; round < 100; round++) {
      const genotype = sampleGenotype(smallSpace, drawing);
      expect(Math.abs(predict(genotype) - 0.5 * syntheticAccuracy({ genotype }))).toBeLessThan(2e-3);
    }
  });

  test('reports an error that networks it has not seen bear out, on noisy measurements', () => {
    const noise = 0.02;
    const { predict, error } = fitPredictor(smallSpace, measured(200, noise), 1);
    const drawing = random(13);
    const misses = Array.from({ length: 500 }, () => {
      const genotype = sampleGenotype(smallSpace, drawing);
      return Math.abs(predict(genotype) - 0.5 * syntheticAccuracy({ genotype }) - noise * drawing.normal());
    });
    const actual = misses.reduce((sum, miss) => sum + miss / misses.length, 0);
    expect(error.meanAbsoluteError / actual).toBeGreaterThan(0.8);
    expect(error.meanAbsoluteError / actual).toBeLessThan(1.25);
    expect(error).toMatchObject({ pairs: 200, folds: 10 });
  });

  test('finds no order in noise', () => {
    const drawing = random(14);
    const pairs = measured(200, 0).map(({ network }) => ({ network, accuracy: drawing.uniform() }));
    expect(Math.abs(fitPredictor(smallSpace, pairs, 1).error.kendallTau ?? 0)).toBeLessThan(0.2);
  });

  test('is the same for the same pairs and seed', () => {
    const pairs = measured(60, 0.01);
    expect(fitPredictor(smallSpace, pairs, 5).error).toEqual(fitPredictor(smallSpace, pairs, 5).error);
    expect(fitPredictor(smallSpace, pairs, 5).error).not.toEqual(fitPredictor(smallSpace, pairs, 6).error);
  });

  test('needs at least ten pairs', () => {
    const failure = refusalOf(() => fitPredictor(smallSpace, measured(9, 0), 1));
    expect(failure.toLine()).toContain('9 measured networks cannot fit a predictor');
  });
});

describe('measured pairs as JSON', () => {
  const space = printSpace(smallSpace);
  const pairs = measured(3, 0);
  const [pair] = pairs;

  test('are read, a repeated measurement once', () => {
    const read = parsePairs(JSON.parse(JSON.stringify({ space, pairs: [...pairs, pair] })), 'pairs.json');
    expect(read).toEqual({ space: smallSpace, pairs });
  });

  test.each([
    [[], 'expected a mapping'],
    [{ space, pairs: [] }, 'pairs: has no pair'],
    [{ space, pairs: [{ ...pair, acuracy: 1 }] }, 'pairs[0]: unknown key "acuracy", did you mean accuracy?'],
    [{ space, pairs: [{ ...pair, accuracy: 71 }] }, 'pairs[0].accuracy: must be at most 1'],
    [
      { space, pairs: [{ network: 'k3e1', accuracy: 0.7 }] },
      'pairs[0]: "k3e1" is not a network of the space',
    ],
    [{ space, pairs: [pair, { ...pair, accuracy: 0.123 }] }, 'has been measured as'],
    [{ space: { ...space, classes: 0 }, pairs }, 'space.classes: must be at least 1'],
  ])('%# is refused with its place', (value, words) => {
    const failure = refusalOf(() => parsePairs(value, 'pairs.json'));
    expect(failure.code).toBe('SEARCH_PAIRS_MALFORMED');
    expect(failure.toLine()).toContain(words);
  });
});
