/** Operators that take some elements of a tensor: SLICE, STRIDED_SLICE, GATHER, MIRROR_PAD. */
import { at } from '../../base/index.ts';
import { sameQuantization } from '../quantisation.ts';
import { elementCount } from '../shape.ts';
import type { Op, Slice, Take } from '../types.ts';
import { axisOf } from './axes.ts';
import { reshapeOf } from './dimensions.ts';
import { commonScale } from './hints.ts';
import {
  type Activations,
  activations,
  commonParts,
  demand,
  integers,
  intermediate,
  type OptionsOf,
  optionalInput,
  result,
  type Site,
} from './site.ts';

/** The part of `input` that begins here, one element after another along every axis. */
export function sliceOf(
  site: Site,
  input: Activations,
  begin: readonly number[],
  output: Activations,
): Slice {
  return { kind: 'slice', ...commonParts(site, [input], output), begin, stride: begin.map(() => 1) };
}

/** Bytes are copied, so that both sides must mean the same numbers. */
export function demandSameNumbers(input: Activations, output: Activations): void {
  demand(
    sameQuantization(input, output),
    'its input and output are quantised differently, which it does not convert',
    commonScale,
  );
}

export function buildSlice(site: Site): Slice {
  const input = activations(site, 0);
  const output = result(site);
  demandSameNumbers(input, output);
  const [begin, sizes] = [integers(site, 1), integers(site, 2)];
  const { shape } = input;
  const resolved = shape.map((size, axis) =>
    sizes[axis] === -1 ? size - at(begin, axis) : (sizes[axis] ?? 0),
  );
  demand(
    begin.length === shape.length &&
      sizes.length === shape.length &&
      resolved.every(
        (size, axis) => size > 0 && at(begin, axis) >= 0 && at(begin, axis) + size <= at(shape, axis),
      ),
    `it takes [${sizes}] from [${begin}] of an input of [${shape}]`,
  );
  demand(
    resolved.length === output.shape.length && resolved.every((size, axis) => size === output.shape[axis]),
    `its output is stated as [${output.shape}], it takes [${resolved}]`,
  );
  return sliceOf(site, input, begin, output);
}

/** One axis of a strided slice: where it begins, its step, and how many elements it takes. */
type Range = { readonly begin: number; readonly stride: number; readonly size: number };

/** By Python's rules: ends count from the back where they are negative, and are moved inside. */
function rangeOf(extent: number, begin: number | undefined, end: number | undefined, stride: number): Range {
  const [least, most] = stride > 0 ? [0, extent] : [-1, extent - 1];
  const inside = (place: number): number =>
    Math.min(Math.max(place < 0 ? place + extent : place, least), most);
  const first = begin === undefined ? (stride > 0 ? 0 : extent - 1) : inside(begin);
  const beyond = end === undefined ? (stride > 0 ? extent : -1) : inside(end);
  return { begin: first, stride, size: Math.max(0, Math.ceil((beyond - first) / stride)) };
}

export function buildStridedSlice(site: Site<OptionsOf<'STRIDED_SLICE'>>): readonly Op[] {
  const input = activations(site, 0);
  const output = result(site);
  demandSameNumbers(input, output);
  const ranges = stridedRanges(site, input.shape);
  const kept = ranges.filter((_, axis) => ((site.options.shrinkMask >> axis) & 1) === 0);
  const taken = ranges.map(({ size }) => size);
  demand(
    taken.every((size) => size > 0) && kept.length === output.shape.length,
    `it takes [${taken}] of an input of [${input.shape}] for an output of [${output.shape}]`,
  );
  const shrinks = kept.length < ranges.length;
  const part = shrinks ? intermediate(site, taken, input) : output;
  const slice: Slice = {
    kind: 'slice',
    ...commonParts(site, [input], part),
    begin: ranges.map(({ begin }) => begin),
    stride: ranges.map(({ stride }) => stride),
  };
  demand(
    kept.every(({ size }, axis) => size === output.shape[axis]),
    `its output is stated as [${output.shape}], it takes [${taken}]`,
  );
  return shrinks ? [slice, reshapeOf(site, part, output)] : [slice];
}

function stridedRanges(site: Site<OptionsOf<'STRIDED_SLICE'>>, shape: readonly number[]): readonly Range[] {
  const { beginMask, endMask, shrinkMask } = site.options;
  const [begins, ends] = [integers(site, 1), integers(site, 2)];
  const strides = optionalInput(site, 3) === undefined ? begins.map(() => 1) : integers(site, 3);
  demand(
    begins.length <= shape.length && ends.length === begins.length && strides.length === begins.length,
    `it has ${begins.length} begins, ${ends.length} ends and ${strides.length} strides for ${shape.length} dimensions`,
  );
  demand(!strides.includes(0), 'it has a stride of 0');
  const isSet = (mask: number, axis: number): boolean => ((mask >> axis) & 1) === 1;
  return shape.map((extent, axis) => {
    const begin = begins[axis];
    if (begin === undefined) return { begin: 0, stride: 1, size: extent };
    if (isSet(shrinkMask, axis)) return oneElement(isSet(beginMask, axis) ? 0 : begin, extent);
    const stated = isSet(beginMask, axis) ? undefined : begin;
    return rangeOf(extent, stated, isSet(endMask, axis) ? undefined : ends[axis], at(strides, axis));
  });
}

function oneElement(begin: number, extent: number): Range {
  const place = begin < 0 ? begin + extent : begin;
  demand(place >= 0 && place < extent, `it takes element ${begin} of ${extent}`);
  return { begin: place, stride: 1, size: 1 };
}

export function buildGather(site: Site<OptionsOf<'GATHER'>>): readonly Op[] {
  const input = activations(site, 0);
  const output = result(site);
  demandSameNumbers(input, output);
  demand(
    site.options.batchDimensions === 0,
    'it gathers by batches',
    'use tf.gather without batch_dims, and convert again',
  );
  const { shape } = input;
  const axis = axisOf(site.options.axis, shape.length);
  const extent = at(shape, axis);
  demandShortTable(extent);
  const sources = integers(site, 1);
  demandShortTable(sources.length);
  site.claim(sources.length);
  demand(
    sources.length > 0 && sources.every((source) => source >= 0 && source < extent),
    `its indices lie outside ${extent} elements`,
  );
  const places = optionalInput(site, 1)?.shape ?? [];
  const made = shape.toSpliced(axis, 1, ...places);
  demand(
    made.length === output.shape.length && made.every((size, position) => size === output.shape[position]),
    `its output is stated as [${output.shape}], it takes [${made}]`,
  );
  const isFlat = places.length === 1;
  const part = isFlat ? output : intermediate(site, shape.with(axis, elementCount(places)), input);
  const take: Take = {
    kind: 'take',
    function: 'GATHER',
    ...commonParts(site, [input], part),
    sources: shape.map((_, other) => (other === axis ? sources : undefined)),
  };
  return isFlat ? [take] : [take, reshapeOf(site, part, output)];
}

/** Longest axis of which tables name elements. */
const longestTable = 2 ** 15;

export function demandShortTable(extent: number): void {
  demand(
    extent <= longestTable,
    `it picks from or makes ${extent} elements of one axis; up to ${longestTable} are supported`,
    'take slices (tf.slice) instead of gathering, or do it in the application',
  );
}

/** Elements before the first and after the last are those at the same distance inside, the edge repeated or not. */
export function buildMirrorPad(site: Site<OptionsOf<'MIRROR_PAD'>>): Take {
  const input = activations(site, 0);
  const output = result(site);
  demandSameNumbers(input, output);
  const { shape } = input;
  const edge = site.options.repeatsEdge ? 1 : 0;
  const counts = integers(site, 1);
  demand(
    counts.length === 2 * shape.length &&
      counts.every((count, position) => count >= 0 && count < at(shape, position >> 1) + edge),
    `its paddings [${counts}] do not fit an input of [${shape}]`,
  );
  const sources = shape.map((size, axis) => {
    const [before, after] = [at(counts, 2 * axis), at(counts, 2 * axis + 1)];
    if (before === 0 && after === 0) return undefined;
    demandShortTable(before + size + after);
    site.claim(before + size + after);
    return Array.from({ length: before + size + after }, (_, position) => {
      const place = position - before;
      if (place < 0) return -place - edge;
      return place < size ? place : 2 * size - 2 - place + edge;
    });
  });
  return { kind: 'take', function: 'MIRROR_PAD', ...commonParts(site, [input], output), sources };
}
