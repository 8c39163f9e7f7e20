/** How many pixels of convolutions in groups are made at a time. */
import type { Image } from './geometry.ts';
import { paddedDepth } from './matrix.ts';

/** Memory for which pixels are taken together, so that the weights of a group serve many of them, and how many at most. */
const blockBytes = 4096;
const mostPixels = 16;

export type GroupedOutputs = { readonly depth: number; readonly block: number };

/** Depth of a group, and the outputs of `rows` rows that are made at a time, in results of so many bytes. */
export function groupedOutputs(
  { width, channels }: Image,
  rows: number,
  taps: number,
  resultBytes = 1,
): GroupedOutputs {
  const depth = paddedDepth(taps);
  const fitting = Math.floor(blockBytes / (2 * depth + resultBytes * channels) / 4) * 4;
  const there = Math.floor((rows * width) / 4) * 4;
  return { depth, block: Math.max(4, Math.min(mostPixels, fitting, there)) };
}
