/** Float bilinear resizing of images, in TensorFlow Lite's float32 arithmetic. */
import type { Size2d } from '../../model/index.ts';
import { type ImageBatch, makeImages } from './images.ts';

type Options = { readonly alignCorners: boolean; readonly halfPixelCenters: boolean };

/** Two positions along an axis, and how much each counts. */
type Source = readonly [first: number, second: number, ofFirst: number, ofSecond: number];

export function resizeBilinear(images: ImageBatch, size: Size2d, options: Options): ImageBatch {
  const { values, height, width, channels } = images;
  const result = makeImages(images.count, size, channels);
  const columns = Array.from({ length: size.width }, (_, x) => sourceOf(x, width, size.width, options));
  let to = 0;
  for (let row = 0; row < images.count * size.height; row += 1) {
    const image = Math.floor(row / size.height) * height;
    const [y0, y1, upper, lower] = sourceOf(row % size.height, height, size.height, options);
    for (const [x0, x1, left, right] of columns) {
      const value = (y: number, x: number, channel: number): number =>
        values[((image + y) * width + x) * channels + channel] ?? 0;
      for (let channel = 0; channel < channels; channel += 1, to += 1) {
        result.values[to] =
          value(y0, x0, channel) * upper * left +
          value(y1, x0, channel) * lower * left +
          value(y0, x1, channel) * upper * right +
          value(y1, x1, channel) * lower * right;
      }
    }
  }
  return result;
}

function sourceOf(position: number, from: number, to: number, options: Options): Source {
  const isAligned = options.alignCorners && to > 1;
  const scale = Math.fround(isAligned ? (from - 1) / (to - 1) : from / to);
  const place = options.halfPixelCenters
    ? Math.fround(Math.fround((position + 0.5) * scale) - 0.5)
    : Math.fround(position * scale);
  const first = Math.max(0, Math.floor(place));
  const second = Math.min(Math.ceil(place), from - 1);
  const beyond = Math.fround(place - first);
  return [first, second, Math.fround(1 - beyond), beyond];
}
