/** Phases of a transposed convolution: outputs at one place between inputs, which read neighbours with the same taps. */
import type { Size2d } from '../graph/index.ts';
import type { Image } from './geometry.ts';
import { blockOfRows, paddedDepth } from './matrix.ts';

type Window = { readonly filter: Size2d; readonly stride: Size2d };

/** Rows and columns of the filter, in the order of the inputs that they meet: the last first. */
export type Phase = { readonly rows: readonly number[]; readonly columns: readonly number[] };

/** Phases of a row of outputs one after another, then those of the next. */
export function phasesOf({ filter, stride }: Window): Phase[] {
  const columns = phasesAlong(filter.width, stride.width);
  return phasesAlong(filter.height, stride.height).flatMap((rows) =>
    columns.map((own): Phase => ({ rows, columns: own })),
  );
}

function phasesAlong(taps: number, stride: number): number[][] {
  return Array.from({ length: stride }, (_, phase) =>
    Array.from(
      { length: Math.max(0, Math.ceil((taps - phase) / stride)) },
      (__, i) => phase + i * stride,
    ).reverse(),
  );
}

/** Depth of a phase's patches as they are multiplied. */
export function depthOfPhase({ rows, columns }: Phase, inputs: number): number {
  return Math.max(4, paddedDepth(rows.length * columns.length * inputs));
}

/** Depth of the largest phase, and how many pixels of a row's phase are made at a time. */
export function transposedBlock(
  window: Window,
  inputs: number,
  { width, channels }: Image,
): { readonly depth: number; readonly block: number } {
  const depth = Math.max(...phasesOf(window).map((phase) => depthOfPhase(phase, inputs)));
  const row = { height: 1, width: Math.ceil(width / window.stride.width) };
  return { depth, block: blockOfRows(row, 1, depth, channels) };
}

/** The same of kernels that make no pixels singly. */
export function wideTransposedBlock(
  window: Window,
  inputs: number,
  output: Image,
): { readonly depth: number; readonly block: number } {
  const { depth, block } = transposedBlock(window, inputs, output);
  return { depth, block: Math.max(4, block) };
}
