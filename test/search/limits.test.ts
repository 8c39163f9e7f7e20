/** Limits near which a search ends: estimates, and what was measured of networks that were built. */
import { describe, expect, test } from 'vitest';
import { type Cost, exceedsAsMeasured, type MeasuredCost } from '../../src/search/index.ts';

const cost = (latencyMs: number, sramBytes = 1000): Cost => ({
  sramBytes,
  arenaBytes: sramBytes - 200,
  flashBytes: 10_000,
  latencyMs,
  macs: 1e6,
  parameters: 1000,
});
const measured = (changes: Partial<MeasuredCost>): MeasuredCost => ({
  sramBytes: undefined,
  flashBytes: undefined,
  latencyMs: undefined,
  ...changes,
});
const limits = { sramBytes: undefined, flashBytes: undefined, latencyMs: 7 };

describe('an estimate corrected by networks that were built', () => {
  const built = [
    { estimated: cost(6.8), measured: measured({ latencyMs: 6.8 * 1.04 }) },
    { estimated: cost(6.9), measured: measured({ latencyMs: 6.9 * 1.08 }) },
  ];

  test('exceeds a limit where the mean of the ratios and of 1 takes it over', () => {
    expect(exceedsAsMeasured(cost(7 / 1.04 + 0.01), limits, built)).toBe(true);
    expect(exceedsAsMeasured(cost(7 / 1.04 - 0.01), limits, built)).toBe(false);
  });

  test('is what it was where nothing was built, nothing measured, or nothing limited', () => {
    expect(exceedsAsMeasured(cost(6.99), limits, [])).toBe(false);
    expect(exceedsAsMeasured(cost(6.99), limits, [{ estimated: cost(1), measured: measured({}) }])).toBe(
      false,
    );
    expect(exceedsAsMeasured(cost(6.99), { ...limits, latencyMs: undefined }, built)).toBe(false);
  });

  test('is corrected each by its own measure', () => {
    const larger = [{ estimated: cost(5, 900), measured: measured({ latencyMs: 4, sramBytes: 1800 }) }];
    expect(exceedsAsMeasured(cost(7, 600), { ...limits, sramBytes: 899 }, larger)).toBe(true);
    expect(exceedsAsMeasured(cost(7, 600), { ...limits, sramBytes: 900 }, larger)).toBe(false);
  });
});
