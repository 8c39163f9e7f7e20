/** Constants of kernels that multiply int16 with matrices of weights, as `wide_matrix.h` takes them. */
import { at } from '../base/index.ts';
import { type Clamp, type Multiplier, shortMultiplier } from '../graph/index.ts';
import { clampLiterals, literals } from './definition.ts';
import { loadedAhead, paddedDepth } from './matrix.ts';
import type { Argument, Constant } from './types.ts';

/** Weights [channel][depth] and what makes int16 of their products. */
type WideSums = {
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly multipliers: readonly Multiplier[];
  readonly sums?: 'wide';
};

/** `parts`: the weights that are multiplied together, [channel][depth] of as many channels each. */
type WideLayer = WideSums & { readonly parts: readonly Int8Array[]; readonly clamp: Clamp };

export type WideMatrix = {
  /** `weights`, `bias`, `multiplier` and `shift`. */
  readonly constants: readonly Constant[];
  /** `sums`, `min` and `max`. */
  readonly scaling: readonly Argument[];
  /** Where each part's weights start, in bytes. */
  readonly starts: Int32Array;
};

/** What sums have room in, as `wide_matrix.h` names it. */
export type SumForm = 'short' | 'long' | 'wrapping';

const numberOfForm: Readonly<Record<SumForm, number>> = { short: 0, long: 1, wrapping: 2 };

/** Magnitude of the product of an int16 and a weight, over the weight's. */
const largestInput = 2 ** 15;

/** @param channels of each part */
export function wideMatrixOf(layer: WideLayer, channels: number): WideMatrix {
  const { weights, starts } = laidOut(layer.parts, channels);
  const form = sumFormOf(layer);
  return {
    constants: [{ name: 'weights', type: 'int8_t', values: weights }, ...stageOf(layer, form)],
    scaling: [...literals({ sums: numberOfForm[form] }), ...clampLiterals(layer.clamp)],
    starts,
  };
}

/** Planners ask for the same operator again and again. */
const knownForms = new WeakMap<Int8Array, SumForm>();

/** Which of the forms every channel can take. */
export function sumFormOf(layer: WideSums): SumForm {
  if (layer.sums !== 'wide') return 'wrapping';
  const form = knownForms.get(layer.weights) ?? (areShort(layer) ? 'short' : 'long');
  knownForms.set(layer.weights, form);
  return form;
}

function areShort({ weights, bias, multipliers }: WideSums): boolean {
  const depth = weights.length / bias.length;
  return bias.every((value, channel) => {
    const own = weights.subarray(channel * depth, (channel + 1) * depth);
    const products = own.reduce((total, weight) => total + Math.abs(weight), 0) * largestInput;
    return products + Math.abs(value) < 2 ** 31 && at(multipliers, channel).shift < 0;
  });
}

function stageOf({ bias, multipliers }: WideLayer, form: SumForm): Constant[] {
  const scalings = multipliers.map((factor) => {
    if (form === 'wrapping') return factor;
    const { multiplier, right } = shortMultiplier(factor);
    if (form === 'long') return { multiplier, shift: right };
    return { multiplier: multiplier * 2 ** 16, shift: right - 16 };
  });
  return [
    { name: 'bias', type: 'int32_t', values: bias },
    {
      name: 'multiplier',
      type: 'int32_t',
      values: Int32Array.from(scalings, ({ multiplier }) => multiplier),
    },
    { name: 'shift', type: 'int8_t', values: Int8Array.from(scalings, ({ shift }) => shift) },
  ];
}

/** Weights two channels at a time, element by element; the last of an odd number has zeros beside it. */
function laidOut(
  parts: readonly Int8Array[],
  channels: number,
): { readonly weights: Int8Array; readonly starts: Int32Array } {
  const pairs = Math.ceil(channels / 2);
  const starts = new Int32Array(parts.length);
  let end = 0;
  for (const [part, { length }] of parts.entries()) {
    starts[part] = end;
    end += 2 * pairs * paddedDepth(length / channels);
  }
  const weights = new Int8Array(end + loadedAhead);
  for (const [part, own] of parts.entries()) {
    const depth = own.length / channels;
    for (const [index, weight] of own.entries()) {
      const channel = Math.floor(index / depth);
      const row = at(starts, part) + (channel - (channel % 2)) * paddedDepth(depth);
      weights[row + 2 * (index % depth) + (channel % 2)] = weight;
    }
  }
  return { weights, starts };
}
