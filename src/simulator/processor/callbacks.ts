/** What compiled code calls: accesses over the bus, and ways back to the processor. */
import type { Callbacks } from './compile.ts';
import type { CoreBus, CoreMemory, TimingModel } from './contract.ts';
import { executeFloat } from './float/float-unit.ts';
import { beginFloats } from './float-context.ts';
import { cachedBit, outsideBit, type PageTable, pageBits } from './pages.ts';
import { readSpecialRegister } from './special-registers.ts';
import { type ProcessorState, slots } from './state.ts';

/** Why compiled code came back last, where it was no plain address. */
export type Departure = {
  /** A number of `leaveReasons`, MSR beyond `specialRegisterBase`, or `thrownReason`. */
  reason: number;
  argument: number;
  thrown: unknown;
};

export const thrownReason: number = -1;

/** Thrown by compiled code for what is no matter of the bus. */
export type CoreFault =
  | { readonly fault: 'unaligned'; readonly address: number }
  | { readonly fault: 'divideByZero' };

export function isCoreFault(thrown: unknown): thrown is CoreFault {
  return typeof thrown === 'object' && thrown !== null && 'fault' in thrown && !(thrown instanceof Error);
}

export type CallbackSettings = {
  readonly state: ProcessorState;
  readonly memory: CoreMemory;
  readonly pages: PageTable;
  readonly bus: CoreBus;
  readonly timing?: TimingModel | undefined;
  readonly departure: Departure;
  /** Puts `nextEventCycle` into the limit of compiled code. */
  updateLimit(): void;
};

/** The number that tells the processor to look at the departure: no instruction has an odd address. */
const attend = 1;

export function createCallbacks(settings: CallbackSettings): Callbacks {
  const { state, departure } = settings;
  const { words } = state;
  return {
    ...createAccesses(settings),
    unaligned(address, place, cycles) {
      arrive(state, place, cycles);
      return { fault: 'unaligned', address: address >>> 0 } satisfies CoreFault;
    },
    divideByZero(place, cycles) {
      arrive(state, place, cycles);
      return { fault: 'divideByZero' } satisfies CoreFault;
    },
    leave(reason, address, itState, argument) {
      departure.reason = reason;
      departure.argument = argument;
      words[slots.pc] = address;
      words[slots.itState] = itState;
      return attend;
    },
    caught(thrown) {
      departure.reason = thrownReason;
      departure.thrown = thrown;
      return attend;
    },
    beginFloats(place, itState, cycles) {
      arrive(state, place, cycles);
      words[slots.itState] = itState;
      beginFloats(state, settings.bus);
      words[slots.itState] = 0;
    },
    float: (operation) => executeFloat(operation, state),
    readSpecial: (register, stackPointer) => readSpecialRegister(state, register, stackPointer),
  };
}

/** State that peripherals and handlers of faults look at. */
function arrive(state: ProcessorState, place: number, cycles: number): void {
  state.words[slots.pc] = place;
  state.words[slots.accessCycles] = cycles;
  state.cycles = state.epoch + cycles;
}

type Accesses = Pick<Callbacks, 'read' | 'readWords' | 'write' | 'miss'>;

function createAccesses({ state, memory, pages, bus, timing, updateLimit }: CallbackSettings): Accesses {
  const { words } = state;
  const account = (address: number, bytes: number, kind: 'load' | 'store', now: number): void => {
    words[slots.busCycles] = timing === undefined ? 0 : timing.busAccess(address >>> 0, bytes, kind, now);
  };
  const { readable, writable } = pages;
  /** The page where an aligned access lies in storage; `outsideBit` where it is the bus's. */
  const pageOf = (table: Int32Array, address: number, bytes: number): number =>
    (address & (bytes - 1)) === 0 ? (table[address >>> pageBits] ?? outsideBit) : outsideBit;
  const cached = (
    page: number,
    address: number,
    bytes: number,
    kind: 'load' | 'store',
    now: number,
  ): number =>
    timing === undefined || (page & cachedBit) === 0 ? 0 : timing.cacheAccess(address, bytes, kind, now);
  const read = (address: number, bytes: 1 | 2 | 4, place: number, cycles: number): number => {
    const page = pageOf(readable, address, bytes);
    if (page === outsideBit) {
      arrive(state, place, cycles);
      const value = bus.read(address >>> 0, bytes);
      account(address, bytes, 'load', cycles);
      updateLimit();
      return value;
    }
    words[slots.busCycles] = cached(page, address, bytes, 'load', cycles);
    const index = (address + (page & ~cachedBit)) | 0;
    if (bytes === 4) return memory.int32[index >> 2] ?? 0;
    return (bytes === 2 ? memory.uint16[index >> 1] : memory.uint8[index]) ?? 0;
  };
  return {
    read,
    readWords(address, count, place, cycles) {
      let spent = 0;
      for (let n = 0; n < count; n += 1) {
        words[slots.read + n] = read((address + 4 * n) | 0, 4, place, cycles + spent);
        spent += words[slots.busCycles] ?? 0;
      }
      words[slots.busCycles] = spent;
    },
    write(address, bytes, value, place, cycles) {
      const page = pageOf(writable, address, bytes);
      if (page === outsideBit) {
        arrive(state, place, cycles);
        bus.write(address >>> 0, bytes, value);
        account(address, bytes, 'store', cycles);
        updateLimit();
        return;
      }
      words[slots.busCycles] = cached(page, address, bytes, 'store', cycles);
      const index = (address + (page & ~cachedBit)) | 0;
      if (bytes === 4) memory.int32[index >> 2] = value;
      else if (bytes === 2) memory.uint16[index >> 1] = value;
      else memory.uint8[index] = value;
    },
    miss: (address, bytes, cycles) => cached(cachedBit, address, bytes, 'load', cycles),
  };
}
