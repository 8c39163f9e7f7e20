/** Seeded random numbers: the same everywhere, spread as they promise. */
import { describe, expect, test } from 'vitest';
import { at, random } from '../../src/base/index.ts';

function drawn(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, () => draw());
}

/** xoshiro128** and its seeding again, on 64-bit integers, from the authors' description. */
function* described(numbers: readonly number[]): Generator<number> {
  const word = (value: bigint): bigint => BigInt.asUintN(32, value);
  const mix = (value: bigint): bigint => {
    let mixed = word(value);
    mixed = word((mixed ^ (mixed >> 16n)) * 0x85ebca6bn);
    mixed = word((mixed ^ (mixed >> 13n)) * 0xc2b2ae35n);
    return mixed ^ (mixed >> 16n);
  };
  const rotate = (value: bigint, by: bigint): bigint => word(value << by) | (value >> (32n - by));
  let key = 0n;
  for (const number of numbers) key = mix((key ^ mix(BigInt(number) + 0x9e3779b9n)) + 0x85ebca6bn);
  const state = [1n, 2n, 3n, 4n].map((step) => mix(key + step * 0x9e3779b9n));
  for (;;) {
    const [a = 0n, b = 0n, c = 0n, d = 0n] = state;
    yield Number(word(rotate(word(b * 5n), 7n) * 9n));
    state[2] = c ^ a;
    state[3] = d ^ b;
    state[1] = b ^ at(state, 2);
    state[0] = a ^ at(state, 3);
    state[2] = at(state, 2) ^ word(b << 9n);
    state[3] = rotate(at(state, 3), 11n);
  }
}

describe('random numbers', () => {
  test.each([[[0]], [[1]], [[7, 3]], [[2 ** 32 - 1, 0, 5]]])(
    'of the stream %j are as described',
    (stream) => {
      const [seed = 0, ...rest] = stream;
      const { nextUint32 } = random(seed, ...rest);
      const expected = described(stream);
      for (let index = 0; index < 1000; index += 1) expect(nextUint32()).toBe(expected.next().value);
    },
  );

  test('depend on every number of the stream and on their order', () => {
    const firsts = [random(1), random(2), random(1, 0), random(1, 1), random(1, 0, 0), random(0, 1)].map(
      ({ nextUint32 }) => nextUint32(),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('uniform ones lie in [0, 1), evenly', () => {
    const values = drawn(100_000, random(3).uniform);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const tenths = values.map((value) => Math.floor(value * 10));
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const count = tenths.filter((other) => other === tenth).length;
      // Six standard deviations of the binomial distribution.
      expect(Math.abs(count - 10_000)).toBeLessThan(6 * Math.sqrt(9000));
    }
  });

  test('below a bound, every whole number comes equally often', () => {
    const { below } = random(4);
    const values = drawn(70_000, () => below(7));
    for (let value = 0; value < 7; value += 1) {
      const count = values.filter((other) => other === value).length;
      expect(Math.abs(count - 10_000)).toBeLessThan(6 * Math.sqrt(10_000));
    }
    expect(drawn(100, () => random(5).below(1))).toEqual(drawn(100, () => 0));
    expect(random(6).below(2 ** 32)).toBe(random(6).nextUint32());
  });

  test('normal ones have mean 0, variance 1 and the tails of a normal distribution', () => {
    const values = drawn(100_000, random(8).normal);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(6 / Math.sqrt(values.length));
    expect(Math.abs(variance - 1)).toBeLessThan(6 * Math.sqrt(2 / values.length));
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / values.length;
    expect(beyondTwo).toBeCloseTo(0.0455, 2);
  });
});
