/** Work of the convolutions whose products come in parts: groups of channels, phases of a transposed convolution. */
import { groupedOutputs } from '../parted-blocks.ts';
import { depthOfPhase, type Phase, phasesOf, transposedBlock } from '../transposed-phases.ts';
import { productWork } from './matrix-work.ts';
import type { KernelShape } from './shape.ts';
import { insideImage, insideOf } from './windows.ts';
import { type CachedShares, type CallForm, fetchedLines, linesOf, type Work } from './work.ts';

type ShapeOf<K extends KernelShape['kernel']> = Extract<KernelShape, { kernel: K }>;

/** Rows of a stream that a block of pixels is chosen for: as the catalogue does. */
const groupedRows = 4;

export function groupedWork(
  { window, filter, groups, ...form }: ShapeOf<'grouped_conv_s8'>,
  { rows, isStreamed }: CallForm,
  cached: CachedShares,
): Work {
  const { input, output, stride } = window;
  const [inputs, channels] = [input.channels / groups, output.channels / groups];
  const taps = filter.height * filter.width * inputs;
  const { depth, block } = groupedOutputs(
    output,
    isStreamed ? Math.min(groupedRows, output.height) : output.height,
    taps,
  );
  const pixels = rows * output.width;
  const grouped = pixels - (pixels % 4);
  const { across, down } = insideImage({ window, filter });
  const insideRows = (pixels * down.taps) / output.height;
  const wholeRows = (insideRows * across.whole) / output.width;
  const insideTaps = (insideRows * across.taps) / output.width;
  const share = inputs % 4 === 0 && pixels > 0 ? grouped / pixels : 0;
  const own = productWork({ pixels, depth, channels, block }, form, { ...cached, output: 0 });
  const weightBytes = groups * (2 * Math.ceil(channels / 2) * depth + 8 * channels);
  return {
    ...times(own, groups),
    call: isStreamed ? 0 : 1,
    streamCall: isStreamed ? 1 : 0,
    patch: groups * pixels,
    tapRow: groups * insideRows,
    borderRow: groups * (insideRows - wholeRows),
    outsideRow: groups * (pixels * filter.height - insideRows),
    expandTap: groups * share * insideTaps,
    expandWord: (groups * share * pixels * taps) / 4,
    gatherTap: groups * (1 - share) * insideTaps,
    gatherByte: groups * (1 - share) * pixels * taps,
    gatheredWord: inputs % 4 === 0 ? 0 : (groups * grouped * depth) / 4,
    copiedRun: groups * pixels,
    copiedByte: pixels * output.channels,
    weightLine: fetchedLines(weightBytes, Math.ceil(grouped / block) + (pixels - grouped), 2 * depth * block),
    inputLine: cached.input * groups * linesOf(rows * stride.height * input.width * input.channels),
    outputLine: cached.output * linesOf(pixels * output.channels),
  };
}

export function transposedWork(
  shape: ShapeOf<'transpose_conv_s8'>,
  { rows, isStreamed }: CallForm,
  cached: CachedShares,
): Work {
  const { input, output, stride, filter } = shape;
  const share = rows / output.height;
  const { block } = transposedBlock(shape, input.channels, output);
  const phases = phasesOf(shape).map((own, phase) => phaseWork(shape, { own, phase, block }, cached));
  const bytes = rows * output.width * output.channels;
  return {
    ...times(summed(phases), share),
    call: isStreamed ? 0 : 1,
    streamCall: isStreamed ? 1 : 0,
    phaseRow: rows * stride.width,
    inputLine:
      cached.input *
      linesOf((rows / stride.height) * stride.width * filter.height * input.width * input.channels),
    outputLine: cached.output * linesOf(bytes * Math.min(stride.width, 2)),
  };
}

/** Of all rows. */
function phaseWork(
  { input, output, stride, padding, ...form }: ShapeOf<'transpose_conv_s8'>,
  { own, phase, block }: { readonly own: Phase; readonly phase: number; readonly block: number },
  cached: CachedShares,
): Work {
  const down = along(
    input.height,
    output.height,
    own.rows.length,
    stride.height,
    padding.top,
    Math.floor(phase / stride.width),
  );
  const across = along(
    input.width,
    output.width,
    own.columns.length,
    stride.width,
    padding.left,
    phase % stride.width,
  );
  const depth = depthOfPhase(own, input.channels);
  const rowBytes = own.columns.length * input.channels;
  const pixels = down.count * across.count;
  const single = down.count * (across.count % 4);
  const insideRows = across.count * down.taps;
  const wholeRows = down.taps * across.whole;
  const share = rowBytes % 4 === 0 && pixels > 0 ? 1 - single / pixels : 0;
  // Each row ends with pixels of its own that are left over.
  const line = productWork({ pixels: across.count, depth, channels: output.channels, block }, form, cached);
  return {
    ...times(line, down.count),
    patch: pixels,
    expandRow: share * wholeRows,
    expandBorderRow: share * (insideRows - wholeRows),
    expandOutsideRow: share * (pixels * own.rows.length - insideRows),
    expandWord: (share * pixels * own.rows.length * rowBytes) / 4,
    gatherRow: (1 - share) * wholeRows,
    gatherBorderRow: (1 - share) * (insideRows - wholeRows),
    gatherOutsideRow: (1 - share) * (pixels * own.rows.length - insideRows),
    gatherByte: (1 - share) * pixels * own.rows.length * rowBytes,
    gatheredWord: rowBytes % 4 === 0 ? 0 : ((pixels - single) * depth) / 4,
    copiedPixel: stride.width > 1 ? pixels - single : 0,
    copiedByte: stride.width > 1 ? (pixels - single) * output.channels : 0,
    outputLine: 0,
  };
}

/** Outputs of a phase along an axis, those whose taps are all inside, and the taps that are. */
export function along(
  size: number,
  outputs: number,
  taps: number,
  stride: number,
  before: number,
  phase: number,
): { readonly count: number; readonly whole: number; readonly taps: number } {
  const first = (((phase - before) % stride) + stride) % stride;
  const count = Math.max(0, Math.ceil((outputs - first) / stride));
  const start = Math.floor((first + before) / stride) - taps + 1;
  return { count, ...insideOf(size, count, taps, 1, -start) };
}

export function times(work: Work, factor: number): Work {
  return Object.fromEntries(Object.entries(work).map(([term, count]) => [term, count * factor]));
}

export function summed(works: readonly Work[]): Work {
  const sum: Record<string, number> = {};
  for (const work of works) {
    for (const [term, count] of Object.entries(work)) sum[term] = (sum[term] ?? 0) + count;
  }
  return sum;
}
