/** Work of the kernels of int16. */
import { groupedWork, transposedWork } from './int16-parted-work.ts';
import { lstmWork } from './recurrent-work.ts';
import type { Int16Shape } from './shape.ts';
import { unrolledTaps } from './window-work.ts';
import { windowsOf } from './windows.ts';
import { type CachedShares, type CallForm, fetchedLines, linesOf, type Work } from './work.ts';

type ShapeOf<K extends Int16Shape['kernel']> = Extract<Int16Shape, { kernel: K }>;

const bytesOfElement = 2;

export function int16Work(shape: Int16Shape, form: CallForm, cached: CachedShares): Work {
  switch (shape.kernel) {
    case 'conv_s16':
      return convolutionWork(shape, form, cached);
    case 'grouped_conv_s16':
      return groupedWork(shape, form, cached);
    case 'transpose_conv_s16':
      return transposedWork(shape, form, cached);
    case 'depthwise_conv_s16':
      return channelWork(shape, form, cached);
    case 'pool_s16':
      return poolWork(shape, form, cached);
    case 'operands_s16':
    case 'rescale_s16':
    case 'curve_s16':
      return elementWork(shape, form, cached);
    case 'lstm_s16':
      return lstmWork(shape);
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
      return softmaxWork(shape);
    case 'strided_s16': {
      const { runs, elements } = shape;
      return { call: 1, run: runs, element: elements, ...linesTouched(elements, elements, cached) };
    }
    case 'fill_s16': {
      const { filled, runs, elements } = shape;
      const lines = linesTouched(elements, filled, cached);
      return { call: 1, filled, run: runs, [runs === 1 ? 'joined' : 'element']: elements, ...lines };
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
function channelWork(shape: ShapeOf<'depthwise_conv_s16'>, form: CallForm, cached: CachedShares): Work {
  const { filter } = shape;
  const { channels } = shape.window.output;
  const { pixels, tapRows, taps } = windowsOf(shape, form.rows);
  const results = pixels * channels;
  const { kind } = loopsOf(shape, form);
  // A column of taps is no loop.
  const own = filter.width === 1 && kind === 'Narrow' ? 'Column' : kind;
  return {
    ...callOf(form),
    row: form.rows,
    pixel: pixels,
    channel: results,
    multiplied: channels > shape.window.input.channels ? results : 0,
    ringRow: form.isStreamed ? tapRows * channels : 0,
    [`row${own}`]: tapRows * channels,
    [`tap${own}`]: taps * channels,
    ...windowLines(shape, form, cached),
  };
}

function windowLines(
  { window: { input, output, stride } }: ShapeOf<'depthwise_conv_s16' | 'pool_s16'>,
  { rows }: CallForm,
  cached: CachedShares,
): Work {
  return linesTouched(
    rows * stride.height * input.width * input.channels,
    rows * output.width * output.channels,
    cached,
  );
}

/** A mean of more than a few taps is a division. */
function poolWork(shape: ShapeOf<'pool_s16'>, form: CallForm, cached: CachedShares): Work {
  const { isMaximum } = shape;
  const { pixels, tapRows, taps } = windowsOf(shape, form.rows);
  const results = pixels * shape.window.output.channels;
  const { kind, isUnrolled } = loopsOf(shape, form);
  const suffix = isMaximum ? '_maximum' : '';
  return {
    ...callOf(form),
    row: form.rows,
    pixel: pixels,
    [`channel${suffix}`]: results,
    divided: isMaximum || isUnrolled ? 0 : results,
    ringRow: form.isStreamed ? (tapRows * results) / pixels : 0,
    [`row${kind}`]: (tapRows * results) / pixels,
    [`tap${kind}${suffix}`]: (taps * results) / pixels,
    ...windowLines(shape, form, cached),
  };
}

/**
 * What loops over a window are like. Those whose counts no border changes are known: over few columns they are unrolled, and
 * windows of few taps have none, as those of int8.
 */
function loopsOf(
  shape: ShapeOf<'depthwise_conv_s16' | 'pool_s16'>,
  form: CallForm,
): { readonly kind: string; readonly isUnrolled: boolean } {
  const { filter } = shape;
  const { pixels, tapRows, taps } = windowsOf(shape, form.rows);
  const areRowsKnown = !form.isStreamed && tapRows === pixels * filter.height;
  const areColumnsKnown = taps === tapRows * filter.width;
  const isUnrolled = areRowsKnown && areColumnsKnown && filter.height * filter.width <= unrolledTaps;
  return {
    kind: isUnrolled ? 'Unrolled' : columnsKind(filter.width, areColumnsKnown, areRowsKnown),
    isUnrolled,
  };
}

function columnsKind(width: number, areKnown: boolean, areRowsKnown: boolean): string {
  if (areKnown) return width <= 3 ? 'Narrow' : 'Wide';
  if (width > 2) return 'Cut';
  return areRowsKnown ? 'CutRight' : 'CutNarrow';
}

/** Two tables of this many lines are read at random. */
const tableLines = 32;

function softmaxWork({ rows, depth }: ShapeOf<'softmax_s16'>): Work {
  const touched = (reads: number): number => tableLines * (1 - (1 - 1 / tableLines) ** reads);
  return { call: 1, row: rows, element: rows * depth, tableLine: touched(rows * depth) + touched(rows) };
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
