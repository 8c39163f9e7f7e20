/** Operators over one dimension: ARG_MAX, ARG_MIN, LOG_SOFTMAX, L2_NORMALIZATION. */
import { quantizeMultiplier } from '../fixed-point.ts';
import type { ArgExtremum, L2Normalise, LogSoftmax } from '../types.ts';
import { statedAxis } from './axes.ts';
import { factorAboveOne, inputRadius } from './factors.ts';
import {
  type Activations,
  activations,
  commonParts,
  demand,
  type OptionsOf,
  result,
  type Site,
  wholeNumbers,
} from './site.ts';

/** Integer bits of the fixed-point argument of e^x. */
const integerBits = 5;
/** The sum of a row's exponentials, each up to 1, has 12 integer bits. */
const longestRow = 4095;
/** Squares of differences of int8, whose sum is an int32. */
const mostSquares = Math.floor((2 ** 31 - 1) / 255 ** 2);

export function buildArgExtremum(site: Site<OptionsOf<'ARG_MAX'>>): ArgExtremum {
  const input = activations(site, 0);
  const output = wholeNumbers(site);
  const kind = site.options.op === 'ARG_MAX' ? 'argMax' : 'argMin';
  const axis = statedAxis(site, 1, input.shape.length);
  return { kind, ...commonParts(site, [input], output), axis };
}

function demandScale({ scale, zeroPoint }: Activations, name: string, wanted: number, zero: number): void {
  demand(
    scale === wanted && zeroPoint === zero,
    `its output has scale ${scale} and zero point ${zeroPoint} instead of ${name} and ${zero}`,
  );
}

function rowLength({ shape }: Activations): number {
  return shape.at(-1) ?? 1;
}

export function buildLogSoftmax(site: Site): LogSoftmax {
  const input = activations(site, 0);
  const output = result(site);
  demandScale(output, '1/16', 1 / 16, 127);
  demand(
    rowLength(input) <= longestRow,
    `its rows have ${rowLength(input)} values; up to ${longestRow} add up`,
  );
  const real = input.scale * 2 ** (31 - integerBits);
  const multiplier = factorAboveOne(Math.min(real, 2 ** 31 - 1));
  return {
    kind: 'logSoftmax',
    ...commonParts(site, [input], output),
    multiplier,
    diffMin: -inputRadius(integerBits, multiplier.shift),
    reverseMultiplier: quantizeMultiplier(2 ** (31 - multiplier.shift) / multiplier.multiplier),
  };
}

export function buildL2Normalise(site: Site<OptionsOf<'L2_NORMALIZATION'>>): L2Normalise {
  const input = activations(site, 0);
  const output = result(site);
  demandScale(output, '1/128', 1 / 128, 0);
  demand(
    site.options.activation === 'none',
    `its fused activation ${site.options.activation} is not supported`,
  );
  demand(
    rowLength(input) <= mostSquares,
    `its rows have ${rowLength(input)} values; up to ${mostSquares} add up`,
  );
  return { kind: 'l2Normalise', ...commonParts(site, [input], output) };
}
