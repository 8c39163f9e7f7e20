/** Layers whose results are rounded once: what their sums become, beside what ONNX Runtime's float32 makes of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, invariant, roundHalfEven } from '../../src/base/index.ts';
import { buildGraph, type FullyConnected, scaleSum } from '../../src/graph/index.ts';
import { seededIntegers } from '../support/seeded-integers.ts';
import { modelOf } from './model-of.ts';

const channels = 64;

type Layer = { readonly scales: readonly number[]; readonly zeroPoint: number; readonly outputScale: number };

/** A layer of small weights; of large ones its sums would leave what kernels can shift. */
function layerOf({ scales, zeroPoint, outputScale }: Layer, weight = 1): FullyConnected {
  const network = modelOf();
  const input = network.int8([1, 4], { scale: 0.0235, zeroPoint: -3 });
  const weights = network.weights([channels, 4], new Array<number>(channels * 4).fill(weight), scales);
  const output = network.int8([1, channels], { scale: outputScale, zeroPoint });
  const options = { op: 'FULLY_CONNECTED', activation: 'none', keepDims: false } as const;
  const outputs = [network.apply(options, [input, weights, -1], output)];
  const [op] = buildGraph({ ...network.model, inputs: [input], outputs, roundsOnce: true }).ops;
  invariant(op?.kind === 'fullyConnected', 'a layer is all there is');
  return op;
}

/** As ONNX Runtime's kernels scale: each product and each quotient in float32. */
function byFloat32(sum: number, weightScale: number, outputScale: number): number {
  const product = Math.fround(Math.fround(0.0235) * Math.fround(weightScale));
  return roundHalfEven(Math.fround(Math.fround(sum) * Math.fround(product / Math.fround(outputScale))));
}

describe('factors of layers that are rounded once', () => {
  test.each([-128, 7, 0])('scale nearly all sums as float32 does, zero point %i', (zeroPoint) => {
    const random = seededIntegers(zeroPoint + 200);
    const scales = Array.from({ length: channels }, () => Math.fround(random(3000, 30_000) * 1e-7));
    const outputScale = Math.fround(0.0117);
    const { multipliers } = layerOf({ scales, zeroPoint, outputScale });
    const differing = scales.map((scale, channel) => {
      const real = (0.0235 * scale) / outputScale;
      const factor = at(multipliers, channel);
      expect(factor.once).toBe(true);
      let wrong = 0;
      const [from, to] = [-128 - zeroPoint, 127 - zeroPoint];
      for (let sum = Math.floor(from / real); sum * real <= to; sum += 1) {
        const apart = Math.abs(scaleSum(sum, factor) - byFloat32(sum, scale, outputScale));
        wrong += apart ** 2;
      }
      return wrong;
    });
    expect(differing.filter((wrong) => wrong === 0).length).toBeGreaterThanOrEqual(0.75 * channels);
    expect(Math.max(...differing)).toBeLessThanOrEqual(4);
  });

  test('have no shift where a sum could leave what kernels shift', () => {
    const scales = new Array<number>(channels).fill(0.000_01);
    const wide = layerOf({ scales, zeroPoint: 0, outputScale: 0.000_000_5 }, 127);
    const narrow = layerOf({ scales, zeroPoint: 0, outputScale: 0.001 }, 127);
    expect([wide, narrow].map((layer) => at(layer.multipliers, 0).once)).toEqual([undefined, true]);
    expect(at(wide.multipliers, 0).shift).toBe(0);
  });
});

test('rounding once is that of the exact product, ties upwards', () => {
  const factors = fc.tuple(fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }), fc.integer({ min: -14, max: -1 }));
  const sums = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(sums, factors, (sum, [multiplier, shift]) => {
      const right = BigInt(31 - shift);
      const exact = (BigInt(sum) * BigInt(multiplier) + (1n << (right - 1n))) >> right;
      expect(scaleSum(sum, { multiplier, shift, once: true })).toBe(Number(exact));
    }),
    { numRuns: 2000, seed: 5 },
  );
});
