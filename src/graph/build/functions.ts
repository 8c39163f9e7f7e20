/** Functions of one element that become tables: TANH, ABS, ELU, HARD_SWISH, LEAKY_RELU. */
import { invariant } from '../../base/index.ts';
import { multiplyByQuantizedMultiplier, roundHalfAway, roundingDivideByPowerOfTwo } from '../fixed-point.ts';
import { tanh } from '../fixed-point-functions.ts';
import { clampTo, int8Clamp, type QuantizationParameters } from '../quantisation.ts';
import type { Curve, Lookup, Piecewise } from '../types.ts';
import { absoluteOf, curveOf, leakyReluOf } from './curves.ts';
import { factor, factorAboveOne, inputRadius } from './factors.ts';
import { hardSwish } from './hard-swish.ts';
import { fixedScale } from './hints.ts';
import { realFunctionOf, tableOf } from './real-functions.ts';
import {
  type Activations,
  activations,
  commonParts,
  demand,
  type OptionsOf,
  result,
  type Site,
} from './site.ts';

/** The int8 result of an int8, before it is bounded; both as they are stored. */
type IntegerFunction = (value: number) => number;

type Ends = { readonly input: QuantizationParameters; readonly output: QuantizationParameters };

/** Integer bits of the fixed-point argument of the hyperbolic tangent. */
const tanhIntegerBits = 4;

type Code = Exclude<Lookup['function'], 'DEQUANTIZE'> | 'LEAKY_RELU';
type FunctionSite = Site<OptionsOf<Code>>;

export function buildLookup(site: FunctionSite): Lookup | Curve | Piecewise {
  const input = activations(site, 0);
  const output = result(site);
  if (input.type === 'int16') return functionOfInt16(site, input, output);
  const real = site.model.roundsOnce === true ? realFunctionOf(site.options) : undefined;
  const table = real === undefined ? stepsOf(site, { input, output }) : tableOf(real, input, output);
  return { kind: 'lookup', ...commonParts(site, [input], output), function: site.options.op, table };
}

/**
 * What QUANTIZE follows where results are rounded once: a function whose kernel has steps of its own, and here makes those
 * that are asked for.
 */
export function functionBefore({ model, operator, ...site }: Site): FunctionSite | undefined {
  const before = model.operators[operator.index - 1];
  if (model.roundsOnce !== true || before === undefined || before.outputs[0] !== operator.inputs[0])
    return undefined;
  const { options, inputs } = before;
  if (options.op !== 'LOGISTIC' && options.op !== 'TANH') return undefined;
  return { ...site, model, options, operator: { ...operator, inputs, options } };
}

function stepsOf({ options }: FunctionSite, ends: Ends): Int8Array {
  invariant(options.op !== 'LOGISTIC', 'a logistic function of TensorFlow Lite is no table here');
  const compute = functionOf(options, ends);
  return Int8Array.from({ length: 256 }, (_, bits) => clampTo(compute((bits << 24) >> 24), int8Clamp));
}

/** There are no tables of 65,536 results. */
function functionOfInt16(site: FunctionSite, input: Activations, output: Activations): Curve | Piecewise {
  const { options } = site;
  if (options.op === 'TANH') return curveOf(site, 'TANH', input, output);
  if (options.op === 'LEAKY_RELU') return leakyReluOf({ ...site, options }, input, output);
  invariant(options.op === 'ABS', `${options.op} takes no int16`);
  return absoluteOf(site, input, output);
}

function functionOf(
  options: Exclude<FunctionSite['options'], { op: 'LOGISTIC' }>,
  ends: Ends,
): IntegerFunction {
  switch (options.op) {
    case 'TANH':
      return tanhFunction(ends);
    case 'ABS':
      return absolute(ends);
    case 'ELU':
      if (options.isInFloat) return betweenConversions(ends, (real) => (real < 0 ? Math.expm1(real) : real));
      return throughFloat(ends, (real) => (real < 0 ? Math.fround(Math.exp(real)) - 1 : real));
    case 'HARD_SWISH':
      return hardSwish(ends);
    case 'LEAKY_RELU':
      return leakyRelu(ends, options.alpha);
  }
}

function tanhFunction({ input, output }: Ends): IntegerFunction {
  demand(
    output.scale === 1 / 128 && output.zeroPoint === 0,
    `its output has scale ${output.scale} and zero point ${output.zeroPoint} instead of 1/128 and 0`,
    fixedScale,
  );
  const multiplier = factorAboveOne(input.scale * 2 ** (31 - tanhIntegerBits));
  const radius = inputRadius(tanhIntegerBits, multiplier.shift);
  return (q) => {
    const value = q - input.zeroPoint;
    if (Math.abs(value) >= radius) return value > 0 ? int8Clamp.max : int8Clamp.min;
    return roundingDivideByPowerOfTwo(tanh(multiplyByQuantizedMultiplier(value, multiplier)), 31 - 7);
  };
}

/** The ratio of the scales is rounded to float32, and left out where both are one. */
function absolute({ input, output }: Ends): IntegerFunction {
  const multiplier = factor(Math.fround(input.scale / output.scale));
  return (q) => {
    const value = Math.abs(q - input.zeroPoint);
    const scaled = input.scale === output.scale ? value : multiplyByQuantizedMultiplier(value, multiplier);
    return scaled + output.zeroPoint;
  };
}

/** The factor of a negative slope is taken for its magnitude, and the result negated. */
function leakyRelu({ input, output }: Ends, alpha: number): IntegerFunction {
  const identity = factor(Math.fround(input.scale / output.scale));
  const slope = factor(Math.abs((input.scale * alpha) / output.scale));
  return (q) => {
    const value = q - input.zeroPoint;
    if (value >= 0) return output.zeroPoint + multiplyByQuantizedMultiplier(value, identity);
    const scaled = multiplyByQuantizedMultiplier(value, slope);
    return output.zeroPoint + (alpha < 0 ? -scaled : scaled);
  };
}

/** A function that the file itself computes in float32, which QUANTIZE divides by the scale. */
function betweenConversions({ input, output }: Ends, compute: (real: number) => number): IntegerFunction {
  return (q) => {
    const real = Math.fround(Math.fround(input.scale) * (q - input.zeroPoint));
    const steps = Math.fround(Math.fround(compute(real)) / Math.fround(output.scale));
    return roundHalfAway(steps) + output.zeroPoint;
  };
}

/** A function of real numbers, in float32 as TensorFlow Lite fills its own tables. */
function throughFloat({ input, output }: Ends, compute: (real: number) => number): IntegerFunction {
  const inverseScale = Math.fround(1 / output.scale);
  return (q) => {
    const real = Math.fround(Math.fround(input.scale) * (q - input.zeroPoint));
    return roundHalfAway(Math.fround(Math.fround(compute(real)) * inverseScale)) + output.zeroPoint;
  };
}
