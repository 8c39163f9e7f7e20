/** Puts an image into the memory of a chip, and checks that the chip could start it. */
import { at } from '../../base/index.ts';
import { findBytes, findWindow, type Memory } from '../bus/memory.ts';
import type { Chip } from '../chips/types.ts';
import { hex, imageNotForChip } from '../failures.ts';
import type { Image } from './image.ts';

export type StartState = { readonly stackPointer: number; readonly resetHandler: number };

/** Writes all segments; throws a `Failure` (`IMAGE_NOT_FOR_CHIP`) where the chip has no memory for one. */
export function placeImage(image: Image, memory: Memory, chip: Chip): void {
  for (const { address, bytes } of image.segments) {
    const index = findBytes(memory, address, bytes.length);
    if (index < 0) {
      const window = findWindow(memory, address);
      const room =
        window === undefined
          ? 'no memory is there'
          : `${window.name} ends at ${hex(window.start + window.bytes)}`;
      throw imageNotForChip(`${bytes.length} bytes for ${hex(address)}, but ${room}`, chip.part);
    }
    memory.uint8.set(bytes, index);
  }
}

/** Initial stack pointer and reset vector, checked (Armv7-M ARM, B1.5.3). */
export function readVectorTable(memory: Memory, chip: Chip, tableAddress: number): StartState {
  const index = findBytes(memory, tableAddress, 8);
  if (index < 0)
    throw imageNotForChip(`its vector table at ${hex(tableAddress)} is not in memory`, chip.part);
  const stackPointer = at(memory.int32, index >> 2) >>> 0;
  const reset = at(memory.int32, (index >> 2) + 1) >>> 0;
  if (stackPointer === 0xffff_ffff && reset === 0xffff_ffff) {
    throw imageNotForChip(
      `there is no vector table at ${hex(tableAddress)}: flash is erased there`,
      chip.part,
    );
  }
  // The stack is full-descending: it may begin just behind the memory that it grows down into.
  const stack = stackPointer < 4 ? undefined : findWindow(memory, stackPointer - 4);
  if (stack === undefined || !stack.writable || (stackPointer & 3) !== 0) {
    throw imageNotForChip(
      `its vector table puts the stack at ${hex(stackPointer)}, which is not in RAM`,
      chip.part,
    );
  }
  if ((reset & 1) === 0 || findWindow(memory, reset & ~1) === undefined) {
    const why = (reset & 1) === 0 ? 'has no Thumb bit' : 'is not in memory';
    throw imageNotForChip(`its reset vector ${hex(reset)} ${why}`, chip.part);
  }
  return { stackPointer, resetHandler: (reset & ~1) >>> 0 };
}
