/** Constants of kernels whose products come in parts: groups of channels, phases of a transposed convolution. */
import { at, invariant } from '../base/index.ts';
import type { Clamp, Multiplier } from '../graph/index.ts';
import { clampLiterals, foldZeroPoint, literals } from './definition.ts';
import { isLarge, layOut, loadedAhead, type Matrix, sumsOf, withoutChannels } from './matrix.ts';
import { isRoundedOnce, outputScaling } from './scaling.ts';

/** Weights [channel][depth], of a depth of its own but at least 1. */
export type Part = {
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly multipliers: readonly Multiplier[];
};

type PartedLayer = {
  readonly parts: readonly Part[];
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  readonly clamp: Clamp;
};

/** As a matrix, with parts one after the other, channels of each made even, and where each part's weights start in bytes. */
export function partedMatrixOf(layer: PartedLayer): Matrix & { readonly starts: Int32Array } {
  const { inputZeroPoint, outputZeroPoint, clamp } = layer;
  const parts = layer.parts.map(withEvenChannels);
  const sums = parts.map(({ weights, bias }) =>
    sumsOf(weights, foldZeroPoint(bias, weights, inputZeroPoint)),
  );
  const { scales, form, constantChannels } = outputScaling({
    sums: sums.flat(),
    multipliers: parts.flatMap(({ multipliers }) => multipliers),
    zeroPoint: outputZeroPoint,
    clamp,
  });
  const channels = at(parts, 0).bias.length;
  const constant = parts.map(() => new Set<number>());
  for (const channel of constantChannels)
    at(constant, Math.floor(channel / channels)).add(channel % channels);
  const rows = parts.map(({ weights, bias }, part) => {
    invariant(bias.length === channels, 'parts of as many channels each');
    return withoutChannels(weights, at(constant, part), channels);
  });
  const joined =
    form === 0 || sums.flat().some(isLarge)
      ? undefined
      : wholeOf(rows.map((row) => layOut(row, channels, true)));
  const values = joined ?? wholeOf(rows.map((row) => layOut(row, channels, false)));
  invariant(values !== undefined, 'weights lie apart whatever they are');
  return {
    constants: [{ name: 'weights', type: 'int8_t', values: values.bytes }, scales],
    scaling: [
      ...literals({ apart: joined === undefined ? 1 : 0, scaling: form, output_zero_point: outputZeroPoint }),
      ...clampLiterals(clamp),
    ],
    starts: values.starts,
  };
}

/** Kernels take channels two by two: the last of an odd number has one beside it that is nothing. */
function withEvenChannels({ weights, bias, multipliers }: Part): Part {
  if (bias.length % 2 === 0) return { weights, bias, multipliers };
  const depth = weights.length / bias.length;
  // Without a shift where all are or might be, so that a part that is rounded once stays one.
  const shift = multipliers.every(isRoundedOnce) ? 0 : -1;
  return {
    weights: longer(weights, new Int8Array(weights.length + depth)),
    bias: longer(bias, new Int32Array(bias.length + 1)),
    multipliers: [...multipliers, { multiplier: 2 ** 30, shift }],
  };
}

/** There may be more of them than a call has arguments. */
function longer<Values extends Int8Array | Int32Array>(values: Values, zeros: Values): Values {
  zeros.set(values);
  return zeros;
}

/** The words that each part is loaded ahead are those of the next. */
function wholeOf(
  parts: readonly (Int8Array | undefined)[],
): { readonly bytes: Int8Array; readonly starts: Int32Array } | undefined {
  const starts = new Int32Array(parts.length);
  let end = 0;
  for (const [part, weights] of parts.entries()) {
    if (weights === undefined) return undefined;
    starts[part] = end;
    end += weights.length - loadedAhead;
  }
  const bytes = new Int8Array(end + loadedAhead);
  for (const [part, weights] of parts.entries()) bytes.set(weights ?? [], at(starts, part));
  return { bytes, starts };
}
