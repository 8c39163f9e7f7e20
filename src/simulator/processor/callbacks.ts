/** What compiled code calls: accesses over the bus, and ways back to the processor. */
import type { Callbacks } from './compile.ts';
import type { CoreBus, TimingModel } from './contract.ts';
import { executeFloat } from './float/float-unit.ts';
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
  readonly bus: CoreBus;
  readonly timing: TimingModel | undefined;
  readonly departure: Departure;
  /** Puts `nextEventCycle` into the limit of compiled code. */
  updateLimit(): void;
};

/** The number that tells the processor to look at the departure: no instruction has an odd address. */
const attend = 1;

export function createCallbacks(settings: CallbackSettings): Callbacks {
  const { state, bus, timing, departure, updateLimit } = settings;
  const { words } = state;
  /** State that peripherals and handlers of faults look at. */
  const arrive = (place: number, cycles: number): void => {
    words[slots.pc] = place;
    words[slots.accessCycles] = cycles;
    state.cycles = state.epoch + cycles;
  };
  const account = (address: number, bytes: number, kind: 'load' | 'store', now: number): void => {
    words[slots.busCycles] = timing === undefined ? 0 : timing.busAccess(address >>> 0, bytes, kind, now);
  };
  return {
    read(address, bytes, place, cycles) {
      arrive(place, cycles);
      const value = bus.read(address >>> 0, bytes);
      account(address, bytes, 'load', cycles);
      updateLimit();
      return value;
    },
    write(address, bytes, value, place, cycles) {
      arrive(place, cycles);
      bus.write(address >>> 0, bytes, value);
      account(address, bytes, 'store', cycles);
      updateLimit();
    },
    unaligned(address, place, cycles) {
      arrive(place, cycles);
      return { fault: 'unaligned', address: address >>> 0 } satisfies CoreFault;
    },
    divideByZero(place, cycles) {
      arrive(place, cycles);
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
    float: (operation) => executeFloat(operation, state),
    readSpecial: (register, stackPointer) => readSpecialRegister(state, register, stackPointer),
  };
}
