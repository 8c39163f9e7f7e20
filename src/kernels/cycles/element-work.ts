/** Work of the kernels that take elements one by one, and of those that move bytes. */
import type { Conversion, KernelShape } from './shape.ts';
import { type CachedShares, type CallForm, linesOf, type Work } from './work.ts';

type ShapeOf<K extends KernelShape['kernel']> = Extract<KernelShape, { kernel: K }>;

function callOf({ isStreamed }: CallForm): Work {
  return isStreamed ? { streamCall: 1 } : { call: 1 };
}

export function elementWork(
  { height, rowElements }: ShapeOf<'requantise_elements_s8' | 'lookup_s8'>,
  form: CallForm,
  cached: CachedShares,
): Work {
  const rows = form.isStreamed ? form.rows : height;
  const elements = rows * rowElements;
  return {
    ...callOf(form),
    row: form.isStreamed ? rows : 0,
    element: elements,
    inputLine: cached.input * linesOf(elements),
    outputLine: cached.output * linesOf(elements),
  };
}

export function operandWork(
  { height, rowElements, run }: ShapeOf<'add_s8' | 'mul_s8' | 'extremum_s8' | 'prelu_s8'>,
  form: CallForm,
  cached: CachedShares,
): Work {
  const rows = form.isStreamed ? form.rows : height;
  const elements = rows * rowElements;
  return {
    ...callOf(form),
    run: elements / run,
    element: elements,
    inputLine: cached.input * linesOf(2 * elements),
    outputLine: cached.output * linesOf(elements),
  };
}

export function reductionWork(
  { results, reduced }: ShapeOf<'reduced_extremum_s8'>,
  form: CallForm,
  cached: CachedShares,
): Work {
  return {
    ...callOf(form),
    result: results,
    element: results * reduced,
    inputLine: cached.input * linesOf(results * reduced),
    outputLine: cached.output * linesOf(results),
  };
}

/** So few values are compared without a loop. */
const unrolledPlaces = 8;

/** Bytes of a place. */
const placeBytes = 4;

export function placeWork(
  { results, reduced, areNeighbours }: ShapeOf<'arg_extremum_s8'>,
  cached: CachedShares,
): Work {
  return {
    call: 1,
    result: results,
    loop: reduced > unrolledPlaces ? results : 0,
    [areNeighbours ? 'element' : 'elementApart']: results * reduced,
    inputLine: cached.input * linesOf(results * reduced),
    outputLine: cached.output * linesOf(placeBytes * results),
  };
}

/** What is of one size and fills words is copied word by word. */
export function castWork(shape: ShapeOf<'cast_s32'>, cached: CachedShares): Work {
  const { elements, inputBytes, outputBytes } = shape;
  const isCopied = inputBytes === outputBytes && (elements * inputBytes) % 4 === 0;
  return {
    call: 1,
    [isCopied ? 'copiedByte' : 'element']: elements,
    ...convertedLines(shape, cached),
  };
}

export function conversionWork(shape: ShapeOf<'requantise_types_s32'>, cached: CachedShares): Work {
  const { elements, steps, isRounded, isClamped } = shape;
  return {
    call: 1,
    element: elements,
    step: steps * elements,
    rounded: isRounded ? elements : 0,
    clamped: isClamped ? elements : 0,
    ...convertedLines(shape, cached),
  };
}

function convertedLines({ elements, inputBytes, outputBytes }: Conversion, cached: CachedShares): Work {
  return {
    inputLine: cached.input * linesOf(elements * inputBytes),
    outputLine: cached.output * linesOf(elements * outputBytes),
  };
}

export function rowWork({
  rows,
  depth,
}: ShapeOf<'softmax_s8' | 'log_softmax_s8' | 'l2_normalisation_s8'>): Work {
  return { call: 1, row: rows, element: rows * depth };
}

export function moveWork(
  { height, runs, bytes }: ShapeOf<'pad_s8' | 'concatenation_s8' | 'take_s8'>,
  form: CallForm,
  cached: CachedShares,
): Work {
  const share = form.rows / height;
  return {
    ...callOf(form),
    run: share * runs,
    byte: share * bytes,
    inputLine: cached.input * linesOf(share * bytes),
    outputLine: cached.output * linesOf(share * bytes),
  };
}

/** Runs from this length on are copied by the library, unless they may overlap. */
const longRun = 32;

export function stridedWork(
  { kernel, height, elements, run, isCopy }: ShapeOf<'transpose_s8' | 'slice_s8'>,
  form: CallForm,
  cached: CachedShares,
): Work {
  const share = form.rows / height;
  const runs = (share * elements) / run;
  const lines = linesOf(share * elements);
  const common = {
    ...callOf(form),
    row: form.isStreamed ? form.rows : 0,
    inputLine: cached.input * lines,
    outputLine: cached.output * lines,
  };
  const isLong = kernel === 'transpose_s8' && run >= longRun;
  const words = Math.floor(run / 4);
  const apart = Number(!isCopy);
  const copied = Number(isCopy && isLong);
  const inWords = Number(isCopy && !isLong);
  return {
    ...common,
    run: apart * runs,
    element: apart * share * elements,
    copiedRun: copied * runs,
    copiedByte: copied * share * elements,
    wordRun: inWords * runs,
    word: inWords * runs * words,
    restByte: inWords * runs * (run - 4 * words),
  };
}

export function resizeWork(
  { output }: ShapeOf<'resize_nearest_s8'>,
  form: CallForm,
  cached: CachedShares,
): Work {
  const pixels = form.rows * output.width;
  return {
    ...callOf(form),
    row: form.rows,
    pixel: pixels,
    byte: pixels * output.channels,
    inputLine: cached.input * linesOf(pixels * output.channels),
    outputLine: cached.output * linesOf(pixels * output.channels),
  };
}

export function bilinearWork(
  { output, columns }: ShapeOf<'resize_bilinear_s8'>,
  form: CallForm,
  cached: CachedShares,
): Work {
  const quads = Math.floor(output.channels / 4);
  const single = output.channels - 4 * quads;
  const bytes = form.rows * output.width * output.channels;
  return {
    ...callOf(form),
    row: form.rows,
    quadRow: form.rows * quads,
    quadColumn: form.rows * quads * columns,
    quad: form.rows * quads * output.width,
    singleColumn: form.rows * single * columns,
    single: form.rows * single * output.width,
    inputLine: cached.input * linesOf(2 * form.rows * columns * output.channels),
    outputLine: cached.output * linesOf(bytes),
  };
}
