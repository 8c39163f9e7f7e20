/** Operators of two tensors that are broadcast to one shape. */
import { at, invariant } from '../../base/index.ts';
import {
  type Add,
  type Extremum,
  elementBytes,
  elementCount,
  type Graph,
  type Mul,
  type Op,
  type Prelu,
  type Sub,
  tensorBytes,
} from '../../graph/index.ts';
import { defineKernel, input, type KernelDefinition, literals, numbered, output } from '../definition.ts';
import { type Image, inputTensor, outputTensor } from '../geometry.ts';
import { broadcastLoops, type Loops } from '../loops.ts';
import { allRows, imageRows, rowByRow, rowsWithRings } from '../row-form.ts';
import type { Argument, Kernel, KernelCall, RowRange } from '../types.ts';

function loopsOf(op: Op, graph: Graph): Loops | undefined {
  const operands = [0, 1].map((position) => inputTensor(op, graph, position).shape);
  return broadcastLoops(outputTensor(op, graph).shape, operands);
}

/** An operand as large as the result is read at each element just before that element is written. */
function leadOfOperand(op: Op, graph: Graph, position: number): number | undefined {
  const whole = tensorBytes(outputTensor(op, graph));
  return tensorBytes(inputTensor(op, graph, position)) === whole ? 0 : undefined;
}

/** The loops of the C functions: over rows, and over the elements of each. */
type RowLoops = {
  readonly rows: readonly Argument[];
  readonly height: number;
  /** Elements from row to row of both operands and of the output; 0 where an operand has one row for all. */
  readonly pitches: readonly [a: number, b: number, output: number];
  readonly loops: Loops;
};

function loopArguments({ rows, height, pitches: [a, b, output], loops }: RowLoops): Argument[] {
  return [
    ...rows,
    ...literals({ height, a_pitch: a, b_pitch: b, output_pitch: output }),
    ...numbered('n', loops.sizes),
    ...numbered('a_step', at(loops.steps, 0)),
    ...numbered('b_step', at(loops.steps, 1)),
  ];
}

/** All elements as one row. */
function wholeLoops(op: Op, graph: Graph): RowLoops {
  const loops = loopsOf(op, graph);
  invariant(loops !== undefined, `${op.name} needs more than four loops`);
  return { rows: allRows([1, 1], 1), height: 1, pitches: [0, 0, 0], loops };
}

type Operand = { readonly row: readonly number[]; readonly pitch: number; readonly ring: Argument };

/** Rows of an operand, or the one row that serves for all; `undefined` where it has another number of rows. */
function operandRows(op: Op, graph: Graph, position: number): Operand | undefined {
  const { shape } = inputTensor(op, graph, position);
  const row = shape.slice(-2);
  const height = shape.at(-3) ?? 1;
  if (shape.length > 4 || (shape.length === 4 && shape[0] !== 1)) return undefined;
  if (height === 1) {
    return { row, pitch: 0, ring: { kind: 'literal', parameter: 'one_row_for_all', value: 1 } };
  }
  if (shape.length < 4) return undefined;
  return { row, pitch: elementCount(row), ring: { kind: 'inputRing', position } };
}

function rowLoops(op: Op, graph: Graph): { image: Image; loops: RowLoops } | undefined {
  const image = imageRows(outputTensor(op, graph));
  const [a, b] = [operandRows(op, graph, 0), operandRows(op, graph, 1)];
  if (image === undefined || a === undefined || b === undefined) return undefined;
  const { height, width, channels } = image;
  const loops = broadcastLoops([width, channels], [a.row, b.row]);
  invariant(loops !== undefined, 'a row has two dimensions');
  const rows = rowsWithRings([a.ring, b.ring]);
  return { image, loops: { rows, height, pitches: [a.pitch, b.pitch, width * channels], loops } };
}

/** The values of what the C function takes behind its loops, in the order of its parameters. */
type ElementwiseValues<O> = (op: O, graph: Graph) => Readonly<Record<string, number>>;

/** What all of them have alike: two operands, an output, and loops over rows and their elements. */
export function elementwiseForms<O extends Op>(
  valuesOf: ElementwiseValues<O>,
): Pick<KernelDefinition<O>, 'accepts' | 'leadBytes' | 'call' | 'rows'> {
  const callOf = (op: O, graph: Graph, loops: RowLoops): KernelCall => ({
    constants: [],
    arguments: [input(0), input(1), output, ...loopArguments(loops), ...literals(valuesOf(op, graph))],
  });
  return {
    accepts: (op, graph) => loopsOf(op, graph) !== undefined,
    leadBytes: leadOfOperand,
    call: (op, graph) => callOf(op, graph, wholeLoops(op, graph)),
    rows: (op, graph) => {
      const byRows = rowLoops(op, graph);
      if (byRows === undefined) return undefined;
      const { image, loops } = byRows;
      const form = rowByRow(
        image,
        () => callOf(op, graph, loops),
        (position) => (isAsWide(op, graph, position) ? leadOfRow(loops, position) : undefined),
      );
      return { ...form, reads: (position, row) => rowOfOperand(loops, position, row) };
    },
  };
}

/** `a_zero_point`, `b_zero_point` and `output_zero_point`. */
function zeroPoints(op: Op, graph: Graph): Readonly<Record<string, number>> {
  return {
    a_zero_point: inputTensor(op, graph, 0).zeroPoint,
    b_zero_point: inputTensor(op, graph, 1).zeroPoint,
    output_zero_point: outputTensor(op, graph).zeroPoint,
  };
}

/** An operand of one row is read whole for each row of the result, as a squeeze-and-excite gate is. */
function rowOfOperand({ pitches }: RowLoops, position: number, row: number): RowRange {
  return at(pitches, position) === 0 ? { first: 0, end: 1 } : { first: row, end: row + 1 };
}

/** Elements of other sizes do not come as they go. */
function isAsWide(op: Op, graph: Graph, position: number): boolean {
  return elementBytes(inputTensor(op, graph, position).type) === elementBytes(outputTensor(op, graph).type);
}

function leadOfRow({ pitches }: RowLoops, position: number): number | undefined {
  return at(pitches, position) === pitches[2] ? 0 : undefined;
}

export const add: Kernel = defineKernel<Add | Sub>({
  name: 'add_s8',
  isFor: (op) => op.kind === 'add' || op.kind === 'sub',
  ...elementwiseForms((op, graph) => ({
    left_shift: op.leftShift,
    a_zero_point: inputTensor(op, graph, 0).zeroPoint,
    a_multiplier: op.inputMultipliers[0].multiplier,
    a_shift: op.inputMultipliers[0].shift,
    b_zero_point: inputTensor(op, graph, 1).zeroPoint,
    b_multiplier: op.inputMultipliers[1].multiplier,
    b_shift: op.inputMultipliers[1].shift,
    output_zero_point: outputTensor(op, graph).zeroPoint,
    output_multiplier: op.outputMultiplier.multiplier,
    output_shift: op.outputMultiplier.shift,
    b_sign: op.kind === 'sub' ? -1 : 1,
    min: op.clamp.min,
    max: op.clamp.max,
  })),
});

export const mul: Kernel = defineKernel<Mul>({
  name: 'mul_s8',
  isFor: (op) => op.kind === 'mul',
  ...elementwiseForms((op, graph) => ({
    ...zeroPoints(op, graph),
    multiplier: op.outputMultiplier.multiplier,
    shift: op.outputMultiplier.shift,
    min: op.clamp.min,
    max: op.clamp.max,
  })),
});

export const extremum: Kernel = defineKernel<Extremum>({
  name: 'extremum_s8',
  isFor: (op): op is Extremum => op.kind === 'maximum' || op.kind === 'minimum',
  ...elementwiseForms((op) => ({ is_maximum: op.kind === 'maximum' ? 1 : 0 })),
});

export const prelu: Kernel = defineKernel<Prelu>({
  name: 'prelu_s8',
  isFor: (op) => op.kind === 'prelu',
  ...elementwiseForms((op, graph) => ({
    ...zeroPoints(op, graph),
    multiplier: op.positiveMultiplier.multiplier,
    shift: op.positiveMultiplier.shift,
    slope_multiplier: op.negativeMultiplier.multiplier,
    slope_shift: op.negativeMultiplier.shift,
  })),
});
