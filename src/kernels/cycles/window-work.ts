/** Work of the kernels that slide a window over an image, channel by channel. */
import type { KernelShape } from './shape.ts';
import { windowsOf } from './windows.ts';
import { type CachedShares, type CallForm, fetchedLines, linesOf, type Work } from './work.ts';

type ShapeOf<K extends KernelShape['kernel']> = Extract<KernelShape, { kernel: K }>;

export function depthwiseWork(
  shape: ShapeOf<'depthwise_conv_s8'>,
  { rows, isStreamed }: CallForm,
  cached: CachedShares,
): Work {
  const { window, filter, depthMultiplier, scaling } = shape;
  const { input, output, stride } = window;
  const { pixels, whole, tapRows, taps: insideTaps } = windowsOf(shape, rows);
  const taps = filter.height * filter.width;
  const borderRows = tapRows - whole * filter.height;
  const borderTaps = insideTaps - whole * taps;
  const quads = depthMultiplier === 1 ? Math.floor(output.channels / 4) : 0;
  const single = output.channels - 4 * quads;
  const bytes = (taps + 9) * output.channels;
  return {
    call: isStreamed ? 0 : 1,
    streamCall: isStreamed ? 1 : 0,
    row: rows,
    pixel: whole,
    borderPixel: pixels - whole,
    [scaling === 'any' ? 'quadAny' : 'quad']: pixels * quads,
    quadRow: whole * quads * filter.height,
    quadTap: whole * quads * taps,
    borderQuadRow: borderRows * quads,
    borderQuadTap: borderTaps * quads,
    [scaling === 'any' ? 'channelAny' : 'channel']: pixels * single,
    channelTap: whole * single * taps,
    borderChannelTap: borderTaps * single,
    weightLine: fetchedLines(bytes, pixels),
    inputLine: cached.input * linesOf(rows * stride.height * input.width * input.channels),
    outputLine: cached.output * linesOf(pixels * output.channels),
  };
}

export function poolWork(
  shape: ShapeOf<'average_pool_s8' | 'max_pool_s8'>,
  { rows, isStreamed }: CallForm,
  cached: CachedShares,
): Work {
  const { window, filter } = shape;
  const { input, output, stride } = window;
  const isSummed = isStreamed && shape.kernel === 'average_pool_s8' && isGlobal(shape);
  if (isSummed) return summedRowsWork(input, rows, cached);
  const { pixels, whole, tapRows, taps } = windowsOf(shape, rows);
  const quads = Math.floor(output.channels / 4);
  const single = output.channels - 4 * quads;
  const isUnrolled = !isStreamed && filter.height * filter.width <= unrolledTaps && whole === pixels;
  return {
    call: isStreamed ? 0 : 1,
    streamCall: isStreamed ? 1 : 0,
    row: rows,
    pixel: pixels,
    quad: isUnrolled ? 0 : pixels * quads,
    quadRow: isUnrolled ? 0 : tapRows * quads,
    quadTap: isUnrolled ? 0 : taps * quads,
    unrolledTap: isUnrolled ? taps * quads : 0,
    ringQuadRow: isStreamed ? tapRows * quads : 0,
    channel: pixels * single,
    channelTap: taps * single,
    inputLine: cached.input * linesOf(rows * stride.height * input.width * input.channels),
    outputLine: cached.output * linesOf(pixels * output.channels),
  };
}

/** Windows of so few taps have no loops, where none is cut by a border. */
export const unrolledTaps = 4;

function isGlobal({ window, filter }: ShapeOf<'average_pool_s8' | 'max_pool_s8'>): boolean {
  const { input, output } = window;
  return output.height === 1 && output.width === 1 && filter.height >= input.height;
}

/** Rows of the input that are added to sums. */
function summedRowsWork(
  input: { readonly width: number; readonly channels: number; readonly height: number },
  rows: number,
  cached: CachedShares,
): Work {
  const quads = Math.floor(input.channels / 4);
  const single = input.channels - 4 * quads;
  return {
    streamCall: 1,
    quad: (rows * quads) / input.height,
    quadRow: rows * quads,
    quadTap: rows * quads * input.width,
    channel: (rows * single) / input.height,
    channelTap: rows * single * input.width,
    inputLine: cached.input * linesOf(rows * input.width * input.channels),
  };
}

export function meanWork(
  { results, neighbours, summed, height }: ShapeOf<'mean_s8'>,
  { rows, isStreamed }: CallForm,
  cached: CachedShares,
): Work {
  const inputLine = cached.input * linesOf((results * summed * rows) / height);
  if (isStreamed) {
    // Sums of four channels are taken up and put down with each row.
    const quads = Math.floor(results / 4);
    const single = results - 4 * quads;
    const rowTaps = summed / height;
    return {
      streamCall: 1,
      quad: rows * quads,
      quadTap: rows * quads * rowTaps,
      channel: rows * single,
      channelTap: rows * single * rowTaps,
      inputLine,
    };
  }
  const quads = (Math.floor(neighbours / 4) * results) / neighbours;
  const single = results - 4 * quads;
  return {
    call: 1,
    quad: quads,
    quadTap: quads * summed,
    channel: single,
    channelTap: single * summed,
    inputLine,
  };
}
