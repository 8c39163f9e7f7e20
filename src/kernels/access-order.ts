/** How far an output may overlap its input, from the order in which a kernel reads and writes. */
import { at } from '../base/index.ts';

/** A stretch of a kernel's run: all its reads happen before all its writes. */
export type AccessBlock = {
  /** Lowest byte of the input that this block reads. */
  readonly readsFrom: number;
  /** End of all bytes of the output that are written once this block is done. */
  readonly writtenTo: number;
};

/**
 * Bytes before the input at which the output must start, for a kernel whose blocks run in this order. Proof: with that
 * lead, output byte w lies on input byte w - lead, so a block still finds its inputs whole if and only if what was
 * written before it ends at or below lead + readsFrom. The result is the least lead for which all blocks do, and at
 * least 0.
 */
export function leadOfBlocks(blocks: Iterable<AccessBlock>): number {
  let lead = 0;
  let written = 0;
  for (const block of blocks) {
    lead = Math.max(lead, written - block.readsFrom);
    written = Math.max(written, block.writtenTo);
  }
  return lead;
}

/**
 * The same for nested loops that make one result of `resultBytes` a turn, each of which reads from the sum of its
 * places times `steps` on, none of them negative. What was written and what is read grow with each place on its own, so
 * each loop's first or last turn decides, however many there are.
 */
export function leadOfLoops(sizes: readonly number[], steps: readonly number[], resultBytes = 1): number {
  let turnBytes = resultBytes;
  let lead = 0;
  for (let loop = sizes.length - 1; loop >= 0; loop -= 1) {
    lead += Math.max(0, (at(sizes, loop) - 1) * (turnBytes - at(steps, loop)));
    turnBytes *= at(sizes, loop);
  }
  return lead;
}
