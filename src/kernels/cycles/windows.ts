/** Windows that slide over an image: how many of them, and of their taps, lie inside it. */
import type { SlidingWindow } from '../geometry.ts';

type Size = { readonly height: number; readonly width: number };

/** A filter, or what is pooled, where it slides. */
export type Windowed = { readonly window: SlidingWindow; readonly filter: Size };

/** Along one axis: windows that lie wholly inside, and all taps that do. */
export type Inside = { readonly whole: number; readonly taps: number };

export function insideOf(
  size: number,
  outputs: number,
  taps: number,
  stride: number,
  before: number,
  dilation = 1,
): Inside {
  let whole = 0;
  let inside = 0;
  for (let output = 0; output < outputs; output++) {
    const start = output * stride - before;
    const first = Math.max(0, Math.ceil(-start / dilation));
    const own = Math.max(0, Math.min(taps, Math.floor((size - 1 - start) / dilation) + 1) - first);
    inside += own;
    if (own === taps) whole++;
  }
  return { whole, taps: inside };
}

/** From left to right, and from top to bottom. */
export function insideImage({ window, filter }: Windowed): {
  readonly across: Inside;
  readonly down: Inside;
} {
  const { input, output, stride, padding, dilation } = window;
  return {
    across: insideOf(input.width, output.width, filter.width, stride.width, padding.left, dilation.width),
    down: insideOf(input.height, output.height, filter.height, stride.height, padding.top, dilation.height),
  };
}

/** The windows of some rows of outputs. */
export type Windows = {
  readonly pixels: number;
  /** Windows that lie wholly inside the image. */
  readonly whole: number;
  /** Rows of windows, and their taps, that lie inside. */
  readonly tapRows: number;
  readonly taps: number;
};

export function windowsOf(shape: Windowed, rows: number): Windows {
  const { output } = shape.window;
  const { across, down } = insideImage(shape);
  const share = rows / output.height;
  return {
    pixels: rows * output.width,
    whole: share * across.whole * down.whole,
    tapRows: share * down.taps * output.width,
    taps: share * down.taps * across.taps,
  };
}
