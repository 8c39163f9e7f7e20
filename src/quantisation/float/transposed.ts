/** Float transposed convolution over batches: every tap of every input pixel adds to the output that it lies over. */
import { at } from '../../base/index.ts';
import type { Size2d } from '../../model/index.ts';
import type { Filters } from './convolution.ts';
import { type ImageBatch, makeImages, type Window } from './images.ts';

/**
 * `window` is that of the convolution which makes images of the input's size from `output`. The result has no activation
 * applied. Sums are made in double, as products of convolutions are.
 */
export function convolveTransposed(
  images: ImageBatch,
  { weights, bias, outputs }: Filters,
  window: Window,
  output: Size2d,
): ImageBatch {
  const result = makeImages(images.count, output, outputs);
  const { height, width, channels, values } = images;
  const size = output.height * output.width * outputs;
  const sums = new Float64Array(size);
  for (let image = 0; image < images.count; image += 1) {
    for (let i = 0; i < size; i += 1) sums[i] = bias === undefined ? 0 : at(bias, i % outputs);
    for (let pixel = 0; pixel < height * width; pixel += 1) {
      const y = Math.floor(pixel / width) * window.stride.height - window.top;
      const x = (pixel % width) * window.stride.width - window.left;
      addPixel(
        values,
        (image * height * width + pixel) * channels,
        { weights, outputs, channels },
        (tap) => {
          const row = y + Math.floor(tap / window.filter.width);
          const column = x + (tap % window.filter.width);
          const inside = row >= 0 && row < output.height && column >= 0 && column < output.width;
          return inside ? (row * output.width + column) * outputs : -1;
        },
        sums,
      );
    }
    result.values.set(sums, image * size);
  }
  return result;
}

/** `placeOf` tells where the outputs of a tap are; -1 where there are none. */
function addPixel(
  values: Float32Array,
  from: number,
  { weights, outputs, channels }: { weights: Float32Array; outputs: number; channels: number },
  placeOf: (tap: number) => number,
  sums: Float64Array,
): void {
  const taps = weights.length / outputs / channels;
  for (let tap = 0; tap < taps; tap += 1) {
    const to = placeOf(tap);
    if (to < 0) continue;
    for (let output = 0; output < outputs; output += 1) {
      const kernel = (output * taps + tap) * channels;
      let sum = sums[to + output] ?? 0;
      for (let c = 0; c < channels; c += 1) sum += (values[from + c] ?? 0) * (weights[kernel + c] ?? 0);
      sums[to + output] = sum;
    }
  }
}
