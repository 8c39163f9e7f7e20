/** How deep the stack ever was: memory is painted before the start, and what is still painted was not used. */
import { findBytes, findWindow, type Memory } from '../bus/memory.ts';
import type { Image } from '../load/image.ts';

const paint = 0xa5;

/** Paints all RAM: what it holds at power-on is not defined. */
export function paintMemory(memory: Memory): void {
  for (const { writable, offset, bytes } of memory.windows) {
    if (writable) memory.uint8.fill(paint, offset, offset + bytes);
  }
}

/**
 * Lowest address that the stack may grow down to: the end of what the linker put below it, else the start of memory.
 * Undefined for a raw image, which does not say what lies below its stack.
 */
export function stackFloor(image: Image, memory: Memory, stackTop: number): number | undefined {
  const window = findWindow(memory, stackTop - 4);
  if (image.allocated.length === 0 || window === undefined) return undefined;
  return image.allocated
    .filter(({ address, bytes }) => address + bytes < stackTop && bytes > 0)
    .reduce((floor, { address, bytes }) => Math.max(floor, address + bytes), window.start);
}

/** Bytes from the stack's top down to the lowest byte that was written. */
export function stackHighWaterBytes(memory: Memory, floor: number, top: number): number {
  const index = findBytes(memory, floor, top - floor);
  const used = memory.uint8.subarray(index, index + top - floor).findIndex((byte) => byte !== paint);
  return used === -1 ? 0 : top - floor - used;
}
