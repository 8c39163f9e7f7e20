/** Work of the kernels that multiply matrices. */
import { blockOfRows, paddedDepth } from '../matrix.ts';
import type { KernelShape, LayerForm } from './shape.ts';
import { insideImage } from './windows.ts';
import { type CachedShares, type CallForm, cacheLines, fetchedLines, linesOf, type Work } from './work.ts';

type ShapeOf<K extends KernelShape['kernel']> = Extract<KernelShape, { kernel: K }>;

/** Rows of a stream that a block of pixels is chosen for: as the catalogue does. */
const pointwiseRows = 2;
const convolutionRows = 4;

/** Products of `pixels` with `channels` of `depth`, in blocks. */
type Product = {
  readonly pixels: number;
  readonly depth: number;
  readonly channels: number;
  readonly block: number;
};

export function productWork(
  { pixels, depth, channels, block }: Product,
  { isApart, scaling }: LayerForm,
  cached: CachedShares,
): Work {
  const pairs = Math.ceil(channels / 2);
  const groups = block === 0 ? 0 : Math.floor(pixels / 4);
  const passes = block === 0 ? 0 : Math.ceil((4 * groups) / block);
  const single = pixels - 4 * groups;
  const quads = Math.ceil(channels / 4);
  const step = isApart || scaling === 'any' ? 'Apart' : 'Joined';
  const weightBytes = 2 * pairs * depth + 8 * channels;
  // Between two pairs of channels the cache sees their weights, and whatever else it holds.
  const expandedBytes = 2 * depth * block * cached.scratch;
  const pairBytes = expandedBytes + 2 * depth;
  return {
    passPair: passes * pairs,
    [`groupPair_${scaling}`]: groups * pairs,
    [`groupStep${step}`]: (groups * pairs * depth) / 2,
    single,
    [`singleQuad_${scaling}`]: single * quads,
    [`singleStep${step}`]: (single * quads * depth) / 4,
    weightLine: fetchedLines(weightBytes, passes + single, expandedBytes),
    outputLine: cached.output * (pixels / Math.max(1, block)) * outputLines(block, channels, pairBytes),
    scratchLine: passes * fetchedLines(expandedBytes, pairs, 2 * depth),
  };
}

/** The same of packed weights, which are unpacked for each block of pixels and lie apart then. */
function packedWork(product: Product, form: LayerForm, cached: CachedShares): Work {
  const { pixels, depth, channels, block } = product;
  const groups = block === 0 ? 0 : Math.floor(pixels / 4);
  const passes = block === 0 ? 0 : Math.ceil((4 * groups) / block);
  const single = pixels - 4 * groups;
  const words = ((passes + single) * Math.ceil(channels / 2) * depth) / 4;
  const packedBytes = Math.ceil(channels / 2) * depth + 8 * channels;
  return {
    ...productWork(product, { ...form, isApart: true }, cached),
    unpackedWord: words,
    weightLine: fetchedLines(packedBytes, passes + single, 2 * depth * block * cached.scratch),
  };
}

/** Lines of a block's outputs, two channels of which are written at a time. */
function outputLines(block: number, channels: number, pairBytes: number): number {
  const lines = linesOf(block * channels);
  const touched = Math.min(Math.max(1, block), lines);
  const isKept = linesOf(pairBytes) + touched <= cacheLines;
  return isKept ? lines : Math.ceil(channels / 2) * touched;
}

export function pointwiseWork(
  { image, channels, ...form }: ShapeOf<'conv_1x1_s8'>,
  { rows, isStreamed }: CallForm,
  cached: CachedShares,
): Work {
  const depth = paddedDepth(image.channels);
  const block = blockOfRows(image, isStreamed ? pointwiseRows : image.height, depth, channels);
  const pixels = rows * image.width;
  const grouped = block === 0 ? 0 : pixels - (pixels % 4);
  const isShort = depth !== image.channels;
  return {
    ...productWork({ pixels, depth, channels, block }, form, cached),
    call: isStreamed ? 0 : 1,
    streamCall: isStreamed ? 1 : 0,
    [isShort ? 'shortPixel' : 'expandGroup']: isShort ? grouped : grouped / 4,
    [isShort ? 'shortWord' : 'expandWord']: (grouped * depth) / 4,
    inputLine: cached.input * linesOf(pixels * image.channels),
  };
}

export function convolutionWork(
  { kernel, window, filter, ...form }: ShapeOf<'conv_s8' | 'conv_s4'>,
  { rows, isStreamed }: CallForm,
  cached: CachedShares,
): Work {
  const { input, output, stride } = window;
  const taps = filter.height * filter.width * input.channels;
  const depth = paddedDepth(taps);
  const block = blockOfRows(output, isStreamed ? convolutionRows : output.height, depth, output.channels);
  const pixels = rows * output.width;
  const grouped = block === 0 ? 0 : pixels - (pixels % 4);
  const single = pixels - grouped;
  const { across, down } = insideImage({ window, filter });
  const isExpanded = (filter.width * input.channels) % 4 === 0;
  const insideRows = (pixels * down.taps) / output.height;
  const outsideRows = pixels * filter.height - insideRows;
  const wholeRows = (insideRows * across.whole) / output.width;
  const rowBytes = filter.width * input.channels;
  const share = isExpanded && pixels > 0 ? grouped / pixels : 0;
  const product = { pixels, depth, channels: output.channels, block };
  return {
    ...(kernel === 'conv_s4' ? packedWork(product, form, cached) : productWork(product, form, cached)),
    call: isStreamed ? 0 : 1,
    streamCall: isStreamed ? 1 : 0,
    patch: pixels,
    expandRow: share * wholeRows,
    expandBorderRow: share * (insideRows - wholeRows),
    expandOutsideRow: share * outsideRows,
    expandWord: (share * pixels * filter.height * rowBytes) / 4,
    gatherRow: (1 - share) * wholeRows,
    gatherBorderRow: (1 - share) * (insideRows - wholeRows),
    gatherOutsideRow: (1 - share) * outsideRows,
    gatherByte: (1 - share) * pixels * taps,
    gatheredWord: isExpanded ? 0 : (grouped * depth) / 4,
    gatherSingle: single,
    inputLine: cached.input * linesOf(rows * stride.height * input.width * input.channels),
  };
}

export function denseWork(
  { batches, inputSize, outputSize, ...form }: ShapeOf<'fully_connected_s8' | 'fully_connected_s4'>,
  _: CallForm,
  cached: CachedShares,
): Work {
  const depth = paddedDepth(inputSize);
  const isApart = form.isApart || form.scaling === 'any';
  const together = outputSize % 8 === 0 && !isApart ? 8 : 4;
  // Weights stream past once, four bytes a step: their lines are part of it.
  const common = {
    call: 1,
    copiedByte: depth === inputSize ? 0 : batches * inputSize,
    inputLine: cached.input * batches * fetchedLines(inputSize, outputSize / together, together * depth),
  };
  if (outputSize % 8 === 0 && !isApart) {
    const eights = (batches * outputSize) / 8;
    return { ...common, [`eight_${form.scaling}`]: eights, eightStep: (eights * depth) / 4 };
  }
  const quads = batches * Math.ceil(outputSize / 4);
  return {
    ...common,
    [`quad_${form.scaling}`]: quads,
    [isApart ? 'quadStepApart' : 'quadStepJoined']: (quads * depth) / 4,
  };
}

/** Four channels at a time, whose weights are unpacked before. */
export function packedDenseWork(
  { batches, inputSize, outputSize, scaling }: ShapeOf<'fully_connected_s8' | 'fully_connected_s4'>,
  cached: CachedShares,
): Work {
  const depth = paddedDepth(inputSize);
  const quads = batches * Math.ceil(outputSize / 4);
  return {
    call: 1,
    copiedByte: depth === inputSize ? 0 : batches * inputSize,
    inputLine: cached.input * batches * fetchedLines(inputSize, outputSize / 4, 2 * depth),
    [`quad_${scaling}`]: quads,
    quadStep: (quads * depth) / 4,
  };
}
