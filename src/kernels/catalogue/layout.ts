/** Operators that move bytes: pad, transpose, concatenation. */
import { at, invariant } from '../../base/index.ts';
import {
  type Concatenation,
  elementBytes,
  elementCount,
  type Graph,
  type Pad,
  stridesOf,
  type Transpose,
  tensorBytes,
} from '../../graph/index.ts';
import { defineKernel, input, literals, numbered, output } from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import { inBytes, joinLoops, type Loops, loopCount } from '../loops.ts';
import { allRows, imageRows, rowByRow, rowsWithRings, singleRows } from '../row-form.ts';
import type { Argument, Kernel, KernelCall } from '../types.ts';

/** Parameters of the C function. */
const concatenatedInputs = 8;

type PaddedDimension = { readonly size: number; readonly before: number; readonly after: number };

/** Dimensions of a padded tensor, the last one in bytes. */
function dimensionsOf(op: Pad, graph: Graph): PaddedDimension[] {
  const { shape, type } = inputTensor(op, graph);
  return shape.map((size, axis) => {
    const bytes = axis === shape.length - 1 ? elementBytes(type) : 1;
    return { size: size * bytes, before: at(op.before, axis) * bytes, after: at(op.after, axis) * bytes };
  });
}

/** Whether the padded value is a run of one byte, its lowest. */
function isRunOfByte(op: Pad, graph: Graph): boolean {
  const { type } = outputTensor(op, graph);
  return type === 'int8' || (op.value & 0xff) === ((op.value >> 8) & 0xff);
}

/** Dimensions without padding join the one outside them; `undefined` where more than four remain. */
function paddedDimensions(op: Pad, graph: Graph): readonly PaddedDimension[] | undefined {
  const joined: PaddedDimension[] = [];
  for (const own of dimensionsOf(op, graph)) {
    const outer = joined.at(-1);
    if (outer !== undefined && own.before === 0 && own.after === 0) {
      const { before, after } = outer;
      const { size } = own;
      joined.splice(-1, 1, { size: outer.size * size, before: before * size, after: after * size });
    } else {
      joined.push(own);
    }
  }
  if (joined.length > loopCount) return undefined;
  const missing = Array<PaddedDimension>(loopCount - joined.length);
  return [...missing.fill({ size: 1, before: 0, after: 0 }), ...joined];
}

/** Batch, rows, pixels and channels of a padded image, the last two joined where they can be. */
function paddedImage(op: Pad, graph: Graph): readonly PaddedDimension[] | undefined {
  if (imageRows(inputTensor(op, graph)) === undefined) return undefined;
  const [batch, rows, pixels, channels] = dimensionsOf(op, graph);
  if (batch?.before !== 0 || batch.after !== 0 || !rows || !pixels || !channels) return undefined;
  if (channels.before > 0 || channels.after > 0) return [batch, rows, pixels, channels];
  const { size: depth } = channels;
  const { size, before, after } = pixels;
  const row = { size: size * depth, before: before * depth, after: after * depth };
  return [batch, rows, { size: 1, before: 0, after: 0 }, row];
}

function padCall(op: Pad, dimensions: readonly PaddedDimension[], rows: readonly Argument[]): KernelCall {
  const all = (part: keyof PaddedDimension): number[] => dimensions.map((dimension) => dimension[part]);
  return {
    constants: [],
    arguments: [
      input(0),
      output,
      ...rows,
      ...numbered('n', all('size')),
      ...numbered('before', all('before')),
      ...numbered('after', all('after')),
      ...literals({ value: (op.value << 24) >> 24 }),
    ],
  };
}

export const pad: Kernel = defineKernel<Pad>({
  name: 'pad_s8',
  isFor: (op) => op.kind === 'pad',
  types: ['int8', 'int16'],
  accepts: (op, graph) => isRunOfByte(op, graph) && paddedDimensions(op, graph) !== undefined,
  call: (op, graph) => {
    const dimensions = paddedDimensions(op, graph);
    invariant(dimensions !== undefined, `${op.name} pads more than four dimensions`);
    const { size, before, after } = at(dimensions, 1);
    return padCall(op, dimensions, allRows([size], before + size + after));
  },
  rows: (op, graph) => {
    const dimensions = paddedImage(op, graph);
    if (dimensions === undefined) return undefined;
    const { size, before, after } = at(dimensions, 1);
    const inside = (row: number): number => Math.min(Math.max(row - before, 0), size);
    return {
      rowCount: before + size + after,
      accumulates: false,
      scratchBytes: 0,
      reads: (_, row) => ({ first: inside(row), end: inside(row + 1) }),
      rowLeadBytes: () => undefined,
      call: () => padCall(op, dimensions, singleRows()),
    };
  },
});

function transposeLoops(op: Transpose, graph: Graph): Loops | undefined {
  const { shape, type } = inputTensor(op, graph);
  const strides = stridesOf(shape);
  const loops = joinLoops(outputTensor(op, graph).shape, [op.permutation.map((axis) => at(strides, axis))]);
  return loops && inBytes(loops, elementBytes(type));
}

export const transpose: Kernel = defineKernel<Transpose>({
  name: 'transpose_s8',
  isFor: (op) => op.kind === 'transpose',
  types: ['int8', 'int16'],
  accepts: (op, graph) => transposeLoops(op, graph) !== undefined,
  call: (op, graph) => {
    const loops = transposeLoops(op, graph);
    invariant(loops !== undefined, `${op.name} needs more than four loops`);
    return {
      constants: [],
      arguments: [input(0), output, ...numbered('n', loops.sizes), ...numbered('step', at(loops.steps, 0))],
    };
  },
});

const concatenationPositions = Array.from({ length: concatenatedInputs }, (_, position) => position);

/** Where there are fewer inputs, the first stands in their places, with 0 bytes. */
function isPresent(op: Concatenation, position: number): boolean {
  return position < op.inputs.length;
}

function ringOfInput(op: Concatenation, position: number): Argument {
  return isPresent(op, position)
    ? { kind: 'inputRing', position }
    : { kind: 'literal', parameter: 'no_input', value: 1 };
}

function concatenationCall(
  op: Concatenation,
  graph: Graph,
  rows: readonly Argument[],
  height: number,
): KernelCall {
  const runs = elementCount(outputTensor(op, graph).shape.slice(0, op.axis));
  const bytes = concatenationPositions.map((position) =>
    isPresent(op, position) ? tensorBytes(inputTensor(op, graph, position)) / runs : 0,
  );
  return {
    constants: [],
    arguments: [
      ...concatenationPositions.map((position) => input(isPresent(op, position) ? position : 0)),
      output,
      ...rows,
      ...literals({ height, blocks: runs / height }),
      ...literals(
        Object.fromEntries(bytes.map((count, position) => [`bytes_${'abcdefgh'.charAt(position)}`, count])),
      ),
    ],
  };
}

export const concatenation: Kernel = defineKernel<Concatenation>({
  name: 'concatenation_s8',
  isFor: (op) => op.kind === 'concatenation',
  types: ['int8', 'int16'],
  accepts: (op) => op.inputs.length <= concatenatedInputs,
  call: (op, graph) => {
    const rings = concatenationPositions.map(() => 1);
    return concatenationCall(op, graph, allRows(rings, 1), 1);
  },
  rows: (op, graph) => {
    const image = imageRows(outputTensor(op, graph));
    if (image === undefined || op.axis < 2) return undefined;
    const rings = concatenationPositions.map((position) => ringOfInput(op, position));
    const call = (): KernelCall => concatenationCall(op, graph, rowsWithRings(rings), image.height);
    return rowByRow(image, call, () => undefined);
  },
});
