/** What the row forms of the kernels share: rows that a window reads, and the arguments that say which rows to make. */
import { at } from '../base/index.ts';
import { type AccessBlock, leadOfBlocks } from './access-order.ts';
import { literals } from './definition.ts';
import type { Image, SlidingWindow } from './geometry.ts';
import type { Argument, KernelCall, RowForm, RowRange } from './types.ts';

const rowsToMake: readonly Argument[] = [{ kind: 'firstRow' }, { kind: 'endRow' }];

/** `first_row`, `end_row` and `input_ring`, for a kernel whose only output row is written with the last. */
export const inputRows: readonly Argument[] = [...rowsToMake, { kind: 'inputRing', position: 0 }];

/** `first_row`, `end_row`, a ring for each of `inputs` inputs and `output_ring`, where rows are made singly. */
export function singleRows(inputs = 1): Argument[] {
  return rowsWithRings(Array.from({ length: inputs }, (_, position) => ({ kind: 'inputRing', position })));
}

/** The same with rings of one's own. */
export function rowsWithRings(rings: readonly Argument[]): Argument[] {
  return [...rowsToMake, ...rings, { kind: 'outputRing' }];
}

/** The same where all rows are made at once and kept. */
export function allRows(inputHeights: readonly number[], outputHeight: number): Argument[] {
  const rings = Object.fromEntries(
    inputHeights.map((height, position) => [`input_ring_${position}`, height]),
  );
  return literals({ first_row: 0, end_row: outputHeight, ...rings, output_ring: outputHeight });
}

/** The form of a kernel that makes each output row of one row of each input, the one at the same height. */
export function rowByRow(
  { height }: Image,
  call: () => KernelCall,
  rowLeadBytes: RowForm['rowLeadBytes'],
  scratchBytes = 0,
): RowForm {
  const reads = (_: number, row: number): RowRange => ({ first: row, end: row + 1 });
  return { rowCount: height, accumulates: false, scratchBytes, reads, rowLeadBytes, call };
}

/** The form of a kernel that adds up all rows of its input, with `sums` int32 of scratch. */
export function accumulated({ height }: Image, sums: number, call: () => KernelCall): RowForm {
  const reads = (_: number, row: number): RowRange => ({ first: row, end: row + 1 });
  // The output is written when all rows have been read.
  return { rowCount: height, accumulates: true, scratchBytes: 4 * sums, reads, rowLeadBytes: () => 0, call };
}

/** The form of a kernel with a window of which each row is made in these blocks, like all rows of a lower image. */
export function slidingRows(
  window: SlidingWindow,
  filterHeight: number,
  blocks: (window: SlidingWindow) => Iterable<AccessBlock>,
  call: () => KernelCall,
  scratchBytes = 0,
): RowForm {
  const { input, output, stride, dilation, padding } = window;
  const reads = (_: number, row: number): RowRange => {
    const top = row * stride.height - padding.top;
    const first = Math.min(Math.max(top, 0), input.height);
    const below = top + (filterHeight - 1) * dilation.height + 1;
    return { first, end: Math.max(first, Math.min(below, input.height)) };
  };
  const oneRow: SlidingWindow = {
    ...window,
    input: { ...input, height: 1 },
    output: { ...output, height: 1 },
    padding: { ...padding, top: 0 },
  };
  const rowLeadBytes = (): number => leadOfBlocks(blocks(oneRow));
  return { rowCount: output.height, accumulates: false, scratchBytes, reads, rowLeadBytes, call };
}

/** Rows, pixels of a row and channels of a tensor of one image; `undefined` for any other tensor. */
export function imageRows({ shape }: { readonly shape: readonly number[] }): Image | undefined {
  if (shape.length !== 4 || shape[0] !== 1) return undefined;
  return { height: at(shape, 1), width: at(shape, 2), channels: at(shape, 3) };
}
