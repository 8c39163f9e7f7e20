/** Kernels of int16 that order elements anew or add them up. */
import { at, invariant } from '../../base/index.ts';
import {
  elementCount,
  type Graph,
  type Mean,
  type Pad,
  type Slice,
  stridesOf,
  type Transpose,
} from '../../graph/index.ts';
import { defineKernel, input, literals, numbered, output } from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import { joinLoops, type Loops } from '../loops.ts';
import type { Kernel } from '../types.ts';
import { leadOfResults, loopsOf, requiredLoops } from './mean.ts';

/** In elements: what lies apart is no run of bytes. */
function stridedLoops(op: Slice | Transpose, graph: Graph): Loops | undefined {
  const strides = stridesOf(inputTensor(op, graph).shape);
  const steps =
    op.kind === 'slice'
      ? strides.map((stride, axis) => stride * at(op.stride, axis))
      : op.permutation.map((axis) => at(strides, axis));
  return joinLoops(outputTensor(op, graph).shape, [steps]);
}

export const stridedS16: Kernel = defineKernel<Slice | Transpose>({
  name: 'strided_s16',
  isFor: (op) => op.kind === 'slice' || op.kind === 'transpose',
  types: ['int16'],
  accepts: (op, graph) => stridedLoops(op, graph) !== undefined,
  // Where steps are never negative, elements come from at or behind where they go.
  leadBytes: (op) => (op.kind === 'slice' && op.stride.every((stride) => stride > 0) ? 0 : undefined),
  call: (op, graph) => {
    const loops = stridedLoops(op, graph);
    invariant(loops !== undefined, `${op.name} needs more than four loops`);
    const strides = stridesOf(inputTensor(op, graph).shape);
    const begin = op.kind === 'slice' ? op.begin : [];
    const start = begin.reduce((sum, place, axis) => sum + place * at(strides, axis), 0);
    return {
      constants: [],
      arguments: [
        input(0),
        output,
        ...literals({ start }),
        ...numbered('n', loops.sizes),
        ...numbered('step', at(loops.steps, 0)),
      ],
    };
  },
});

function filledLoops(op: Pad, graph: Graph): Loops | undefined {
  return joinLoops(inputTensor(op, graph).shape, [stridesOf(outputTensor(op, graph).shape)]);
}

/** Pads whose value is no run of one byte. */
export const fillS16: Kernel = defineKernel<Pad>({
  name: 'fill_s16',
  isFor: (op) => op.kind === 'pad',
  types: ['int16'],
  accepts: (op, graph) => filledLoops(op, graph) !== undefined,
  call: (op, graph) => {
    const loops = filledLoops(op, graph);
    invariant(loops !== undefined, `${op.name} needs more than four loops`);
    const { shape } = outputTensor(op, graph);
    const start = stridesOf(shape).reduce((sum, stride, axis) => sum + stride * at(op.before, axis), 0);
    return {
      constants: [],
      arguments: [
        input(0),
        output,
        ...literals({ elements: elementCount(shape), value: op.value, start }),
        ...numbered('n', loops.sizes),
        ...numbered('step', at(loops.steps, 0)),
      ],
    };
  },
});

/** Written after the last of the values that it is the sum of. */
export const meanS16: Kernel = defineKernel<Mean>({
  name: 'mean_s16',
  isFor: (op): op is Mean => op.kind === 'mean' || op.kind === 'sum',
  types: ['int16'],
  accepts: (op, graph) => loopsOf(op, graph) !== undefined,
  leadBytes: (op, graph) => 2 * leadOfResults(op, graph),
  call: (op, graph) => {
    const { kept, summed } = requiredLoops(op, graph);
    return {
      constants: [],
      arguments: [
        input(0),
        output,
        ...numbered('n', kept.sizes),
        ...numbered('step', at(kept.steps, 0)),
        ...numbered('summed_n', summed.sizes),
        ...numbered('summed_step', at(summed.steps, 0)),
        ...literals({ multiplier: op.multiplier.multiplier, shift: op.multiplier.shift }),
      ],
    };
  },
});
