/** How many arena bytes a step must have, and how many it has. */
import { at } from '../base/index.ts';
import type { Schedule } from './types.ts';

/** Every buffer starts at a multiple of this: enough for word loads and for a cache line's quarter. */
export const arenaAlignment = 16;

export function alignUp(bytes: number): number {
  return Math.ceil(bytes / arenaAlignment) * arenaAlignment;
}

export type OverlappableInput = { readonly bytes: number; readonly leadBytes: number };

/**
 * The most bytes that an output can share with inputs that it may overlap, all sizes aligned. Seen from the output's
 * start, each input can begin no earlier than its lead and inputs are disjoint: one machine that runs jobs with release
 * times until the output ends, which is busiest when it never waits although a job is ready.
 */
export function shareableBytes(outputBytes: number, inputs: readonly OverlappableInput[]): number {
  const end = alignUp(outputBytes);
  let time = 0;
  let busy = 0;
  for (const input of [...inputs].sort((a, b) => a.leadBytes - b.leadBytes)) {
    const start = Math.max(time, alignUp(input.leadBytes));
    if (start >= end) break;
    time = start + alignUp(input.bytes);
    busy += Math.min(time, end) - start;
  }
  return busy;
}

/** Arena bytes that are kept from one inference to the next. */
export function stateBytesOf({ buffers }: Pick<Schedule, 'buffers'>): number {
  return buffers.reduce((sum, { kind, bytes }) => (kind === 'state' ? sum + bytes : sum), 0);
}

/** Arena bytes that hold something while a step runs; bytes that two buffers share count once. */
export function liveBytesAt(schedule: Schedule, step: number): number {
  const ranges = schedule.buffers
    .filter((buffer) => buffer.firstStep <= step && step <= buffer.lastStep)
    .map((buffer) => ({ start: at(schedule.placements, buffer.id).offset, bytes: buffer.bytes }))
    .sort((a, b) => a.start - b.start);
  let covered = 0;
  let end = 0;
  for (const { start, bytes } of ranges) {
    covered += Math.max(0, start + bytes - Math.max(start, end));
    end = Math.max(end, start + bytes);
  }
  return covered;
}
