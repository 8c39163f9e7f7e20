/** Networks taken out of a super-network compute what PyTorch computes with the same shared weights. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { writeTflite } from '../../src/model/index.ts';
import { calibrate, quantise, runFloat } from '../../src/quantisation/index.ts';
import { largestGenotype, parseGenotype, smallestGenotype } from '../../src/search/index.ts';
import { type Extracted, extract, normalise } from '../../src/supernet/index.ts';
import { signalToNoise } from '../quantisation/int8-networks.ts';
import { fixtures, readFixture } from './fixtures.ts';

const int8 = { biasCorrection: true, edges: 'int8' } as const;

describe.each(fixtures)('%s', (name) => {
  const { supernet, images, expected } = readFixture(name);
  const batch = normalise(supernet, images);
  const count = at(expected.images.shape, 0);
  const logitsOf = ({ model }: Extracted): number[] => [...at(runFloat(model, [batch], count), 0)];

  test('has networks to compare', () => {
    expect(expected.networks.length).toBeGreaterThan(1);
  });

  test.each(expected.networks)('$network has the logits of PyTorch within 1e-5', ({ network, logits }) => {
    const computed = logitsOf(extract(supernet, parseGenotype(supernet.space, network), batch));
    expect(computed).toHaveLength(logits.flat().length);
    computed.forEach((logit, i) => {
      expect(Math.abs(logit - at(logits.flat(), i))).toBeLessThan(1e-5);
    });
  });

  test.each([
    ['smallest', smallestGenotype],
    ['largest', largestGenotype],
  ])('calibrates the %s network as another pass over the folded network would', (_, choose) => {
    const extracted = extract(supernet, choose(supernet.space), batch, { kind: 'mse' });
    const again = calibrate(extracted.model, [batch], { kind: 'mse' });
    expect([...extracted.calibration.ranges.keys()].sort()).toEqual([...again.ranges.keys()].sort());
    expect([...extracted.calibration.means.keys()].sort()).toEqual([...again.means.keys()].sort());
    for (const [tensor, { min, max }] of again.ranges) {
      const own = extracted.calibration.ranges.get(tensor);
      const tolerance = 0.02 * (max - min);
      expect(Math.abs((own?.min ?? 99) - min), `tensor ${tensor}`).toBeLessThan(tolerance);
      expect(Math.abs((own?.max ?? 99) - max), `tensor ${tensor}`).toBeLessThan(tolerance);
    }
    for (const [tensor, mean] of again.means) {
      const own = extracted.calibration.means.get(tensor);
      mean.forEach((value, i) => {
        expect(Math.abs(value - (own?.[i] ?? 99)), `tensor ${tensor}`).toBeLessThan(1e-4);
      });
    }
  });

  test('becomes an int8 network near the float one, the same bytes every time', () => {
    const genotype = largestGenotype(supernet.space);
    const make = (): Extracted => extract(supernet, genotype, batch);
    const { model, calibration } = make();
    const quantised = quantise(model, calibration, int8);
    buildGraph(quantised);
    expect(signalToNoise(model, quantised, batch, count)).toBeGreaterThan(20);
    const again = make();
    expect(writeTflite(quantise(again.model, again.calibration, int8))).toEqual(writeTflite(quantised));
  });
});

describe('calibration images', () => {
  const { supernet } = readFixture('supernet-tiny');
  const genotype = smallestGenotype(supernet.space);
  const refusalOf = (images: Float32Array): unknown => {
    try {
      return extract(supernet, genotype, images);
    } catch (thrown) {
      return thrown;
    }
  };

  test('that are none are refused', () => {
    expect(refusalOf(new Float32Array())).toMatchObject({ code: 'CALIBRATION_EMPTY' });
  });

  test('of another shape are refused', () => {
    expect(refusalOf(new Float32Array(13 * 10 * 2 + 1))).toMatchObject({ code: 'CALIBRATION_SHAPE' });
  });

  test('with values that are not numbers are refused', () => {
    expect(refusalOf(new Float32Array(13 * 10 * 2).fill(Number.NaN))).toMatchObject({
      code: 'CALIBRATION_NOT_FINITE',
      message: 'the calibration data for input "input" has values that are infinite or not numbers',
    });
  });
});
