/** Fixed-point factors of operators, each in exactly the floating-point arithmetic in which TensorFlow Lite makes it. */
import { quantizeMultiplier, roundHalfAway } from '../fixed-point.ts';
import type { Multiplier } from '../types.ts';
import { typicalScales } from './hints.ts';
import { nearestFactor } from './nearest-factor.ts';
import { demand, result, type Site } from './site.ts';

/** A factor for `multiplyByQuantizedMultiplier`, which shifts an int32 left by less than 31 bits. */
export function factor(real: number): Multiplier {
  const result = quantizeMultiplier(real);
  demand(
    result.shift <= 30,
    `its scales make a factor of ${real}, beyond the fixed-point range`,
    typicalScales,
  );
  return result;
}

/** Below this, so few bits of a factor without a shift are left that its own rounding would tell. */
const leastPlain = 2 ** -16;

/**
 * The factor of a result. Where results are to be rounded once, it is one without a shift to the right, which leaves
 * nothing to round for a second time: fewer bits, but 255 steps of results are off by less than 2^-9 of a step.
 */
export function resultFactor({ model }: Site, real: number): Multiplier {
  const result = factor(real);
  if (model.roundsOnce !== true || result.shift >= 0 || Math.abs(real) < leastPlain) return result;
  return { multiplier: roundHalfAway(real * 2 ** 31), shift: 0 };
}

/** A factor that the kernel takes for a right shift. */
export function factorBelowOne(real: number): Multiplier {
  const result = factor(real);
  demand(
    real < 1 && result.shift <= 0,
    `its scales make a factor of ${real}, which must be below 1`,
    typicalScales,
  );
  return result;
}

/** A factor that the kernel takes for a left shift. */
export function factorAboveOne(real: number): Multiplier {
  demand(real > 1, `its scale makes a factor of ${real}, which must be above 1`, typicalScales);
  return factor(real);
}

/** Where results are rounded once, of the real factor as ONNX Runtime makes it, each step in float32. */
function layerFactor(site: Site, inputScale: number, weightScale: number, outputScale: number): Multiplier {
  const plain = resultFactor(site, (inputScale * weightScale) / outputScale);
  if (site.model.roundsOnce !== true) return plain;
  const product = Math.fround(Math.fround(inputScale) * Math.fround(weightScale));
  const real = Math.fround(product / Math.fround(outputScale));
  return nearestFactor(real, result(site).zeroPoint) ?? plain;
}

/** input scale * weight scale / output scale for each channel, the product in double. */
export function channelFactors(
  site: Site,
  inputScale: number,
  weightScales: readonly number[],
  outputScale: number,
  channels: number,
): Multiplier[] {
  const made = new Map<number, Multiplier>();
  const factors = weightScales.map((scale) => {
    const known = made.get(scale) ?? layerFactor(site, inputScale, scale, outputScale);
    made.set(scale, known);
    return known;
  });
  const [first] = factors;
  return factors.length === 1 && first !== undefined
    ? Array.from({ length: channels }, () => first)
    : factors;
}

/**
 * The ratio of the scales and 1 / count in one factor: the ratio is made first, then its mantissa is divided, so that
 * no precision is lost to the count's own rounding. Source: the quantised mean of TensorFlow Lite Micro.
 */
export function meanFactor(site: Site, ratio: number, count: number): Multiplier {
  if (site.model.roundsOnce === true) return resultFactor(site, ratio / count);
  const { multiplier, shift } = factor(ratio);
  const wanted = 31 - Math.clz32(count);
  const gained = Math.min(wanted, 31 + shift);
  const divided = (BigInt(multiplier) << BigInt(gained)) / BigInt(count);
  return { multiplier: Number(divided), shift: shift - gained };
}

/** Largest |input| that fits `integerBits` of fixed point after a left shift. */
export function inputRadius(integerBits: number, leftShift: number): number {
  return Math.floor(((2 ** integerBits - 1) * 2 ** (31 - integerBits)) / 2 ** leftShift);
}
