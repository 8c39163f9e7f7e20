/**
 * What no placement can beat. First, each step must hold what is live, less what its output may share with dying
 * inputs, and a stream any two of its parts at some distance at which they never meet. Second, where an arena is too small for an output beside its input, the two overlap and the output starts a
 * lead earlier; over a chain of such steps the leads add up, and whatever lives beside the whole chain comes on top.
 */
import { at } from '../base/index.ts';
import { alignUp, arenaAlignment, shareableBytes } from './live-bytes.ts';
import { alignedOut, isWithin } from './ranges.ts';
import type { BufferId, Clearance, Overlap, PatchStep, PlannedBuffer, Step, StreamStep } from './types.ts';

/** An overlap with the arena bytes from which on a placement could do without it. */
type Link = Overlap & { readonly avoidableFromBytes: number };

/** Bytes that every placement of these buffers needs, when offsets are aligned and overlaps are those permitted. */
export function lowerBoundBytes(
  buffers: readonly PlannedBuffer[],
  overlaps: readonly Overlap[],
  clearances: readonly Clearance[],
  steps: readonly Step[],
): number {
  let bound = 0;
  for (let step = 0; step < Math.max(1, steps.length); step++) {
    const here = overlaps.filter((overlap) => overlap.step === step);
    const stream = steps[step];
    const bytes =
      stream?.kind === 'stream' || stream?.kind === 'patch'
        ? bytesAtStream(buffers, clearances, stream, step)
        : bytesAt(buffers, here, step);
    bound = Math.max(bound, bytes);
  }
  const links = overlaps.map((overlap): Link => {
    const others = overlaps.filter((other) => other.step === overlap.step && other !== overlap);
    return { ...overlap, avoidableFromBytes: bytesAt(buffers, others, overlap.step) };
  });
  return boundWithChains(buffers, links, bound);
}

/** What is live at the busiest call of a stream or of a patch, and beside it. */
function bytesAtStream(
  buffers: readonly PlannedBuffer[],
  clearances: readonly Clearance[],
  stream: StreamStep | PatchStep,
  step: number,
): number {
  const parts = new Set(clearances.flatMap(({ step: at, a, b }) => (at === step ? [a, b] : [])));
  const beside = buffers.filter(
    ({ id, firstStep, lastStep }) => firstStep <= step && step <= lastStep && !parts.has(id),
  );
  const pairs = clearances.flatMap((clearance) =>
    clearance.step === step ? [pairBytes(buffers, clearance)] : [],
  );
  const insideBytes = Math.max(alignUp(stream.liveBytes), ...pairs);
  return beside.reduce((sum, { bytes }) => sum + alignUp(bytes), insideBytes);
}

/**
 * The least that two parts of a stream span, over all distances at which they never meet. Seen from the start of a, the
 * span first falls and then grows with the start of b, so that its least value is at 0, at the distance where both end
 * together, or beside a barred range.
 */
function pairBytes(buffers: readonly PlannedBuffer[], { a, b, barred }: Clearance): number {
  const [first, second] = [alignUp(at(buffers, a).bytes), alignUp(at(buffers, b).bytes)];
  const ranges = barred.map((range) => alignedOut(range, arenaAlignment));
  const edges = ranges.flatMap(({ after, before }) => [after, before]);
  const free = [0, first - second, ...edges].filter((distance) => !isWithin(distance, ranges));
  const spanOf = (distance: number): number => Math.max(first, distance + second) - Math.min(0, distance);
  return Math.min(...free.map(spanOf));
}

/** What is live at a step, less what its output can share by these overlaps of the step. */
function bytesAt(buffers: readonly PlannedBuffer[], overlaps: readonly Overlap[], step: number): number {
  const live = buffers.filter((buffer) => buffer.firstStep <= step && step <= buffer.lastStep);
  const bytes = live.reduce((sum, buffer) => sum + alignUp(buffer.bytes), 0);
  const [first] = overlaps;
  if (first === undefined) return bytes;
  const inputs = overlaps.map(({ input, leadBytes }) => ({ bytes: at(buffers, input).bytes, leadBytes }));
  return bytes - shareableBytes(at(buffers, first.output).bytes, inputs);
}

/** The least arena that leaves no contradiction: one grown until a link can be avoided may do with less than its chain. */
function boundWithChains(
  buffers: readonly PlannedBuffer[],
  links: readonly Link[],
  stepBoundBytes: number,
): number {
  let bound = stepBoundBytes;
  for (;;) {
    const forced = links.filter((link) => link.avoidableFromBytes > bound);
    const needed = longestChainBytes(buffers, links, forced);
    if (needed <= bound) return bound;
    bound = Math.min(needed, ...forced.map((link) => link.avoidableFromBytes));
  }
}

function longestChainBytes(
  buffers: readonly PlannedBuffer[],
  links: readonly Link[],
  forced: readonly Link[],
): number {
  const linkOfInput = new Map(forced.map((link) => [link.input, link]));
  const mayShareAt = new Map(links.map((link) => [link.input, link.step]));
  return forced.reduce((most, link) => Math.max(most, chainBytes(buffers, linkOfInput, mayShareAt, link)), 0);
}

/** Most bytes that any part of the chain beginning with this link needs, with what lives beside that part. */
function chainBytes(
  buffers: readonly PlannedBuffer[],
  linkOfInput: ReadonlyMap<BufferId, Link>,
  mayShareAt: ReadonlyMap<BufferId, number>,
  first: Link,
): number {
  let beside = buffers.filter(
    (buffer) => buffer.firstStep <= first.step && first.step <= buffer.lastStep && buffer.id !== first.input,
  );
  /** End of the highest buffer of the chain, seen from the start of the last. */
  let reach = alignUp(at(buffers, first.input).bytes);
  let most = 0;
  for (let link: Link | undefined = first; link !== undefined; link = linkOfInput.get(link.output)) {
    const { step, output, leadBytes } = link;
    reach = Math.max(reach + alignUp(leadBytes), alignUp(at(buffers, output).bytes));
    beside = beside.filter((buffer) => buffer.lastStep >= step && buffer.id !== output);
    // Another input that the same output may overlap need not lie beside the chain.
    const apart = beside.filter((buffer) => mayShareAt.get(buffer.id) !== step);
    most = Math.max(most, reach + apart.reduce((sum, buffer) => sum + alignUp(buffer.bytes), 0));
  }
  return most;
}
