/** Operators that become several: SPLIT, SPLIT_V, UNPACK, PACK, SPACE_TO_DEPTH, DEPTH_TO_SPACE. */
import { at } from '../../base/index.ts';
import { valuesIn } from '../element-types.ts';
import { sameShape } from '../shape.ts';
import type { Op } from '../types.ts';
import { axisOf, statedAxis } from './axes.ts';
import { reshapeOf } from './dimensions.ts';
import { concatenationOf } from './layout.ts';
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
  results,
  type Site,
} from './site.ts';
import { demandSameNumbers, sliceOf } from './slices.ts';

/** Parts of these sizes along an axis, one for each output, whose shapes may lack the axis where all sizes are 1. */
function parts(site: Site, input: Activations, axis: number, sizes: readonly number[]): readonly Op[] {
  let start = 0;
  return results(site).flatMap((output, position) => {
    demandSameNumbers(input, output);
    const shape = input.shape.with(axis, at(sizes, position));
    const begin = shape.map((_, other) => (other === axis ? start : 0));
    start += at(sizes, position);
    if (sameShape(shape, output.shape)) return [sliceOf(site, input, begin, output)];
    const part = intermediate(site, shape, input);
    const flat = shape.toSpliced(axis, 1);
    demand(
      sizes.every((size) => size === 1) && sameShape(flat, output.shape),
      `output ${position} is stated as [${output.shape}], its part is [${shape}]`,
    );
    return [sliceOf(site, input, begin, part), reshapeOf(site, part, output)];
  });
}

/** SPLIT has its axis before its values, and equal parts. */
export function buildSplit(site: Site<OptionsOf<'SPLIT'>>): readonly Op[] {
  const isEven = site.options.op === 'SPLIT';
  const input = activations(site, isEven ? 1 : 0);
  const { shape } = input;
  const axis = statedAxis(site, isEven ? 0 : 2, shape.length);
  const extent = at(shape, axis);
  const count = site.operator.outputs.length;
  const sizes = isEven
    ? Array.from({ length: count }, () => extent / count)
    : openSizes(integers(site, 1), extent);
  demand(
    sizes.length === count &&
      sizes.every((size) => Number.isInteger(size) && size > 0) &&
      sizes.reduce((sum, size) => sum + size, 0) === extent,
    `it splits ${extent} elements into ${count} parts of [${sizes}]`,
  );
  demand(
    results(site).every((output, position) => sameShape(output.shape, shape.with(axis, at(sizes, position)))),
    `its outputs have other shapes than parts of [${sizes}] along axis ${axis}`,
  );
  return parts(site, input, axis, sizes);
}

/** One size of -1 is what the others leave. */
function openSizes(sizes: readonly number[], extent: number): readonly number[] {
  const stated = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return sizes.map((size) => (size === -1 ? extent - stated : size));
}

export function buildUnpack(site: Site<OptionsOf<'UNPACK'>>): readonly Op[] {
  const input = activations(site, 0);
  const axis = axisOf(site.options.axis, input.shape.length);
  const count = site.operator.outputs.length;
  demand(
    count === input.shape[axis],
    `it has ${count} outputs for ${input.shape[axis]} elements of axis ${axis}`,
  );
  const outputs = results(site);
  demand(
    outputs.every(({ shape }) => sameShape(shape, input.shape.toSpliced(axis, 1))),
    `its outputs are not [${input.shape}] without axis ${axis}`,
  );
  return parts(
    site,
    input,
    axis,
    outputs.map(() => 1),
  );
}

export function buildPack(site: Site<OptionsOf<'PACK'>>): readonly Op[] {
  const output = result(site);
  const axis = axisOf(site.options.axis, output.shape.length);
  const one = output.shape.with(axis, 1);
  const reshapes: Op[] = [];
  const packed = site.operator.inputs.map((_, position) => {
    const input = activations(site, position);
    demand(
      sameShape(one.toSpliced(axis, 1), input.shape),
      `input ${position} of [${input.shape}] is no part of [${output.shape}] along axis ${axis}`,
    );
    const data = optionalInput(site, position)?.data;
    const part = intermediate(site, one, input, data && valuesIn(input.type, data.slice().buffer));
    if (data === undefined) reshapes.push(reshapeOf(site, input, part));
    return part;
  });
  return [...reshapes, ...concatenationOf(site, packed, axis, output)];
}

/** Blocks of pixels become channels, or the reverse: a transpose of rows within blocks and columns. */
export function buildBlocks(site: Site<OptionsOf<'SPACE_TO_DEPTH'>>): readonly Op[] {
  const { op, blockSize: block } = site.options;
  const input = activations(site, 0);
  const output = result(site);
  demandSameNumbers(input, output);
  const toDepth = op === 'SPACE_TO_DEPTH';
  const [large, small] = toDepth ? [input, output] : [output, input];
  const [batches = 0, height = 0, width = 0, channels = 0] = small.shape;
  const depth = channels / block ** 2;
  const expected = [batches, height * block, width * block, depth];
  demand(
    input.shape.length === 4 && Number.isInteger(depth) && sameShape(large.shape, expected),
    `blocks of ${block} by ${block} do not make [${output.shape}] of [${input.shape}]`,
  );
  const inRows = [batches * height, block, width, block * depth];
  const inPixels = [batches * height, width, block, block * depth];
  const before = intermediate(site, toDepth ? inRows : inPixels, input);
  const after = intermediate(site, toDepth ? inPixels : inRows, input);
  return [
    reshapeOf(site, input, before),
    { kind: 'transpose', ...commonParts(site, [before], after), permutation: [0, 2, 1, 3] },
    reshapeOf(site, after, output),
  ];
}
