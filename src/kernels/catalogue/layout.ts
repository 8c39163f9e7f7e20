/** Operators that move bytes: pad, transpose, concatenation, nearest-neighbour resize. */
import { at, invariant } from '../../base/index.ts';
import {
  type Concatenation,
  elementCount,
  type Graph,
  nearestSource,
  type Pad,
  type ResizeNearest,
  stridesOf,
  type Transpose,
  tensorBytes,
} from '../../graph/index.ts';
import { type Cost, cyclesOfElements } from '../cycles.ts';
import { constantArguments, defineKernel, input, literals, numbered, output } from '../definition.ts';
import { imageOf, inputTensor, outputTensor } from '../geometry.ts';
import { joinLoops, type Loops, loopCount } from '../loops.ts';
import type { Constant, Kernel } from '../types.ts';

/** Instructions for one byte of a long copy, and of a loop over single bytes. */
const copyInstructions: Cost = { dsp: 0.55, portable: 0.55 };
const moveInstructions: Cost = { dsp: 4.3, portable: 4.3 };
/** Positions that an int16 can name. */
const largestPosition = 2 ** 15;
/** Parameters of the C function. */
const concatenatedInputs = 8;

type PaddedDimension = { readonly size: number; readonly before: number; readonly after: number };

/** Dimensions without padding join the one outside them; `undefined` where more than four remain. */
function paddedDimensions(op: Pad, graph: Graph): readonly PaddedDimension[] | undefined {
  const joined: PaddedDimension[] = [];
  for (const [axis, size] of inputTensor(op, graph).shape.entries()) {
    const own = { size, before: at(op.before, axis), after: at(op.after, axis) };
    const outer = joined.at(-1);
    if (outer !== undefined && own.before === 0 && own.after === 0) {
      const { before, after } = outer;
      joined.splice(-1, 1, { size: outer.size * size, before: before * size, after: after * size });
    } else {
      joined.push(own);
    }
  }
  if (joined.length > loopCount) return undefined;
  const missing = Array<PaddedDimension>(loopCount - joined.length);
  return [...missing.fill({ size: 1, before: 0, after: 0 }), ...joined];
}

export const pad: Kernel = defineKernel<Pad>({
  name: 'pad_s8',
  isFor: (op) => op.kind === 'pad',
  accepts: (op, graph) => paddedDimensions(op, graph) !== undefined,
  call: (op, graph) => {
    const dimensions = paddedDimensions(op, graph);
    invariant(dimensions !== undefined, `${op.name} pads more than four dimensions`);
    return {
      constants: [],
      arguments: [
        input(0),
        output,
        ...numbered(
          'n',
          dimensions.map(({ size }) => size),
        ),
        ...numbered(
          'before',
          dimensions.map(({ before }) => before),
        ),
        ...numbered(
          'after',
          dimensions.map(({ after }) => after),
        ),
        ...literals({ value: op.value }),
      ],
    };
  },
  estimateCycles: (op, graph, target) =>
    cyclesOfElements(tensorBytes(outputTensor(op, graph)), copyInstructions, target),
});

function transposeLoops(op: Transpose, graph: Graph): Loops | undefined {
  const strides = stridesOf(inputTensor(op, graph).shape);
  return joinLoops(outputTensor(op, graph).shape, [op.permutation.map((axis) => at(strides, axis))]);
}

export const transpose: Kernel = defineKernel<Transpose>({
  name: 'transpose_s8',
  isFor: (op) => op.kind === 'transpose',
  accepts: (op, graph) => transposeLoops(op, graph) !== undefined,
  call: (op, graph) => {
    const loops = transposeLoops(op, graph);
    invariant(loops !== undefined, `${op.name} needs more than four loops`);
    return {
      constants: [],
      arguments: [input(0), output, ...numbered('n', loops.sizes), ...numbered('step', at(loops.steps, 0))],
    };
  },
  estimateCycles: (op, graph, target) =>
    cyclesOfElements(tensorBytes(outputTensor(op, graph)), moveInstructions, target),
});

export const concatenation: Kernel = defineKernel<Concatenation>({
  name: 'concatenation_s8',
  isFor: (op) => op.kind === 'concatenation',
  accepts: (op) => op.inputs.length <= concatenatedInputs,
  call: (op, graph) => {
    const blocks = elementCount(outputTensor(op, graph).shape.slice(0, op.axis));
    // Where there are fewer inputs, the first stands in their places, with 0 bytes.
    const present = (position: number): boolean => position < op.inputs.length;
    const positions = Array.from({ length: concatenatedInputs }, (_, position) => position);
    const bytes = positions.map((position) =>
      present(position) ? tensorBytes(inputTensor(op, graph, position)) / blocks : 0,
    );
    return {
      constants: [],
      arguments: [
        ...positions.map((position) => input(present(position) ? position : 0)),
        output,
        ...literals({ blocks }),
        ...literals(
          Object.fromEntries(bytes.map((count, position) => [`bytes_${'abcdefgh'.charAt(position)}`, count])),
        ),
      ],
    };
  },
  estimateCycles: (op, graph, target) =>
    cyclesOfElements(tensorBytes(outputTensor(op, graph)), copyInstructions, target),
});

function sources(name: string, from: number, to: number, op: ResizeNearest): Constant {
  const values = Int16Array.from({ length: to }, (_, position) => nearestSource(position, from, to, op));
  return { name, type: 'int16_t', values };
}

export const resizeNearest: Kernel = defineKernel<ResizeNearest>({
  name: 'resize_nearest_s8',
  isFor: (op) => op.kind === 'resizeNearest',
  accepts: (op, graph) => {
    const { height, width } = imageOf(inputTensor(op, graph));
    return Math.max(height, width) <= largestPosition;
  },
  call: (op, graph) => {
    const from = imageOf(inputTensor(op, graph));
    const to = imageOf(outputTensor(op, graph));
    const constants = [
      sources('rows', from.height, to.height, op),
      sources('columns', from.width, to.width, op),
    ];
    return {
      constants,
      arguments: [
        input(0),
        output,
        ...constantArguments(constants),
        ...literals({
          input_width: from.width,
          channels: from.channels,
          output_height: to.height,
          output_width: to.width,
        }),
      ],
    };
  },
  estimateCycles: (op, graph, target) =>
    cyclesOfElements(tensorBytes(outputTensor(op, graph)), copyInstructions, target),
});
