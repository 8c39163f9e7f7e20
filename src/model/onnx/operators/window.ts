/** Sliding windows: ONNX's explicit paddings become SAME where they equal it, else a PAD in front of VALID. */
import { at } from '../../../base/index.ts';
import type { PaddingRule } from '../../types.ts';
import { perTensor } from '../draft.ts';
import { addTensor } from '../edges.ts';
import { demand, integerAttribute, listAttribute, type Site, textAttribute } from '../site.ts';
import type { Stored } from '../values.ts';

/** Of height and width each. */
export type Window = {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
};

/** What lies outside the image: zeros, or what no maximum takes. */
type Filling = 'zero' | 'lowest';

export type Placed = {
  readonly input: Stored;
  readonly rule: PaddingRule;
  /** Height and width of what the windows make. */
  readonly size: readonly number[];
  /** Whether windows reach outside the image, over positions of their own rule or of a PAD. */
  readonly isPadded: boolean;
};

export function readWindow(site: Site, kernel: readonly number[]): Window {
  const window = {
    kernel,
    strides: listAttribute(site, 'strides', [1, 1]),
    dilations: listAttribute(site, 'dilations', [1, 1]),
  };
  demand(
    Object.values(window).every(
      (sizes) => sizes.length === 2 && sizes.every((size) => size >= 1 && size <= 16_384),
    ),
    `its window has the kernel [${kernel}], strides [${window.strides}] and dilations [${window.dilations}]`,
  );
  return window;
}

/** Puts the window over an image whose channels lie last; where it does not take SAME, all padding is a PAD's. */
export function placeWindow(
  site: Site,
  input: Stored,
  window: Window,
  filling: Filling,
  takesSame = true,
): Placed {
  const spans = window.kernel.map((size, axis) => (size - 1) * at(window.dilations, axis) + 1);
  const sizes = input.shape.slice(2);
  const pads = readPads(site, sameTotals(sizes, spans, window.strides));
  const ceiling = integerAttribute(site, 'ceil_mode', 0) === 1;
  const size = sizes.map((length, axis) => {
    const room = length + at(pads, axis) + at(pads, axis + 2) - at(spans, axis);
    const steps = room / at(window.strides, axis);
    // A window that would begin behind the image is left out.
    const isWithin = Math.ceil(steps) * at(window.strides, axis) < length + at(pads, axis);
    return (ceiling && isWithin ? Math.ceil(steps) : Math.floor(steps)) + 1;
  });
  demand(
    size.every((count) => count > 0),
    `its window spans [${spans}] positions of an input of [${sizes}]`,
  );
  // Positions that no window reads need no padding; ceiling may need more than is stated.
  const needed = [0, 1].map((axis) =>
    Math.max(
      0,
      (at(size, axis) - 1) * at(window.strides, axis) + at(spans, axis) - at(sizes, axis) - at(pads, axis),
    ),
  );
  const wanted = [at(pads, 0), at(pads, 1), at(needed, 0), at(needed, 1)];
  if (wanted.every((count) => count === 0)) return { input, rule: 'valid', size, isPadded: false };
  if (takesSame && isSame(wanted, size, sizes, spans, window.strides))
    return { input, rule: 'same', size, isPadded: true };
  return { input: padded(site, input, wanted, filling), rule: 'valid', size, isPadded: true };
}

/**
 * Before rows, before columns, after rows, after columns.
 * @param sameTotals what SAME pads rows and columns by, before and after together
 */
export function readPads(site: Site, sameTotals: readonly number[]): readonly number[] {
  const rule = textAttribute(site, 'auto_pad', 'NOTSET');
  if (rule === 'VALID') return [0, 0, 0, 0];
  if (rule === 'NOTSET') {
    const pads = listAttribute(site, 'pads', [0, 0, 0, 0]);
    demand(
      pads.length === 4 && pads.every((count) => count >= 0 && count <= 16_384),
      `its paddings are [${pads}]`,
    );
    return pads;
  }
  demand(rule === 'SAME_UPPER' || rule === 'SAME_LOWER', `its auto_pad is "${rule}"`);
  const small = sameTotals.map((total) => Math.floor(total / 2));
  const large = sameTotals.map((total) => Math.ceil(total / 2));
  return rule === 'SAME_UPPER' ? [...small, ...large] : [...large, ...small];
}

function sameTotals(
  sizes: readonly number[],
  spans: readonly number[],
  strides: readonly number[],
): number[] {
  return sizes.map((size, axis) => {
    const stride = at(strides, axis);
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + at(spans, axis) - size);
  });
}

function isSame(
  pads: readonly number[],
  size: readonly number[],
  sizes: readonly number[],
  spans: readonly number[],
  strides: readonly number[],
): boolean {
  const totals = sameTotals(sizes, spans, strides);
  return totals.every(
    (total, axis) =>
      at(size, axis) === Math.ceil(at(sizes, axis) / at(strides, axis)) &&
      at(pads, axis) === Math.floor(total / 2) &&
      at(pads, axis + 2) === Math.ceil(total / 2),
  );
}

function padded({ draft, name }: Site, input: Stored, pads: readonly number[], filling: Filling): Stored {
  const [top, left, bottom, right] = [at(pads, 0), at(pads, 1), at(pads, 2), at(pads, 3)];
  const [batch = 1, channels = 1, height = 1, width = 1] = input.shape;
  const parameters = draft.parametersOf(input.tensor);
  const shape = [batch, channels, height + top + bottom, width + left + right];
  const output = addTensor(draft, `${name}.padded`, { shape, order: input.order }, parameters);
  const counts = Int32Array.of(0, 0, top, bottom, left, right, 0, 0);
  const constant = draft.constant(`${name}.paddings`, [4, 2], 'int32', () => counts);
  if (filling === 'zero') {
    draft.operator({ op: 'PAD' }, [input.tensor, constant], [output.tensor]);
  } else {
    const lowest = parameters === undefined ? Float32Array.of(-3.4028234663852886e38) : Int8Array.of(-128);
    const type = parameters === undefined ? 'float32' : 'int8';
    const value = draft.constant(
      `${name}.lowest`,
      [1],
      type,
      () => lowest,
      parameters && perTensor(parameters),
    );
    draft.operator({ op: 'PADV2' }, [input.tensor, constant, value], [output.tensor]);
  }
  return { ...output, isReal: input.isReal, isUnsigned: input.isUnsigned };
}
