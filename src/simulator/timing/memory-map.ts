/** Which addresses are tightly coupled memory, which are cached, and how fast the memory behind a cache answers. */
import type { Chip } from '../chips/types.ts';
import type { ChipTiming, MemoryTiming } from './types.ts';

type Range = { readonly start: number; readonly end: number; readonly memory: MemoryTiming | undefined };

export type TimedMemoryMap = {
  /** The memory at `address`; flash where nothing is. */
  memoryAt(address: number): MemoryTiming;
  /** `undefined` for tightly coupled memory; a device where no storage is. */
  kindAt(address: number): 'coupled' | 'storage' | 'device';
};

/** On a bus of its own, past the caches (RM0385 3.3.2: ART accelerator): as good as tightly coupled memory. */
const codeBusEnd = 0x0800_0000;

export function createMemoryMap(chip: Chip, timing: ChipTiming): TimedMemoryMap {
  const ranges: Range[] = chip.storage.flatMap(({ addresses, bytes, kind }) =>
    addresses.map((start) => {
      const isCoupled = kind === 'dtcm' || kind === 'itcm' || start < codeBusEnd;
      const memory = kind === 'sram' ? timing.sram : timing.flash;
      return { start, end: start + bytes, memory: isCoupled ? undefined : memory };
    }),
  );
  const find = (address: number): Range | undefined => {
    const place = address >>> 0;
    return ranges.find(({ start, end }) => place >= start && place < end);
  };
  return {
    memoryAt: (address) => find(address)?.memory ?? timing.flash,
    kindAt(address) {
      const range = find(address);
      if (range === undefined) return 'device';
      return range.memory === undefined ? 'coupled' : 'storage';
    },
  };
}
