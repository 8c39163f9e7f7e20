/** Everything a chip stores, in one buffer, and where in it each address lies. */
import { at } from '../../base/index.ts';
import type { Chip, StorageBlock } from '../chips/types.ts';
import type { MemoryWindow } from '../processor/contract.ts';

/** One buffer, seen in every width; little-endian like the chip and like every machine that Node runs on. */
export type Memory = {
  readonly bytes: number;
  readonly uint8: Uint8Array;
  readonly int8: Int8Array;
  readonly uint16: Uint16Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  /**
   * Runs of addresses with one offset, writable or not: neighbours in address and buffer are one window, so that a
   * program's RAM is one comparison; its kind is that of the first (on the F7, DTCM before SRAM). The first is where
   * its stack and data lie, the second its flash.
   */
  readonly windows: readonly MemoryWindow[];
};

/** What erased flash reads as. */
const erasedByte = 0xff;
const granule = 4096;

/** Memory of a chip as it leaves the factory: flash erased, RAM zero (a real one holds noise). */
export function createMemory(chip: Chip): Memory {
  const windows: MemoryWindow[] = [];
  let bytes = 0;
  for (const block of chip.storage) {
    const writable = block.kind !== 'flash' && block.kind !== 'information';
    for (const start of block.addresses) {
      const kind = kindOf(block, start);
      const cacheable = kind !== 'dtcm' && kind !== 'itcm' && block.kind !== 'information';
      windows.push({ name: block.name, start, bytes: block.bytes, offset: bytes, writable, kind, cacheable });
    }
    bytes += Math.ceil(block.bytes / granule) * granule;
  }
  const buffer = new ArrayBuffer(bytes);
  const uint8 = new Uint8Array(buffer);
  for (const window of windows) {
    if (!window.writable) uint8.fill(erasedByte, window.offset, window.offset + window.bytes);
  }
  return {
    bytes,
    uint8,
    int8: new Int8Array(buffer),
    uint16: new Uint16Array(buffer),
    int16: new Int16Array(buffer),
    int32: new Int32Array(buffer),
    float32: new Float32Array(buffer),
    float64: new Float64Array(buffer),
    windows: joinNeighbours(windows),
  };
}

/** Flash below the vector-table boundary of 128 MiB is its alias on the ITCM bus, which no cache is on. */
function kindOf(block: StorageBlock, start: number): MemoryWindow['kind'] {
  if (block.kind === 'information') return 'flash';
  return block.kind === 'flash' && start < 0x0800_0000 ? 'itcm' : block.kind;
}

function areNeighbours(first: MemoryWindow, second: MemoryWindow): boolean {
  const touch = first.start + first.bytes === second.start && first.offset + first.bytes === second.offset;
  return touch && first.writable && second.writable;
}

function joinNeighbours(windows: readonly MemoryWindow[]): readonly MemoryWindow[] {
  const joined: MemoryWindow[] = [];
  for (const window of windows) {
    const previous = joined.at(-1);
    if (previous !== undefined && areNeighbours(previous, window)) {
      const name = `${previous.name}, ${window.name}`;
      const bytes = previous.bytes + window.bytes;
      joined[joined.length - 1] = {
        ...previous,
        name,
        bytes,
        cacheable: previous.cacheable || window.cacheable,
      };
    } else {
      joined.push(window);
    }
  }
  return joined;
}

/** Position in the buffer of `sizeBytes` bytes at `address`, or -1 where they are not all stored in one window. */
export function findBytes(memory: Memory, address: number, sizeBytes: number): number {
  for (let index = 0; index < memory.windows.length; index += 1) {
    const window = at(memory.windows, index);
    const distance = address - window.start;
    if (distance >= 0 && distance + sizeBytes <= window.bytes) return window.offset + distance;
  }
  return -1;
}

/** The window that holds an address, for messages and for the timing of memories. */
export function findWindow(memory: Memory, address: number): MemoryWindow | undefined {
  return memory.windows.find(({ start, bytes }) => address >= start && address < start + bytes);
}
