/** Pictures in other sizes, by the methods of TensorFlow and of Pillow, value for value. */
import { at } from '../../base/index.ts';
import type { ResizeMethod } from '../types.ts';

/** Row-major pixels of `channels` values each, 0 ... 255; not always whole where they were interpolated. */
export type Picture = {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: Uint8Array | Float32Array;
};

/**
 * - `nearest`: the pixel under the middle of the new one; TensorFlow and Pillow agree.
 * - `bilinear`: `tf.image.resize` without antialiasing, between four pixels in single precision, not rounded.
 * - `bilinear-antialias`, `bicubic-antialias`: Pillow's, as torchvision resizes pictures, whole values; the filter widens
 *   with the reduction. Pillow 13 filters rows first where that is cheaper, and some values differ by 1 then.
 */
export function resize(picture: Picture, width: number, height: number, method: ResizeMethod): Picture {
  switch (method) {
    case 'nearest':
      return nearest(picture, width, height);
    case 'bilinear':
      return bilinear(picture, width, height);
    case 'bilinear-antialias':
      return antialiased(picture, width, height, triangle);
    case 'bicubic-antialias':
      return antialiased(picture, width, height, cubic);
  }
}

/** The part that begins at a column and a row. */
export function crop(picture: Picture, left: number, top: number, width: number, height: number): Picture {
  const { channels, values } = picture;
  const part =
    values instanceof Uint8Array
      ? new Uint8Array(width * height * channels)
      : new Float32Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * picture.width + left) * channels;
    part.set(values.subarray(start, start + width * channels), row * width * channels);
  }
  return { width, height, channels, values: part };
}

function nearest(picture: Picture, width: number, height: number): Picture {
  const { channels, values } = picture;
  const result = new Uint8Array(width * height * channels);
  const columns = nearestOf(picture.width, width);
  const rows = nearestOf(picture.height, height);
  let next = 0;
  for (const row of rows)
    for (const column of columns)
      for (let channel = 0; channel < channels; channel++)
        result[next++] = at(values, (row * picture.width + column) * channels + channel);
  return { width, height, channels, values: result };
}

function nearestOf(from: number, to: number): readonly number[] {
  return Array.from({ length: to }, (_, index) =>
    Math.min(from - 1, Math.floor(((index + 0.5) * from) / to)),
  );
}

/** Two neighbours on one axis, and how far the place between them is from the first. */
type Between = { readonly lower: number; readonly upper: number; readonly share: number };

function bilinear(picture: Picture, width: number, height: number): Picture {
  const { channels, values } = picture;
  const result = new Float32Array(width * height * channels);
  const columns = betweenOf(picture.width, width);
  const rows = betweenOf(picture.height, height);
  const stride = picture.width * channels;
  let next = 0;
  for (const { lower: top, upper: bottom, share: down } of rows)
    for (const { lower: left, upper: right, share: across } of columns)
      for (let channel = 0; channel < channels; channel++) {
        const pixel = (row: number, column: number): number =>
          at(values, row * stride + column * channels + channel);
        const above = mix(pixel(top, left), pixel(top, right), across);
        const below = mix(pixel(bottom, left), pixel(bottom, right), across);
        result[next++] = mix(above, below, down);
      }
  return { width, height, channels, values: result };
}

function mix(first: number, second: number, share: number): number {
  return Math.fround(first + Math.fround(Math.fround(second - first) * share));
}

function betweenOf(from: number, to: number): readonly Between[] {
  const scale = Math.fround(from / to);
  return Array.from({ length: to }, (_, index) => {
    const place = Math.fround(Math.fround(Math.fround(index + 0.5) * scale) - 0.5);
    const floor = Math.floor(place);
    return {
      lower: Math.max(0, floor),
      upper: Math.min(from - 1, Math.ceil(place)),
      share: Math.fround(place - floor),
    };
  });
}

/** A filter's height at a distance, and the distance at which it ends. */
type Filter = { readonly support: number; readonly at: (distance: number) => number };

const triangle: Filter = { support: 1, at: (distance) => Math.max(0, 1 - Math.abs(distance)) };

/** Keys's cubic convolution with a = -0.5. */
const cubic: Filter = {
  support: 2,
  at: (distance) => {
    const x = Math.abs(distance);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  },
};

/** Pillow sums 8-bit pixels in fixed point with this many fraction bits. */
const one = 2 ** 22;

/** Columns first, then rows, each rounded to whole values; an axis that keeps its size is left alone. */
function antialiased(picture: Picture, width: number, height: number, filter: Filter): Picture {
  const wide = width === picture.width ? picture : filterColumns(picture, width, filter);
  return height === wide.height ? wide : transposed(filterColumns(transposed(wide), height, filter));
}

function filterColumns(picture: Picture, width: number, filter: Filter): Picture {
  const { height, channels, values } = picture;
  const result = new Uint8Array(width * height * channels);
  const columns = windowsOf(picture.width, width, filter);
  let next = 0;
  for (let row = 0; row < height; row++)
    for (const { first, weights } of columns)
      for (let channel = 0; channel < channels; channel++) {
        let sum = one / 2;
        let place = (row * picture.width + first) * channels + channel;
        for (const weight of weights) {
          sum += at(values, place) * weight;
          place += channels;
        }
        result[next++] = Math.max(0, Math.min(255, Math.floor(sum / one)));
      }
  return { width, height, channels, values: result };
}

/** The pixels that a new one is made of: the first, and fixed-point weights from there on. */
type Window = { readonly first: number; readonly weights: Float64Array };

function windowsOf(from: number, to: number, { support, at: heightAt }: Filter): readonly Window[] {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const reach = support * widening;
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(from, Math.trunc(centre + reach + 0.5));
    const heights = Float64Array.from({ length: end - first }, (_, offset) =>
      heightAt((offset + first - centre + 0.5) * (1 / widening)),
    );
    const total = heights.reduce((sum, height) => sum + height, 0);
    return { first, weights: heights.map((height) => roundAway((height / total) * one)) };
  });
}

function roundAway(value: number): number {
  return Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
}

function transposed({ width, height, channels, values }: Picture): Picture {
  const result = new Uint8Array(values.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let channel = 0; channel < channels; channel++)
        result[(column * height + row) * channels + channel] = at(
          values,
          (row * width + column) * channels + channel,
        );
  return { width: height, height: width, channels, values: result };
}
