/** Output size and padding of windows over images. */
import type { Padding2d, Size2d } from '../../src/graph/index.ts';

type Window = {
  readonly height: number;
  readonly width: number;
  readonly op: { readonly filter: Size2d; readonly stride: Size2d; readonly padding: Padding2d };
};

/** Output size and padding of TensorFlow's SAME rule. */
export function same(height: number, width: number, filter: Size2d, stride: number): Window {
  const along = (size: number, taps: number): readonly [number, number, number] => {
    const outputs = Math.ceil(size / stride);
    const total = Math.max(0, (outputs - 1) * stride + taps - size);
    return [outputs, Math.floor(total / 2), total - Math.floor(total / 2)];
  };
  const [outputHeight, top, bottom] = along(height, filter.height);
  const [outputWidth, left, right] = along(width, filter.width);
  return {
    height: outputHeight,
    width: outputWidth,
    op: { filter, stride: { height: stride, width: stride }, padding: { top, left, bottom, right } },
  };
}

export function valid(height: number, width: number, filter: Size2d, stride: number): Window {
  return {
    height: Math.floor((height - filter.height) / stride) + 1,
    width: Math.floor((width - filter.width) / stride) + 1,
    op: {
      filter,
      stride: { height: stride, width: stride },
      padding: { top: 0, left: 0, bottom: 0, right: 0 },
    },
  };
}
