/** Float convolution over batches: pointwise as one matrix product, others through gathered windows. */
import { type ImageBatch, makeImages, type Window } from './images.ts';
import { multiply } from './matrix.ts';

export type Filters = {
  /** [outputs, filter height, filter width, input channels], or of one of the groups that the input has. */
  readonly weights: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly outputs: number;
};

/** Windows that are gathered at a time; they stay in the cache between gathering and multiplying. */
const gatheredWindows = 64;

/** Positions outside the image count as 0. The result has no activation applied. */
export function convolve(images: ImageBatch, filters: Filters, window: Window): ImageBatch {
  const depth = filters.weights.length / filters.outputs / window.filter.height / window.filter.width;
  const groups = images.channels / depth;
  if (groups === 1) return convolveAll(images, filters, window);
  const result = makeImages(images.count, window.output, filters.outputs);
  const [outputs, size] = [filters.outputs / groups, filters.weights.length / groups];
  for (let group = 0; group < groups; group += 1) {
    const weights = filters.weights.subarray(group * size, (group + 1) * size);
    const bias = filters.bias?.subarray(group * outputs, (group + 1) * outputs);
    const own = channelsOf(images, group * depth, depth);
    const { values } = convolveAll(own, { weights, bias, outputs }, window);
    values.forEach((value, i) => {
      const pixel = Math.floor(i / outputs);
      result.values[pixel * filters.outputs + group * outputs + (i % outputs)] = value;
    });
  }
  return result;
}

function channelsOf(images: ImageBatch, first: number, channels: number): ImageBatch {
  const own = makeImages(images.count, images, channels);
  own.values.forEach((_, i) => {
    const pixel = Math.floor(i / channels);
    own.values[i] = images.values[pixel * images.channels + first + (i % channels)] ?? 0;
  });
  return own;
}

function convolveAll(images: ImageBatch, { weights, bias, outputs }: Filters, window: Window): ImageBatch {
  const result = makeImages(images.count, window.output, outputs);
  const { values: left, channels: inner } = images;
  if (isPointwise(images, window)) {
    const rows = images.count * images.height * images.width;
    multiply({ left, rows, inner, weights, bias, columns: outputs }, result.values, 0);
    return result;
  }
  const taps = window.filter.height * window.filter.width * inner;
  const gathered = new Float32Array(gatheredWindows * taps);
  const total = images.count * window.output.height * window.output.width;
  for (let first = 0; first < total; first += gatheredWindows) {
    const rows = Math.min(gatheredWindows, total - first);
    for (let row = 0; row < rows; row += 1) gather(images, window, first + row, gathered, row * taps);
    const product = { left: gathered, rows, inner: taps, weights, bias, columns: outputs };
    multiply(product, result.values, first * outputs);
  }
  return result;
}

function isPointwise(images: ImageBatch, { filter, stride, output }: Window): boolean {
  const single = filter.height === 1 && filter.width === 1 && stride.height === 1 && stride.width === 1;
  return single && output.height === images.height && output.width === images.width;
}

/** Copies the window at `position` (counted over all images) to `to`, as [filter height, filter width, channels]. */
function gather(
  images: ImageBatch,
  window: Window,
  position: number,
  target: Float32Array,
  to: number,
): void {
  const { height, width, channels, values } = images;
  const { filter, stride, dilation, output } = window;
  const image = Math.floor(position / (output.height * output.width));
  const inImage = position - image * output.height * output.width;
  const y0 = Math.floor(inImage / output.width) * stride.height - window.top;
  const x0 = (inImage % output.width) * stride.width - window.left;
  let tap = to;
  for (let i = 0; i < filter.height; i += 1) {
    const y = y0 + i * dilation.height;
    for (let j = 0; j < filter.width; j += 1, tap += channels) {
      const x = x0 + j * dilation.width;
      const inside = y >= 0 && y < height && x >= 0 && x < width;
      const from = ((image * height + y) * width + x) * channels;
      if (!inside) target.fill(0, tap, tap + channels);
      else for (let c = 0; c < channels; c += 1) target[tap + c] = values[from + c] ?? 0;
    }
  }
}
