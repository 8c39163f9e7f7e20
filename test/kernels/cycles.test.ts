import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { estimateShapeCycles, type KernelShape } from '../../src/kernels/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { makeCases } from './cases.ts';

const target = findTarget('stm32f746');
const everythingCached = { input: 1, output: 1, scratch: 1 };
const cases = [1, 2, 3].flatMap(makeCases).map(({ name, graph, kernel }) => {
  const op = at(graph.ops, 0);
  const form = kernel.rows(op, graph);
  const cyclesOf = (options: Parameters<typeof kernel.estimateCycles>[3]): number =>
    kernel.estimateCycles(op, graph, target, options);
  return { name, cyclesOf, rowCount: form?.rowCount };
});
const streamed = cases.flatMap(({ rowCount, ...one }) =>
  rowCount === undefined ? [] : [{ ...one, rowCount }],
);

describe('estimated cycles', () => {
  test('every kernel has coefficients for all that its calls do, whole or row by row', () => {
    const estimates = [
      ...cases.map(({ cyclesOf }) => cyclesOf({ cached: everythingCached })),
      ...streamed.map(({ cyclesOf }) => cyclesOf({ rows: 1, cached: everythingCached })),
    ];
    expect(estimates.length).toBeGreaterThan(500);
    expect(estimates.filter((cycles) => !(cycles > 0 && Number.isFinite(cycles)))).toEqual([]);
  });

  test('two rows a call hardly take longer than two calls', () => {
    const higher = streamed.filter(({ rowCount }) => rowCount > 1);
    // Pixels that are left over from one row may fill a block with those of the next, which pays for large ones only.
    const wrong = higher.filter(({ cyclesOf }) => cyclesOf({ rows: 2 }) > 2.2 * cyclesOf({ rows: 1 }) + 200);
    expect(higher.length).toBeGreaterThan(100);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('memory behind the cache is never faster', () => {
    const faster = cases.filter(({ cyclesOf }) => cyclesOf({ cached: everythingCached }) < cyclesOf({}));
    expect(faster.map(({ name }) => name)).toEqual([]);
  });

  test('shapes alone are enough: a search needs no weights', () => {
    const shape: KernelShape & { kernel: 'conv_1x1_s8' } = {
      kernel: 'conv_1x1_s8',
      image: { height: 12, width: 12, channels: 64 },
      channels: 64,
      scaling: 'rectified',
      isApart: false,
    };
    const whole = estimateShapeCycles(shape, target);
    // Sixteen products in eight cycles, and something around them.
    expect(whole / (12 * 12 * 64 * 64)).toBeGreaterThan(0.5);
    expect(whole / (12 * 12 * 64 * 64)).toBeLessThan(0.8);
    expect(estimateShapeCycles({ ...shape, isApart: true }, target)).toBeGreaterThan(whole);
    const twice = { ...shape, image: { ...shape.image, height: 24 } };
    expect(estimateShapeCycles(twice, target) / whole).toBeCloseTo(2, 1);
  });
});
