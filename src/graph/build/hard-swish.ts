/** HARD_SWISH in the 16-bit fixed-point arithmetic of TensorFlow Lite's reference kernel. */
import { quantizeMultiplier, roundingDivideByPowerOfTwo } from '../fixed-point.ts';
import { clampTo, type QuantizationParameters } from '../quantisation.ts';
import { demand } from './site.ts';

const int16 = { min: -(2 ** 15), max: 2 ** 15 - 1 };

/** Real x / 3 of the gate, as a step of int16. */
const gateScale = Math.fround(3 / 32768);

type ShortFactor = { readonly multiplier: number; readonly shift: number };

/** A factor with 15 bits instead of 31. */
function shortFactor(real: number): ShortFactor {
  const { multiplier, shift } = quantizeMultiplier(real);
  const isLargest = multiplier >= 2 ** 31 - 1 - 2 ** 15;
  return { multiplier: isLargest ? int16.max : (multiplier + 2 ** 15) >> 16, shift };
}

/** (a * b + 2^14) >> 15 of int16; saturated where both are -2^15. */
function roundedHighProduct(a: number, b: number): number {
  return Math.min((a * b + 2 ** 14) >> 15, int16.max);
}

/** a * b / 2^15 of int16, towards zero. */
function truncatedHighProduct(a: number, b: number): number {
  return Math.min(Math.trunc((a * b) / 2 ** 15), int16.max);
}

function shiftedLeft(value: number, bits: number): number {
  return clampTo(value * 2 ** bits, int16);
}

/** The gate relu6(x + 3) / 6 of an input of 7 more bits, in 15 bits; a left shift saturates before and after. */
function gateOf(value: number, { multiplier, shift }: ShortFactor): number {
  const first = shift > 0 ? shiftedLeft(value, shift - 1) : value;
  const product = roundedHighProduct(first, multiplier);
  const scaled = shift > 0 ? shiftedLeft(product, 1) : roundingDivideByPowerOfTwo(product, -shift);
  return (scaled + 2 ** 15) >> 1;
}

/** Before it is bounded to int8. All three factors are made in float32. */
export function hardSwish(ends: {
  readonly input: QuantizationParameters;
  readonly output: QuantizationParameters;
}): (q: number) => number {
  const { input, output } = ends;
  const fineScale = Math.fround(input.scale / 128);
  const outputFactor = shortFactor(Math.fround(fineScale / output.scale));
  const gateFactor = shortFactor(Math.fround(fineScale / gateScale));
  demand(
    outputFactor.shift <= 0 && outputFactor.shift >= -15 && gateFactor.shift <= 15 && gateFactor.shift >= -15,
    `its scales ${input.scale} and ${output.scale} lie beyond its 16 bits`,
  );
  return (q) => {
    const value = (q - input.zeroPoint) * 2 ** 7;
    const scaled = roundedHighProduct(value, outputFactor.multiplier);
    const product = truncatedHighProduct(gateOf(value, gateFactor), scaled);
    return roundingDivideByPowerOfTwo(product, -outputFactor.shift) + output.zeroPoint;
  };
}
