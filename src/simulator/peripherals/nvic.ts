/** NVIC registers (Armv7-M ARM, B3.4) over the priorities that the exceptions are taken by. */
import { at } from '../../base/index.ts';
import { exceptionNumbers, type Priorities } from '../exceptions/priorities.ts';

const first = exceptionNumbers.firstInterrupt;

/** Offsets from 0xE000E000. */
const offsets = { iser: 0x100, icer: 0x180, ispr: 0x200, icpr: 0x280, iabr: 0x300, ipr: 0x400, end: 0x500 };

const bitArrayBytes = 0x80;

export type RegisterRange = {
  /** `undefined` where the range has no such register. */
  read(offset: number): number;
  write(offset: number, value: number, mask: number): void;
};

export function createNvic(priorities: Priorities, priorityBits: number): RegisterRange {
  const priorityMask = (0xff00 >> priorityBits) & 0xff;

  const readBits = (bits: Uint8Array, index: number): number => {
    let word = 0;
    for (let bit = 0; bit < 32; bit += 1) word |= (bits[first + 32 * index + bit] ?? 0) << bit;
    return word;
  };
  const writeBits = (bits: Uint8Array, index: number, ones: number, value: 0 | 1): void => {
    for (let bit = 0; bit < 32; bit += 1) {
      const number = first + 32 * index + bit;
      if (((ones >>> bit) & 1) === 1 && number < priorities.count) bits[number] = value;
    }
  };

  const readPriorities = (offset: number): number => {
    let word = 0;
    for (let byte = 0; byte < 4; byte += 1) {
      word |= (priorities.priority[first + offset - offsets.ipr + byte] ?? 0) << (8 * byte);
    }
    return word;
  };
  const writePriorities = (offset: number, value: number, mask: number): void => {
    for (let byte = 0; byte < 4; byte += 1) {
      const number = first + offset - offsets.ipr + byte;
      const isWritten = ((mask >>> (8 * byte)) & 0xff) !== 0;
      if (isWritten && number < priorities.count)
        priorities.priority[number] = (value >>> (8 * byte)) & priorityMask;
    }
  };

  /** Clearing a pending bit does not quieten a line that is still high. */
  const clearPending = (index: number, ones: number): void => {
    writeBits(priorities.pending, index, ones, 0);
    for (let bit = 0; bit < 32; bit += 1) {
      const number = first + 32 * index + bit;
      if (((ones >>> bit) & 1) === 1 && number < priorities.count && at(priorities.level, number) === 1)
        priorities.pending[number] = 1;
    }
  };

  return {
    read: (offset) => {
      const index = (offset & (bitArrayBytes - 1)) >> 2;
      if (offset >= offsets.ipr) return readPriorities(offset);
      if (offset >= offsets.iabr) return readBits(priorities.active, index);
      return readBits(offset >= offsets.ispr ? priorities.pending : priorities.enabled, index);
    },
    write: (offset, value, mask) => {
      const index = (offset & (bitArrayBytes - 1)) >> 2;
      if (offset >= offsets.ipr) writePriorities(offset, value, mask);
      else if (offset >= offsets.iabr) return;
      else if (offset >= offsets.icpr) clearPending(index, value);
      else if (offset >= offsets.ispr) writeBits(priorities.pending, index, value, 1);
      else writeBits(priorities.enabled, index, value, offset >= offsets.icer ? 0 : 1);
    },
  };
}
