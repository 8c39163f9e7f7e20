/** Figures of merit against hand-worked cases and, for AUC, against counting pairs. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaUnderCurve, crossEntropy, topK } from '../../src/evaluation/index.ts';

describe('topK', () => {
  const scores = Int8Array.from([1, 5, 3, 9, 9, 0]);

  test('counts samples whose label is among the k highest', () => {
    expect(topK(scores, Int32Array.from([1, 0]), 1)).toBe(1);
    expect(topK(scores, Int32Array.from([2, 2]), 1)).toBe(0);
    expect(topK(scores, Int32Array.from([2, 2]), 2)).toBe(0.5);
    expect(topK(scores, Int32Array.from([0, 2]), 3)).toBe(1);
  });

  test('gives ties to the first index', () => {
    expect(topK(scores, Int32Array.from([1, 0]), 1)).toBe(1);
    expect(topK(scores, Int32Array.from([1, 1]), 1)).toBe(0.5);
  });
});

describe('crossEntropy', () => {
  test('is the mean of -log softmax at the labels', () => {
    const scores = Float64Array.from([0, Math.log(3), 1000, 0]);
    expect(crossEntropy(scores, Int32Array.from([1, 0]))).toBeCloseTo(-Math.log(0.75) / 2, 12);
    expect(crossEntropy(scores, Int32Array.from([0, 1]))).toBeCloseTo((Math.log(4) + 1000) / 2, 9);
  });
});

describe('areaUnderCurve', () => {
  test('is 1 for a perfect ranking, 0 for its reverse, one half for equal scores', () => {
    expect(areaUnderCurve([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1);
    expect(areaUnderCurve([4, 3, 2, 1], [0, 0, 1, 1])).toBe(0);
    expect(areaUnderCurve([7, 7, 7], [0, 1, 0])).toBe(0.5);
  });

  test('equals the share of pairs that are ranked rightly', () => {
    const sample = fc.record({ score: fc.integer({ min: 0, max: 9 }), positive: fc.boolean() });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 2, maxLength: 40 }), (samples) => {
        const positives = samples.filter(({ positive }) => positive);
        const negatives = samples.filter(({ positive }) => !positive);
        fc.pre(positives.length > 0 && negatives.length > 0);
        let pairs = 0;
        for (const { score } of positives) {
          for (const other of negatives) pairs += score > other.score ? 1 : score === other.score ? 0.5 : 0;
        }
        const value = areaUnderCurve(
          samples.map(({ score }) => score),
          samples.map(({ positive }) => Number(positive)),
        );
        expect(value).toBeCloseTo(pairs / (positives.length * negatives.length), 12);
      }),
    );
  });
});
