/** Filters and padding of a window operator over an input of another size. */
import type { Padding2d, Size2d } from '../graph/index.ts';

export type Window = {
  readonly filter: Size2d;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  readonly padding: Padding2d;
};

type Axis = {
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
};

/**
 * A window that covered an axis covers it again, one that was padded to keep the size ("same") is so again; else it
 * stays. `undefined` where it does not fit any more.
 */
export function fitWindow(window: Window, old: Size2d, now: Size2d): Window | undefined {
  const { filter, stride, dilation, padding } = window;
  const rows = fitAxis(
    {
      filter: filter.height,
      stride: stride.height,
      dilation: dilation.height,
      before: padding.top,
      after: padding.bottom,
    },
    old.height,
    now.height,
  );
  const columns = fitAxis(
    {
      filter: filter.width,
      stride: stride.width,
      dilation: dilation.width,
      before: padding.left,
      after: padding.right,
    },
    old.width,
    now.width,
  );
  if (rows === undefined || columns === undefined) return undefined;
  return {
    filter: { height: rows.filter, width: columns.filter },
    stride,
    dilation,
    padding: { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after },
  };
}

function fitAxis(axis: Axis, old: number, now: number): Axis | undefined {
  if (old === now) return axis;
  const { filter, before, after } = axis;
  const isPadded = before > 0 || after > 0;
  if (!isPadded && filter > 1 && filter === old) return { ...axis, filter: now };
  const same = samePadding(axis, old);
  const isSame = isPadded && before === same.before && after === same.after;
  const fitted = isSame ? { ...axis, ...samePadding(axis, now) } : axis;
  return span(axis) <= now + fitted.before + fitted.after ? fitted : undefined;
}

/** As TensorFlow pads: the odd one goes behind. */
function samePadding(axis: Axis, size: number): { readonly before: number; readonly after: number } {
  const outputs = Math.ceil(size / axis.stride);
  const total = Math.max(0, (outputs - 1) * axis.stride + span(axis) - size);
  return { before: Math.floor(total / 2), after: Math.ceil(total / 2) };
}

function span({ filter, dilation }: Axis): number {
  return (filter - 1) * dilation + 1;
}
