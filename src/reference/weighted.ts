/** Convolutions of all forms and fully connected: sums of products, then one rescaling a channel. */
import { at } from '../base/index.ts';
import {
  type Clamp,
  type Conv2d,
  clampTo,
  type DepthwiseConv2d,
  type FullyConnected,
  type GroupedConv2d,
  type Multiplier,
  multiplyWide,
  scaleSum,
  type TransposeConv2d,
} from '../graph/index.ts';
import { forEachIndex, imageOf, type Operand, read, sumOfProducts } from './operand.ts';

type Rescaling = {
  readonly bias: Int32Array;
  readonly multipliers: readonly Multiplier[];
  readonly clamp: Clamp;
  readonly sums?: 'wide';
};

/** Sums of 32 bits wrap; wider ones are whole numbers that a double holds. */
function noSums({ sums }: Rescaling, count: number): Int32Array | Float64Array {
  return sums === 'wide' ? new Float64Array(count) : new Int32Array(count);
}

/** A channel's sum of products to its result. */
function rescale(sum: number, channel: number, op: Rescaling, zeroPoint: number): number {
  if (op.sums === 'wide') {
    return clampTo(multiplyWide(sum + at(op.bias, channel), at(op.multipliers, channel)), op.clamp);
  }
  const withBias = (sum + at(op.bias, channel)) | 0;
  const scaled = scaleSum(withBias, at(op.multipliers, channel));
  return clampTo(scaled + zeroPoint, op.clamp);
}

/** Visits the positions of a window that lie inside the input; the others count as the zero point and add nothing. */
function forEachTap(
  op: Conv2d | DepthwiseConv2d | GroupedConv2d,
  input: { readonly height: number; readonly width: number },
  outputRow: number,
  outputColumn: number,
  visit: (row: number, column: number, tap: number) => void,
): void {
  for (let y = 0; y < op.filter.height; y += 1) {
    const row = outputRow * op.stride.height - op.padding.top + y * op.dilation.height;
    if (row < 0 || row >= input.height) continue;
    for (let x = 0; x < op.filter.width; x += 1) {
      const column = outputColumn * op.stride.width - op.padding.left + x * op.dilation.width;
      if (column >= 0 && column < input.width) visit(row, column, y * op.filter.width + x);
    }
  }
}

export function conv2d(op: Conv2d | GroupedConv2d, input: Operand, output: Operand): void {
  const size = imageOf(input);
  const { height, width, channels } = imageOf(output);
  const taps = op.filter.height * op.filter.width;
  const groups = op.kind === 'groupedConv2d' ? op.groups : 1;
  const [depth, channelsOfGroup] = [size.channels / groups, channels / groups];
  const sums = noSums(op, channels);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      sums.fill(0);
      forEachTap(op, size, row, column, (inputRow, inputColumn, tap) => {
        const pixel = (inputRow * size.width + inputColumn) * size.channels;
        for (let channel = 0; channel < channels; channel += 1) {
          const first = Math.floor(channel / channelsOfGroup) * depth;
          const sum = sumOfProducts(input, pixel + first, op.weights, (channel * taps + tap) * depth, depth);
          sums[channel] = at(sums, channel) + sum;
        }
      });
      const base = (row * width + column) * channels;
      for (const [channel, sum] of sums.entries()) {
        output.values[base + channel] = rescale(sum, channel, op, output.zeroPoint);
      }
    }
  }
}

/** Every tap of every input position adds to the output position that it lies over. */
export function transposeConv2d(op: TransposeConv2d, input: Operand, output: Operand): void {
  const size = imageOf(input);
  const { height, width, channels } = imageOf(output);
  const { filter, stride, padding } = op;
  const sums = noSums(op, height * width * channels);
  forEachIndex([size.height, size.width, channels, filter.height, filter.width], (index) => {
    const [row = 0, column = 0, channel = 0, tapRow = 0, tapColumn = 0] = index;
    const y = row * stride.height - padding.top + tapRow;
    const x = column * stride.width - padding.left + tapColumn;
    if (y < 0 || y >= height || x < 0 || x >= width) return;
    const pixel = (row * size.width + column) * size.channels;
    const kernel = ((channel * filter.height + tapRow) * filter.width + tapColumn) * size.channels;
    const place = (y * width + x) * channels + channel;
    sums[place] = at(sums, place) + sumOfProducts(input, pixel, op.weights, kernel, size.channels);
  });
  for (const [place, sum] of sums.entries()) {
    output.values[place] = rescale(sum, place % channels, op, output.zeroPoint);
  }
}

export function depthwiseConv2d(op: DepthwiseConv2d, input: Operand, output: Operand): void {
  const size = imageOf(input);
  const { height, width, channels } = imageOf(output);
  const sums = noSums(op, channels);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      sums.fill(0);
      forEachTap(op, size, row, column, (inputRow, inputColumn, tap) => {
        const pixel = (inputRow * size.width + inputColumn) * size.channels;
        for (let channel = 0; channel < channels; channel += 1) {
          const value =
            read(input.values, pixel + Math.floor(channel / op.depthMultiplier)) - input.zeroPoint;
          sums[channel] = at(sums, channel) + value * read(op.weights, tap * channels + channel);
        }
      });
      const base = (row * width + column) * channels;
      for (const [channel, sum] of sums.entries()) {
        output.values[base + channel] = rescale(sum, channel, op, output.zeroPoint);
      }
    }
  }
}

export function fullyConnected(op: FullyConnected, input: Operand, output: Operand): void {
  for (let batch = 0; batch < op.batches; batch += 1) {
    for (let channel = 0; channel < op.outputSize; channel += 1) {
      const row = channel * op.inputSize;
      const sum = sumOfProducts(input, batch * op.inputSize, op.weights, row, op.inputSize);
      output.values[batch * op.outputSize + channel] = rescale(sum, channel, op, output.zeroPoint);
    }
  }
}
