/** LOGISTIC, TANH, ABS and LEAKY_RELU of int16, which have no tables of all their results. */
import type { Curve, Multiplier, Piecewise } from '../types.ts';
import { factor } from './factors.ts';
import { fixedScale, int8Here } from './hints.ts';
import { type Activations, commonParts, demand, type OptionsOf, type Site } from './site.ts';

/** Bits of the argument below its whole part: 16 less the sign and three integer bits. */
const fractionalBits = 12;
const outputScale = 2 ** -15;

/** Powers of two up to these have a factor without rounding. */
const plainShifts = { LOGISTIC: 0, TANH: 1 };

/** The table stands for +-10.7 where 16 bits stand for +-8: factors of input scales have 3/4 in them. */
export function curveOf(site: Site, name: Curve['function'], input: Activations, output: Activations): Curve {
  demand(
    output.scale === outputScale,
    `its output has the scale ${output.scale} instead of 1/32768`,
    fixedScale,
  );
  const common = { kind: 'curve', ...commonParts(site, [input], output), function: name } as const;
  const power = Math.log2(input.scale) + fractionalBits;
  if (Number.isInteger(power) && power >= 0 && power <= plainShifts[name]) {
    return { ...common, inputFactor: 3 * 2 ** power, inputShift: 0 };
  }
  let real = input.scale * 3 * 2 ** fractionalBits;
  let inputShift = 0;
  while (real <= 32767 / 2 && inputShift <= 30) {
    real *= 2;
    inputShift += 1;
  }
  demand(real < 32768, `its input has the scale ${input.scale}, beyond the range of its table`, int8Here);
  return { ...common, inputFactor: Math.trunc(real), inputShift };
}

/** The ratio of the scales is left out where both are one. */
export function absoluteOf(site: Site, input: Activations, output: Activations): Piecewise {
  const scaling = factor(input.scale / output.scale);
  return piecewise(site, 'ABS', input, output, [scaling, scaling], { ofMagnitude: true, negates: false });
}

/** The factor of a negative slope is taken for its magnitude, and the result negated. */
export function leakyReluOf(
  site: Site<OptionsOf<'LEAKY_RELU'>>,
  input: Activations,
  output: Activations,
): Piecewise {
  const { alpha } = site.options;
  const identity = factor(input.scale / output.scale);
  const slope = factor(Math.abs((input.scale * alpha) / output.scale));
  const below = { ofMagnitude: false, negates: alpha < 0 };
  return piecewise(site, 'LEAKY_RELU', input, output, [identity, slope], below);
}

function piecewise(
  site: Site,
  name: Piecewise['function'],
  input: Activations,
  output: Activations,
  [positiveMultiplier, negativeMultiplier]: readonly [Multiplier, Multiplier],
  below: Pick<Piecewise, 'ofMagnitude' | 'negates'>,
): Piecewise {
  const common = commonParts(site, [input], output);
  return { kind: 'piecewise', ...common, function: name, positiveMultiplier, negativeMultiplier, ...below };
}
