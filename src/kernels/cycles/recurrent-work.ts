/** Work of the kernels that keep state. */
import type { KernelShape } from './shape.ts';
import type { Work } from './work.ts';

type ShapeOf<K extends KernelShape['kernel']> = Extract<KernelShape, { kernel: K }>;

export function svdfWork({ batches, inputSize, units, filters, memory }: ShapeOf<'svdf_s8'>): Work {
  return {
    call: 1,
    unit: batches * units,
    filter: batches * filters,
    product: batches * filters * inputSize,
    remembered: batches * filters * memory,
  };
}

/** Weights go by in pairs of columns, from flash in every step. */
export function lstmWork({ steps, inputSize, units }: ShapeOf<'lstm_s8' | 'lstm_s16'>): Work {
  const pairs = Math.ceil(inputSize / 2) + Math.ceil(units / 2);
  return {
    call: 1,
    step: steps,
    element: steps * (inputSize + units),
    unit: steps * units,
    pair: steps * units * pairs,
  };
}
