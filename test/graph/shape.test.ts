/** Facts about shapes, and the index arithmetic of a resize. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  broadcastShapes,
  broadcastStrides,
  elementCount,
  nearestSource,
  stridesOf,
} from '../../src/graph/index.ts';

test('a scalar has one element', () => {
  expect(elementCount([])).toBe(1);
  expect(elementCount([2, 3, 4])).toBe(24);
});

test('strides are row-major', () => {
  expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
});

test.each([
  [[1, 4, 4, 8], [8], [1, 4, 4, 8]],
  [
    [1, 4, 1, 8],
    [1, 3, 1],
    [1, 4, 3, 8],
  ],
  [[], [2, 3], [2, 3]],
  [[2, 3], [3, 2], undefined],
])('[%s] and [%s] broadcast to %s', (a, b, expected) => {
  expect(broadcastShapes(a, b)).toEqual(expected);
  expect(broadcastShapes(b, a)).toEqual(expected);
});

test('repeated axes have stride 0', () => {
  expect(broadcastStrides([3, 1], [2, 3, 4])).toEqual([0, 1, 0]);
});

test('a resize reads inside its input, in order, and copies where the size stays', () => {
  const size = fc.integer({ min: 1, max: 70 });
  const option = fc.constantFrom(
    { alignCorners: false, halfPixelCenters: false },
    { alignCorners: true, halfPixelCenters: false },
    { alignCorners: false, halfPixelCenters: true },
  );
  fc.assert(
    fc.property(size, size, option, (input, output, options) => {
      const sources = Array.from({ length: output }, (_, i) => nearestSource(i, input, output, options));
      expect(
        sources.every((source, i) => source >= 0 && source < input && source >= (sources[i - 1] ?? 0)),
      ).toBe(true);
      if (input === output) expect(sources).toEqual(sources.map((_, i) => i));
    }),
  );
});
