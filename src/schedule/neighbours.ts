/** Where each buffer must not start because of the others that live beside it. */
import { at } from '../base/index.ts';
import { alignUp, arenaAlignment } from './live-bytes.ts';
import { alignedOut, type OpenRange } from './ranges.ts';
import type { BufferId, Clearance, Overlap, PlannedBuffer } from './types.ts';

/** The buffer must not start strictly between `other`'s offset + after and + before, both multiples of the alignment. */
export type Neighbour = OpenRange & { readonly other: BufferId };

/** For each buffer; a pair that lives together is apart unless an overlap or a clearance says more. */
export function neighboursOf(
  buffers: readonly PlannedBuffer[],
  overlaps: readonly Overlap[],
  clearances: readonly Clearance[],
): readonly (readonly Neighbour[])[] {
  const neighbours = buffers.map((): Neighbour[] => []);
  const exceptions = exceptionsOf(buffers, overlaps, clearances);
  for (const a of buffers) {
    for (const b of buffers.slice(a.id + 1)) {
      if (b.lastStep < a.firstStep || a.lastStep < b.firstStep) continue;
      const apart = [{ after: -alignUp(b.bytes), before: alignUp(a.bytes) }];
      for (const { after, before } of exceptions.get(a.id)?.get(b.id) ?? apart) {
        // A lead far below zero may leave nothing forbidden.
        if (after >= before) continue;
        at(neighbours, b.id).push({ other: a.id, after, before });
        at(neighbours, a.id).push({ other: b.id, after: -before, before: -after });
      }
    }
  }
  return neighbours;
}

/** For a < b: where b must not start, seen from the start of a. */
type Exceptions = ReadonlyMap<BufferId, ReadonlyMap<BufferId, readonly OpenRange[]>>;

function exceptionsOf(
  buffers: readonly PlannedBuffer[],
  overlaps: readonly Overlap[],
  clearances: readonly Clearance[],
): Exceptions {
  const exceptions = new Map<BufferId, Map<BufferId, readonly OpenRange[]>>();
  const except = (a: BufferId, b: BufferId, ranges: readonly OpenRange[]): void => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const seen = a < b ? ranges : ranges.map(({ after, before }) => ({ after: -before, before: -after }));
    const ofLow = exceptions.get(low) ?? new Map<BufferId, readonly OpenRange[]>();
    exceptions.set(low, ofLow.set(high, seen));
  };
  for (const { input, output, leadBytes } of overlaps) {
    const bytes = alignUp(at(buffers, output).bytes);
    const before = alignUp(at(buffers, input).bytes);
    except(input, output, [{ after: -Math.min(alignUp(leadBytes), bytes), before }]);
  }
  for (const { a, b, barred } of clearances) {
    except(
      a,
      b,
      barred.map((range) => alignedOut(range, arenaAlignment)),
    );
  }
  return exceptions;
}
