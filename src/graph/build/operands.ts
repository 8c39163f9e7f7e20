/** Operators of two tensors that broadcast: ADD, SUB, MUL, MAXIMUM, MINIMUM, PRELU. */
import { activationClamp, sameQuantization } from '../quantisation.ts';
import { broadcastShapes } from '../shape.ts';
import type { Add, Extremum, Mul, Prelu, Sub } from '../types.ts';
import { factorBelowOne, resultFactor } from './factors.ts';
import { commonScale, convertAgain } from './hints.ts';
import {
  type Activations,
  activations,
  commonParts,
  demand,
  type OptionsOf,
  result,
  type Site,
} from './site.ts';

/** Bits by which operands of an addition are shifted left before they are scaled. */
const addLeftShifts = { int8: 20, int16: 15 };

/** Two operands whose shapes broadcast. */
function operandPair(site: Site): readonly [Activations, Activations] {
  const pair = [activations(site, 0), activations(site, 1)] as const;
  const [first, second] = pair;
  demand(
    broadcastShapes(first.shape, second.shape) !== undefined,
    `its inputs of [${first.shape}] and [${second.shape}] do not broadcast`,
    convertAgain,
  );
  return pair;
}

export function buildAdd(site: Site<OptionsOf<'ADD'>>): Add | Sub {
  const inputs = operandPair(site);
  const output = result(site);
  const [first, second] = inputs;
  const leftShift = addLeftShifts[output.type];
  const twiceLargest = 2 * Math.max(first.scale, second.scale);
  return {
    kind: site.options.op === 'SUB' ? 'sub' : 'add',
    ...commonParts(site, inputs, output),
    leftShift,
    inputMultipliers: [
      factorBelowOne(first.scale / twiceLargest),
      factorBelowOne(second.scale / twiceLargest),
    ],
    outputMultiplier: factorBelowOne(twiceLargest / (2 ** leftShift * output.scale)),
    clamp: activationClamp(site.options.activation, output),
  };
}

export function buildMul(site: Site<OptionsOf<'MUL'>>): Mul {
  const inputs = operandPair(site);
  const output = result(site);
  return {
    kind: 'mul',
    ...commonParts(site, inputs, output),
    outputMultiplier: resultFactor(site, (inputs[0].scale * inputs[1].scale) / output.scale),
    clamp: activationClamp(site.options.activation, output),
  };
}

export function buildExtremum(site: Site<OptionsOf<'MAXIMUM'>>): Extremum {
  const inputs = operandPair(site);
  const output = result(site);
  demand(
    inputs.every((input) => sameQuantization(input, output)),
    'its inputs and output are quantised differently, which it does not convert',
    commonScale,
  );
  const kind = site.options.op === 'MAXIMUM' ? 'maximum' : 'minimum';
  return { kind, ...commonParts(site, inputs, output) };
}

export function buildPrelu(site: Site): Prelu {
  const inputs = operandPair(site);
  const output = result(site);
  const [input, slope] = inputs;
  demand(slope.type === 'int8', `its slopes are ${slope.type}, not int8`);
  demand(input.type === output.type, `its input is ${input.type}, its output ${output.type}`);
  return {
    kind: 'prelu',
    ...commonParts(site, inputs, output),
    positiveMultiplier: resultFactor(site, input.scale / output.scale),
    negativeMultiplier: resultFactor(site, (input.scale * slope.scale) / output.scale),
  };
}
