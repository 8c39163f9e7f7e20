/** Float pools over batches. */
import { type ImageBatch, makeImages, type Window } from './images.ts';

/** Positions outside the image count neither for the average nor for the largest. */
export function pool(images: ImageBatch, window: Window, kind: 'average' | 'max'): ImageBatch {
  const result = makeImages(images.count, window.output, images.channels);
  const { channels } = images;
  const line = new Float64Array(channels);
  let to = 0;
  for (let image = 0; image < images.count; image += 1) {
    for (let y = 0; y < window.output.height; y += 1) {
      for (let x = 0; x < window.output.width; x += 1, to += channels) {
        const count = gatherLine(images, window, { image, y, x }, kind, line);
        for (let c = 0; c < channels; c += 1) {
          const value = line[c] ?? 0;
          result.values[to + c] = kind === 'average' ? value / count : value;
        }
      }
    }
  }
  return result;
}

/** Sums or largest values of one window by channel; returns how many positions it has inside the image. */
function gatherLine(
  { values, height, width, channels }: ImageBatch,
  { filter, stride, top, left }: Window,
  place: { readonly image: number; readonly y: number; readonly x: number },
  kind: 'average' | 'max',
  line: Float64Array,
): number {
  line.fill(kind === 'average' ? 0 : Number.NEGATIVE_INFINITY);
  const y0 = place.y * stride.height - top;
  const x0 = place.x * stride.width - left;
  const [yEnd, xEnd] = [Math.min(y0 + filter.height, height), Math.min(x0 + filter.width, width)];
  let count = 0;
  for (let y = Math.max(y0, 0); y < yEnd; y += 1) {
    for (let x = Math.max(x0, 0); x < xEnd; x += 1, count += 1) {
      const from = ((place.image * height + y) * width + x) * channels;
      for (let c = 0; c < channels; c += 1) {
        const value = values[from + c] ?? 0;
        const before = line[c] ?? 0;
        line[c] = kind === 'average' ? before + value : Math.max(before, value);
      }
    }
  }
  return count;
}
