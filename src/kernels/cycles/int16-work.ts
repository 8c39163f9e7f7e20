/** Work of the kernels of int16. */
import type { Int16Shape } from './shape.ts';
import { windowsOf } from './windows.ts';
import { type CachedShares, type CallForm, fetchedLines, linesOf, type Work } from './work.ts';

type ShapeOf<K extends Int16Shape['kernel']> = Extract<Int16Shape, { kernel: K }>;

const bytesOfElement = 2;

export function int16Work(shape: Int16Shape, form: CallForm, cached: CachedShares): Work {
  switch (shape.kernel) {
    case 'conv_s16':
      return convolutionWork(shape, form, cached);
    case 'depthwise_conv_s16':
    case 'pool_s16':
      return channelWork(shape, form, cached);
    case 'operands_s16':
    case 'rescale_s16':
    case 'curve_s16':
      return elementWork(shape, form, cached);
    case 'mean_s16': {
      const elements = shape.results * shape.summed;
      return {
        call: 1,
        result: shape.results,
        element: elements,
        ...linesTouched(elements, shape.results, cached),
      };
    }
    case 'softmax_s16':
      return { call: 1, row: shape.rows, element: shape.rows * shape.depth };
    case 'strided_s16':
    case 'fill_s16': {
      const { runs, elements } = shape;
      return { call: 1, run: runs, element: elements, ...linesTouched(elements, elements, cached) };
    }
  }
}

function callOf({ isStreamed }: CallForm): Work {
  return isStreamed ? { streamCall: 1 } : { call: 1 };
}

function linesTouched(inputs: number, outputs: number, cached: CachedShares): Work {
  return {
    inputLine: cached.input * linesOf(bytesOfElement * inputs),
    outputLine: cached.output * linesOf(bytesOfElement * outputs),
  };
}

/** Channels go in pairs, of which each reads its window in runs of neighbours, four at a time. */
function convolutionWork(shape: ShapeOf<'conv_s16'>, form: CallForm, cached: CachedShares): Work {
  const { window, filter, isWide } = shape;
  const { input, output, dilation, stride } = window;
  const { pixels, tapRows, taps } = windowsOf(shape, form.rows);
  const pairs = Math.ceil(output.channels / 2);
  const isJoined = dilation.width === 1 || filter.width === 1;
  const runs = isJoined ? tapRows : taps;
  const run = (isJoined ? filter.width : 1) * input.channels;
  const products = taps * input.channels;
  const rest = Math.min(products, runs * (run % 4));
  const weightBytes = filter.height * filter.width * input.channels * output.channels;
  return {
    ...callOf(form),
    row: form.rows,
    pixel: pixels,
    [isWide ? 'widePair' : 'pair']: pixels * pairs,
    run: runs * pairs,
    quad: ((products - rest) / 4) * pairs,
    single: rest * pairs,
    weightLine: fetchedLines(weightBytes, pixels),
    ...linesTouched(
      form.rows * stride.height * input.width * input.channels,
      pixels * output.channels,
      cached,
    ),
  };
}

/** Channel by channel, tap by tap. */
function channelWork(
  shape: ShapeOf<'depthwise_conv_s16'> | ShapeOf<'pool_s16'>,
  form: CallForm,
  cached: CachedShares,
): Work {
  const { input, output, stride } = shape.window;
  const { pixels, tapRows, taps } = windowsOf(shape, form.rows);
  const { channels } = output;
  const suffix = shape.kernel === 'pool_s16' && shape.isMaximum ? '_maximum' : '';
  return {
    ...callOf(form),
    row: form.rows,
    pixel: pixels,
    [`channel${suffix}`]: pixels * channels,
    [`channelRow${suffix}`]: tapRows * channels,
    [`channelTap${suffix}`]: taps * channels,
    ...linesTouched(form.rows * stride.height * input.width * input.channels, pixels * channels, cached),
  };
}

function elementWork(
  { form: name, height, rowElements, run }: ShapeOf<'operands_s16' | 'rescale_s16' | 'curve_s16'>,
  form: CallForm,
  cached: CachedShares,
): Work {
  const rows = form.isStreamed ? form.rows : height;
  const elements = rows * rowElements;
  return {
    ...callOf(form),
    row: form.isStreamed ? rows : 0,
    run: elements / run,
    [`element_${name}`]: elements,
    ...linesTouched(elements, elements, cached),
  };
}
