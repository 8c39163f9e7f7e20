/** Takes an access to the memory or peripheral behind its address; compiled code comes here for all but plain RAM. */
import { peripheralUnsupported } from '../failures.ts';
import type { Peripheral } from '../peripherals/types.ts';
import { behindBitBand } from './bit-band.ts';
import { BusError } from './bus-error.ts';
import type { Memory } from './memory.ts';
import { findWindow } from './memory.ts';

/** Where a peripheral answers. */
export type PeripheralMapping = {
  readonly name: string;
  readonly start: number;
  readonly bytes: number;
  /** Undefined where the chip has a peripheral that is not simulated. */
  readonly peripheral: Peripheral | undefined;
};

type AccessBytes = 1 | 2 | 4;

export type Bus = {
  readonly memory: Memory;
  /** Signed for words, unsigned for bytes and half-words. Throws a `BusError` where nothing answers. */
  read(address: number, bytes: AccessBytes): number;
  write(address: number, bytes: AccessBytes, value: number): void;
  /** Half-word of an instruction. */
  fetch(address: number): number;
  /** As a debugger does: reads without side effects, writes flash too; `undefined` or `false` where no memory is. */
  peek(address: number, sizeBytes: number): Uint8Array | undefined;
  poke(address: number, bytes: Uint8Array): boolean;
  /** Registers of peripherals, as words or parts of one; `undefined` where none answers. */
  readDevices(address: number, sizeBytes: number): Uint8Array | undefined;
};

/** Peripherals are found by this much of their address: no two share a block. */
const blockShift = 10;

/** What the bus asks of the machine around it. */
export type BusHooks = {
  /** A peripheral was written: interrupts may have changed. */
  readonly onPeripheralWrite: () => void;
  /** CCR.UNALIGN_TRP. */
  readonly trapsUnaligned: () => boolean;
  /** Whether words stand for single bits, as on the Cortex-M4. */
  readonly hasBitBand: boolean;
  /** Whether the MPU keeps the code that runs now from it. */
  readonly forbids: (address: number, bytes: number, access: 'read' | 'write' | 'fetch') => boolean;
};

export function createBus(memory: Memory, mappings: readonly PeripheralMapping[], hooks: BusHooks): Bus {
  const blocks = mapBlocks(mappings);
  // Accesses come in runs: the window of the last one is tried first.
  let last = memory.windows[0];

  const locate = (address: number, bytes: number, writes: boolean): number => {
    if (last === undefined || address < last.start || address + bytes > last.start + last.bytes) {
      const found = findWindow(memory, address);
      if (found === undefined) return -1;
      last = found;
      if (address + bytes > found.start + found.bytes) return -1;
    }
    return writes && !last.writable ? -1 : address - last.start + last.offset;
  };

  const readDevice = (address: number, bytes: AccessBytes): number => {
    const { mapping, peripheral } = deviceAt(blocks, address, bytes, 'read');
    const word = peripheral.read((address - mapping.start) & ~3);
    if (bytes === 4) return word | 0;
    const shifted = word >>> (8 * (address & 3));
    return bytes === 1 ? shifted & 0xff : shifted & 0xffff;
  };

  const writeDevice = (address: number, bytes: AccessBytes, value: number): void => {
    const { mapping, peripheral } = deviceAt(blocks, address, bytes, 'write');
    const shift = 8 * (address & 3);
    const mask = bytes === 4 ? -1 : (bytes === 1 ? 0xff : 0xffff) << shift;
    peripheral.write((address - mapping.start) & ~3, (value << shift) & mask, mask);
    hooks.onPeripheralWrite();
  };

  const checkAlignment = (address: number, bytes: number, access: 'read' | 'write'): void => {
    if ((address & (bytes - 1)) !== 0 && hooks.trapsUnaligned())
      throw new BusError(address, access, 'unaligned');
  };

  const checkProtection = (address: number, bytes: number, access: 'read' | 'write' | 'fetch'): void => {
    if (hooks.forbids(address, bytes, access)) throw new BusError(address, access, 'memory-protection');
  };

  const read = (signedAddress: number, bytes: AccessBytes): number => {
    const address = signedAddress >>> 0;
    checkAlignment(address, bytes, 'read');
    checkProtection(address, bytes, 'read');
    const index = locate(address, bytes, false);
    if (index >= 0) return readMemory(memory, index, bytes);
    const alias = hooks.hasBitBand ? behindBitBand(address) : undefined;
    return alias === undefined ? readDevice(address, bytes) : (read(alias.address, 1) >>> alias.bit) & 1;
  };

  const write = (signedAddress: number, bytes: AccessBytes, value: number): void => {
    const address = signedAddress >>> 0;
    checkAlignment(address, bytes, 'write');
    checkProtection(address, bytes, 'write');
    const index = locate(address, bytes, true);
    const alias = index < 0 && hooks.hasBitBand ? behindBitBand(address) : undefined;
    if (alias !== undefined) {
      const others = read(alias.address, 1) & ~(1 << alias.bit);
      write(alias.address, 1, others | ((value & 1) << alias.bit));
    } else if (index < 0) writeDevice(address, bytes, value);
    else writeMemory(memory, index, bytes, value);
  };

  const fetch = (address: number): number => {
    const index = locate(address >>> 0, 2, false);
    if (index < 0) throw new BusError(address, 'fetch', 'bus');
    checkProtection(address >>> 0, 2, 'fetch');
    return readMemory(memory, index, 2);
  };

  const peek = (address: number, sizeBytes: number): Uint8Array | undefined => {
    const index = locate(address >>> 0, sizeBytes, false);
    return index < 0 ? undefined : memory.uint8.slice(index, index + sizeBytes);
  };

  const poke = (address: number, bytes: Uint8Array): boolean => {
    const index = locate(address >>> 0, bytes.length, false);
    if (index >= 0) memory.uint8.set(bytes, index);
    return index >= 0;
  };

  const readDevices = (address: number, sizeBytes: number): Uint8Array | undefined =>
    readRegisters(blocks, (word) => readDevice(word, 4), address, sizeBytes);

  return { memory, read, write, fetch, peek, poke, readDevices };
}

/** Whole words, of which the asked bytes are given. */
function readRegisters(
  blocks: ReadonlyMap<number, PeripheralMapping>,
  readWord: (address: number) => number,
  address: number,
  sizeBytes: number,
): Uint8Array | undefined {
  const first = address - (address & 3);
  const words = Array.from(
    { length: Math.ceil((address + sizeBytes - first) / 4) },
    (_, word) => first + 4 * word,
  );
  if (words.some((word) => blocks.get(word >>> blockShift)?.peripheral === undefined)) return undefined;
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, index) => {
    view.setInt32(4 * index, readWord(word), true);
  });
  return new Uint8Array(view.buffer, address - first, sizeBytes);
}

function mapBlocks(mappings: readonly PeripheralMapping[]): ReadonlyMap<number, PeripheralMapping> {
  const blocks = new Map<number, PeripheralMapping>();
  for (const mapping of mappings) {
    const first = mapping.start >>> blockShift;
    const end = (mapping.start + mapping.bytes - 1) >>> blockShift;
    for (let block = first; block <= end; block += 1) blocks.set(block, mapping);
  }
  return blocks;
}

function deviceAt(
  blocks: ReadonlyMap<number, PeripheralMapping>,
  address: number,
  bytes: number,
  access: 'read' | 'write',
): { readonly mapping: PeripheralMapping; readonly peripheral: Peripheral } {
  // Device memory faults on any unaligned access, whatever CCR says (Armv7-M ARM, B3.1 and A3.2.1).
  if ((address & (bytes - 1)) !== 0 && address >= 0x4000_0000)
    throw new BusError(address, access, 'unaligned');
  const mapping = blocks.get(address >>> blockShift);
  if (mapping === undefined) throw new BusError(address, access, 'bus');
  if (mapping.peripheral === undefined) throw peripheralUnsupported(mapping.name, access, address);
  return { mapping, peripheral: mapping.peripheral };
}

function readMemory(memory: Memory, index: number, bytes: AccessBytes): number {
  const { uint8 } = memory;
  const low = uint8[index] ?? 0;
  if (bytes === 1) return low;
  const half = low | ((uint8[index + 1] ?? 0) << 8);
  if (bytes === 2) return half;
  return half | ((uint8[index + 2] ?? 0) << 16) | ((uint8[index + 3] ?? 0) << 24);
}

function writeMemory(memory: Memory, index: number, bytes: AccessBytes, value: number): void {
  const { uint8 } = memory;
  uint8[index] = value;
  if (bytes === 1) return;
  uint8[index + 1] = value >> 8;
  if (bytes === 2) return;
  uint8[index + 2] = value >> 16;
  uint8[index + 3] = value >> 24;
}
