/** Additions and multiplications of two tensors, broadcast to one shape. */
import { at, invariant } from '../../base/index.ts';
import { type Add, type Graph, type Mul, type Op, tensorBytes } from '../../graph/index.ts';
import { type Cost, cyclesOfElements } from '../cycles.ts';
import { clampLiterals, defineKernel, input, literals, numbered, output } from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import { broadcastLoops, type Loops } from '../loops.ts';
import type { Argument, Kernel } from '../types.ts';

/** Instructions of the inner loop for one element. */
const addInstructions: Cost = { dsp: 20, portable: 32 };
const mulInstructions: Cost = { dsp: 14, portable: 16 };

function loopsOf(op: Op, graph: Graph): Loops | undefined {
  const operands = [0, 1].map((position) => inputTensor(op, graph, position).shape);
  return broadcastLoops(outputTensor(op, graph).shape, operands);
}

/** An operand as large as the result is read at each element just before that element is written. */
function leadOfOperand(op: Op, graph: Graph, position: number): number | undefined {
  const whole = tensorBytes(outputTensor(op, graph));
  return tensorBytes(inputTensor(op, graph, position)) === whole ? 0 : undefined;
}

/** Sizes n0 ... n3 and steps a_step0 ... b_step3. */
function loopLiterals(op: Op, graph: Graph): Argument[] {
  const loops = loopsOf(op, graph);
  invariant(loops !== undefined, `${op.name} needs more than four loops`);
  return [
    ...numbered('n', loops.sizes),
    ...numbered('a_step', at(loops.steps, 0)),
    ...numbered('b_step', at(loops.steps, 1)),
  ];
}

export const add: Kernel = defineKernel<Add>({
  name: 'add_s8',
  isFor: (op) => op.kind === 'add',
  accepts: (op, graph) => loopsOf(op, graph) !== undefined,
  leadBytes: leadOfOperand,
  call: (op, graph) => ({
    constants: [],
    arguments: [
      input(0),
      input(1),
      output,
      ...loopLiterals(op, graph),
      ...literals({
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
      }),
      ...clampLiterals(op.clamp),
    ],
  }),
  estimateCycles: (op, graph, target) =>
    cyclesOfElements(tensorBytes(outputTensor(op, graph)), addInstructions, target),
});

export const mul: Kernel = defineKernel<Mul>({
  name: 'mul_s8',
  isFor: (op) => op.kind === 'mul',
  accepts: (op, graph) => loopsOf(op, graph) !== undefined,
  leadBytes: leadOfOperand,
  call: (op, graph) => ({
    constants: [],
    arguments: [
      input(0),
      input(1),
      output,
      ...loopLiterals(op, graph),
      ...literals({
        a_zero_point: inputTensor(op, graph, 0).zeroPoint,
        b_zero_point: inputTensor(op, graph, 1).zeroPoint,
        output_zero_point: outputTensor(op, graph).zeroPoint,
        multiplier: op.outputMultiplier.multiplier,
        shift: op.outputMultiplier.shift,
      }),
      ...clampLiterals(op.clamp),
    ],
  }),
  estimateCycles: (op, graph, target) =>
    cyclesOfElements(tensorBytes(outputTensor(op, graph)), mulInstructions, target),
});
