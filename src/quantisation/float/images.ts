/** Batches of images, and where windows stand on them: TensorFlow's SAME and VALID rules. */
import { invariant } from '../../base/index.ts';
import type { PaddingRule, Size2d } from '../../model/index.ts';

/** [count, height, width, channels], row-major. */
export type ImageBatch = Size2d & {
  readonly values: Float32Array;
  readonly count: number;
  readonly channels: number;
};

export type WindowOptions = {
  readonly padding: PaddingRule;
  readonly filter: Size2d;
  readonly stride: Size2d;
  readonly dilation: Size2d;
};

/** A window over images of one size. */
export type Window = Omit<WindowOptions, 'padding'> & {
  readonly top: number;
  readonly left: number;
  /** How often the window stands below and beside itself. */
  readonly output: Size2d;
};

/** Padding of odd size has its larger half after the image, as TensorFlow has it. */
export function placeWindow(image: Size2d, { padding, filter, stride, dilation }: WindowOptions): Window {
  const rows = placeAlong(padding, image.height, (filter.height - 1) * dilation.height + 1, stride.height);
  const columns = placeAlong(padding, image.width, (filter.width - 1) * dilation.width + 1, stride.width);
  const output = { height: rows.steps, width: columns.steps };
  return { filter, stride, dilation, top: rows.before, left: columns.before, output };
}

function placeAlong(
  rule: PaddingRule,
  size: number,
  span: number,
  stride: number,
): { readonly before: number; readonly steps: number } {
  if (rule === 'valid') return { before: 0, steps: Math.ceil((size - span + 1) / stride) };
  const steps = Math.ceil(size / stride);
  return { before: Math.floor(Math.max(0, (steps - 1) * stride + span - size) / 2), steps };
}

/** Where image values are not written, they are 0. */
export function makeImages(
  count: number,
  size: Size2d,
  channels: number,
): ImageBatch & { values: Float32Array } {
  invariant(size.height > 0 && size.width > 0, 'an image without pixels');
  const values = new Float32Array(count * size.height * size.width * channels);
  return { values, count, height: size.height, width: size.width, channels };
}
