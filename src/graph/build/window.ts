/** Where a sliding window starts and how often it fits: TensorFlow's SAME and VALID rules. */
import type { PaddingRule } from '../../model/index.ts';
import { filterSpan } from '../shape.ts';
import type { Padding2d, Size2d } from '../types.ts';
import { smallerWindow } from './hints.ts';
import { demand } from './site.ts';

export type Window = { readonly filter: Size2d; readonly stride: Size2d; readonly dilation: Size2d };

/** Keeps every offset of a window far inside an int32. */
const largestStep = 16_384;

/** Positions before and after one axis; the odd one goes after. Only positions that the window reads are counted. */
function axisPadding(
  rule: PaddingRule,
  size: number,
  span: number,
  stride: number,
): { before: number; after: number } {
  if (rule === 'valid') {
    demand(size >= span, `its filter spans ${span} positions of an input that has ${size}`, smallerWindow);
    return { before: 0, after: 0 };
  }
  const outputs = Math.ceil(size / stride);
  const total = Math.max(0, (outputs - 1) * stride + span - size);
  const before = Math.floor(total / 2);
  return { before, after: total - before };
}

function demandSteps(...steps: readonly Size2d[]): void {
  const sizes = steps.flatMap(({ height, width }) => [height, width]);
  demand(
    sizes.every((size) => size >= 1 && size <= largestStep),
    `its filter, stride and dilation must lie between 1 and ${largestStep}`,
  );
}

/** Padding of a window over an image. */
export function windowPadding(
  rule: PaddingRule,
  image: Size2d,
  { filter, stride, dilation }: Window,
): Padding2d {
  demandSteps(filter, stride, dilation);
  const rows = axisPadding(rule, image.height, filterSpan(filter.height, dilation.height), stride.height);
  const columns = axisPadding(rule, image.width, filterSpan(filter.width, dilation.width), stride.width);
  return { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
}

/** Padding of a transposed convolution: that of a convolution over its output, of which the input would be the result. */
export function transposedPadding(
  rule: PaddingRule,
  image: Size2d,
  { filter, stride }: Omit<Window, 'dilation'>,
): Padding2d {
  demandSteps(filter, stride);
  const none = { before: 0, after: 0 };
  const along = (side: 'height' | 'width'): typeof none =>
    rule === 'valid' ? none : axisPadding(rule, image[side], filter[side], stride[side]);
  const [rows, columns] = [along('height'), along('width')];
  return { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
}
