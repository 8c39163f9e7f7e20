/** Work of the convolutions of int16 whose products come in parts. */
import { groupedOutputs } from '../parted-blocks.ts';
import { depthOfPhase, type Phase, phasesOf, wideTransposedBlock } from '../transposed-phases.ts';
import type { SumForm } from '../wide-matrix.ts';
import { along, summed, times } from './parted-work.ts';
import type { Int16Shape } from './shape.ts';
import { windowsOf } from './windows.ts';
import { type CachedShares, type CallForm, fetchedLines, linesOf, type Work } from './work.ts';

type ShapeOf<K extends Int16Shape['kernel']> = Extract<Int16Shape, { kernel: K }>;

const bytesOfElement = 2;
/** Rows of a stream that a block of pixels is chosen for: as the catalogue does. */
const groupedRows = 4;
/** Products whose sum 32 bits hold, where those of all are longer. */
const productsOfPart = 256;

type Product = {
  readonly pixels: number;
  readonly depth: number;
  readonly channels: number;
  readonly block: number;
  readonly sums: SumForm;
};

/** Products of `pixels` that lie one behind the other: in blocks, four at a time, with two channels at a time. */
function productWork({ pixels, depth, channels, block, sums }: Product, cached: CachedShares): Work {
  const pairs = Math.ceil(channels / 2);
  const blocks = Math.ceil(pixels / block);
  const fours = Math.floor(pixels / block) * (block / 4) + Math.ceil((pixels % block) / 4);
  const expandedBytes = 2 * depth * block * cached.scratch;
  return {
    block: blocks,
    blockPair: blocks * pairs,
    [`four_${sums}`]: fours * pairs,
    part: sums === 'long' ? fours * pairs * Math.ceil(depth / productsOfPart) : 0,
    step: (fours * pairs * depth) / 2,
    [`result_${sums}`]: pixels * channels,
    weightLine: fetchedLines(2 * pairs * depth, blocks, expandedBytes),
    scratchLine: blocks * fetchedLines(expandedBytes, pairs, 2 * depth),
  };
}

function callOf({ isStreamed }: CallForm): Work {
  return isStreamed ? { streamCall: 1 } : { call: 1 };
}

/** Words of two elements, or single ones where the taps of a pixel have an odd number of them. */
function expanded(elements: number, inputs: number): Work {
  return inputs % 2 === 0 ? { word: elements / 2 } : { half: elements };
}

export function groupedWork(shape: ShapeOf<'grouped_conv_s16'>, form: CallForm, cached: CachedShares): Work {
  const { window, filter, groups, sums } = shape;
  const { input, output, stride } = window;
  const inputs = input.channels / groups;
  const rows = form.isStreamed ? Math.min(groupedRows, output.height) : output.height;
  const area = filter.height * filter.width;
  const { depth, block } = groupedOutputs(output, rows, area * inputs, bytesOfElement);
  const { pixels, whole, tapRows, taps } = windowsOf(shape, form.rows);
  const product = { pixels, depth, channels: output.channels / groups, block, sums };
  const elements = pixels * output.channels;
  return {
    ...callOf(form),
    ...times(productWork(product, cached), groups),
    patch: groups * pixels,
    tapRow: groups * tapRows,
    tap: groups * taps,
    // Each tap is looked at where one may be outside.
    checkedTap: groups * (tapRows - whole * filter.height) * filter.width,
    outsideTap: groups * (pixels * area - taps),
    ...expanded(groups * taps * inputs, inputs),
    copied: elements,
    inputLine:
      cached.input *
      linesOf(bytesOfElement * groups * form.rows * stride.height * input.width * input.channels),
    outputLine: cached.output * linesOf(bytesOfElement * elements),
  };
}

export function transposedWork(
  shape: ShapeOf<'transpose_conv_s16'>,
  form: CallForm,
  cached: CachedShares,
): Work {
  const { input, output, stride, filter } = shape;
  const phases = phasesOf(shape).map((phase, place) => phaseWork(shape, phase, place, cached));
  const elements = form.rows * output.width * output.channels;
  return {
    ...callOf(form),
    ...times(summed(phases), form.rows / output.height),
    phaseRow: form.rows * stride.width,
    inputLine:
      cached.input *
      linesOf(
        bytesOfElement *
          (form.rows / stride.height) *
          (stride.width * filter.height * input.width * input.channels),
      ),
    outputLine: cached.output * linesOf(bytesOfElement * elements * Math.min(stride.width, 2)),
  };
}

/** Of all rows: each is one behind the other, as the next row of the phase comes after those of others. */
function phaseWork(
  { input, output, filter, stride, padding, sums }: ShapeOf<'transpose_conv_s16'>,
  phase: Phase,
  place: number,
  cached: CachedShares,
): Work {
  const { block } = wideTransposedBlock({ filter, stride }, input.channels, output);
  const [tapRows, tapColumns] = [phase.rows.length, phase.columns.length];
  const phaseRow = Math.floor(place / stride.width);
  const down = along(input.height, output.height, tapRows, stride.height, padding.top, phaseRow);
  const phaseColumn = place % stride.width;
  const across = along(input.width, output.width, tapColumns, stride.width, padding.left, phaseColumn);
  const depth = depthOfPhase(phase, input.channels);
  const line = { pixels: across.count, depth, channels: output.channels, block, sums };
  const pixels = down.count * across.count;
  return {
    ...times(productWork(line, cached), down.count),
    patch: pixels,
    tapRow: down.taps * across.count,
    cutRow: down.taps * (across.count - across.whole),
    outsideRow: pixels * tapRows - down.taps * across.count,
    ...expanded(down.taps * across.taps * input.channels, input.channels),
  };
}
