/** Means, sums and extrema over any dimensions. */
import { at, invariant } from '../../base/index.ts';
import { type Graph, type Mean, type ReducedExtremum, stridesOf } from '../../graph/index.ts';
import { leadOfLoops } from '../access-order.ts';
import { defineKernel, input, literals, noPointer, numbered, output, scratch } from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import { joinLoops, type Loops } from '../loops.ts';
import { accumulated, imageRows, inputRows } from '../row-form.ts';
import type { Argument, Kernel, KernelCall } from '../types.ts';

type MeanLoops = { readonly kept: Loops; readonly summed: Loops };

/** Loops over the kept dimensions and over the others, both stepping through the input. */
export function loopsOf(op: Mean | ReducedExtremum, graph: Graph): MeanLoops | undefined {
  const { shape } = inputTensor(op, graph);
  const strides = stridesOf(shape);
  const over = (isSummed: boolean): Loops | undefined => {
    const axes = shape.map((_, axis) => axis).filter((axis) => op.axes.includes(axis) === isSummed);
    return joinLoops(
      axes.map((axis) => at(shape, axis)),
      [axes.map((axis) => at(strides, axis))],
    );
  };
  const [kept, summed] = [over(false), over(true)];
  return kept === undefined || summed === undefined ? undefined : { kept, summed };
}

export function requiredLoops(op: Mean | ReducedExtremum, graph: Graph): MeanLoops {
  const loops = loopsOf(op, graph);
  invariant(loops !== undefined, `${op.name} needs more than four loops`);
  return loops;
}

/** Elements between output and input; a result's first summed element is its lowest, since all steps are positive. */
export function leadOfResults(op: Mean | ReducedExtremum, graph: Graph): number {
  const { sizes, steps } = requiredLoops(op, graph).kept;
  return leadOfLoops(sizes, at(steps, 0));
}

function callOf(op: Mean, graph: Graph, rows: readonly Argument[]): KernelCall {
  const { kept, summed } = requiredLoops(op, graph);
  return {
    constants: [],
    arguments: [
      input(0),
      output,
      ...rows,
      ...numbered('n', kept.sizes),
      ...numbered('step', at(kept.steps, 0)),
      ...numbered('summed_n', summed.sizes),
      ...numbered('summed_step', at(summed.steps, 0)),
      ...literals({
        input_zero_point: inputTensor(op, graph).zeroPoint,
        output_zero_point: outputTensor(op, graph).zeroPoint,
        multiplier: op.multiplier.multiplier,
        shift: op.multiplier.shift,
      }),
    ],
  };
}

export const mean: Kernel = defineKernel<Mean>({
  name: 'mean_s8',
  isFor: (op): op is Mean => op.kind === 'mean' || op.kind === 'sum',
  accepts: (op, graph) => loopsOf(op, graph) !== undefined,
  // Each result (or four neighbours) is read whole before it is written.
  leadBytes: leadOfResults,
  call: (op, graph) =>
    callOf(op, graph, [
      noPointer('sums'),
      ...literals({ first_row: 0, end_row: 0, input_ring: 0, height: 0, width: 0, channels: 0 }),
    ]),
  rows: (op, graph) => {
    const image = imageRows(inputTensor(op, graph));
    if (image === undefined || !op.axes.includes(1) || op.axes.includes(3)) return undefined;
    const isWidthKept = !op.axes.includes(2);
    const width = isWidthKept ? 1 : image.width;
    const channels = isWidthKept ? image.width * image.channels : image.channels;
    const call = (): KernelCall =>
      callOf(op, graph, [scratch, ...inputRows, ...literals({ height: image.height, width, channels })]);
    return accumulated(image, channels, call);
  },
});

/** Written after the last of the values that they are chosen from. */
export const reducedExtremum: Kernel = defineKernel<ReducedExtremum>({
  name: 'reduced_extremum_s8',
  isFor: (op): op is ReducedExtremum => op.kind === 'reduceMax' || op.kind === 'reduceMin',
  accepts: (op, graph) => loopsOf(op, graph) !== undefined,
  leadBytes: leadOfResults,
  call: (op, graph) => {
    const { kept, summed } = requiredLoops(op, graph);
    return {
      constants: [],
      arguments: [
        input(0),
        output,
        ...numbered('n', kept.sizes),
        ...numbered('step', at(kept.steps, 0)),
        ...numbered('reduced_n', summed.sizes),
        ...numbered('reduced_step', at(summed.steps, 0)),
        ...literals({ is_maximum: op.kind === 'reduceMax' ? 1 : 0 }),
      ],
    };
  },
});
