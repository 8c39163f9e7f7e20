/**
 * How much each buffer is read and written in an inference. Where an arena is larger than the tightly coupled memory
 * at its start, what lies beyond goes through the data cache: on an STM32F746 mcunet-320kb takes 16 % longer with all of
 * its arena there, and a residual network 21 %.
 */
import { at } from '../base/index.ts';
import { countMacs, type Graph, type Op, tensorBytes } from '../graph/index.ts';
import type { Target } from '../target/index.ts';
import type { BufferId, PlannedBuffer, Step } from './types.ts';

/** Stack and variables lie below the arena: this much of the fast memory is kept for them. */
const reservedBytes = 2048;

/** Arena bytes that lie in memory without a cache between it and the core. */
export function fastBytesOf({ memories, sramOrigin }: Target): number {
  const fast = memories.find(({ name, origin }) => name === 'DTCM' && origin === sramOrigin);
  return fast === undefined ? 0 : fast.bytes - reservedBytes;
}

/** Bytes that are accessed in each buffer, by what operators do with their operands. */
export function trafficOf(
  graph: Graph,
  steps: readonly Step[],
  buffers: readonly PlannedBuffer[],
): readonly number[] {
  const traffic = buffers.map(() => 0);
  const count = (buffer: BufferId | undefined, bytes: number): void => {
    if (buffer !== undefined) traffic[buffer] = at(traffic, buffer) + bytes;
  };
  const holders = new Map(
    buffers.flatMap(({ id, tensors }) => tensors.map((tensor) => [tensor, id] as const)),
  );
  for (const step of steps) {
    const lines = step.kind === 'operator' ? [] : step.lines;
    const holderOf = (tensor: number): BufferId | undefined =>
      lines.find((line) => line.tensor === tensor)?.buffer ?? holders.get(tensor);
    const scratches = step.kind === 'operator' ? [step.scratch] : step.scratches;
    const ops = step.kind === 'operator' ? [step.op] : step.ops;
    for (const [position, index] of ops.entries()) {
      const op = at(graph.ops, index);
      const bytesOf = (tensor: number): number => tensorBytes(at(graph.tensors, tensor));
      for (const tensor of op.inputs) count(holderOf(tensor), bytesOf(tensor) * passesOver(op));
      count(holderOf(op.output), bytesOf(op.output));
      // Weights meet what is expanded there again and again.
      count(scratches[position], countMacs(op, graph));
    }
  }
  return traffic;
}

/** How often an input comes through the cache: once for each row of the filter that slides over it. */
function passesOver(op: Op): number {
  return 'filter' in op ? op.filter.height : 1;
}

/** What a placement costs: accesses beyond the fast memory. */
export function slowTraffic(
  offsets: readonly number[],
  sizes: readonly number[],
  traffic: readonly number[],
  fastBytes: number,
): number {
  return offsets.reduce((sum, offset, id) => {
    const bytes = at(sizes, id);
    const beyond = Math.min(bytes, Math.max(0, offset + bytes - fastBytes));
    return beyond === 0 ? sum : sum + (at(traffic, id) * beyond) / bytes;
  }, 0);
}
