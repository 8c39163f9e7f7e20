/** The machine as others use it: load, run, talk to it over its UART, look into it. */
import { at } from '../../base/index.ts';
import type { Chip } from '../chips/types.ts';
import { disassemble } from '../disassembly/disassemble.ts';
import type { FaultRecord } from '../exceptions/faults.ts';
import { addressNotInMemory, firmwareReset } from '../failures.ts';
import { assembleMachine, type MachineOptions, type MachineParts } from '../machine.ts';
import { readXpsr, slots, writeXpsr } from '../processor/state.ts';
import { readStatistics, type StallCounts } from '../timing/statistics.ts';
import type { ChipTimingModel } from '../timing/timing-model.ts';
import { ResetRequest } from '../wiring.ts';
import { clearProfile, type ProfileEntry, readProfile } from './profile.ts';
import { type RunLimits, runMachine, runUntilOutput, type StopReason, stepMachine } from './run-machine.ts';
import { stackFloor, stackHighWaterBytes } from './stack-mark.ts';
import type { SymbolTable } from './symbols.ts';
import type { UartLine } from './uart-log.ts';

export type Machine = {
  readonly chip: Chip;
  /** Undefined where the machine runs without timing. */
  readonly timing: ChipTimingModel | undefined;
  readonly symbols: SymbolTable;
  /** Faults so far: more than one only where the firmware handles them. */
  readonly faults: readonly FaultRecord[];

  /** Runs until a limit. Throws the `Failure` of firmware that faults, locks up, resets or stops at BKPT. */
  run(limits: RunLimits): StopReason;
  /** Runs until the UART sends `text`; throws `SIMULATION_TOO_LONG` or `FIRMWARE_ASLEEP` with the place where it was. */
  runUntilOutput(text: string, maxCycles: number): void;
  /** How often the firmware has reset the chip, where `resets` is `restart`. */
  readonly resets: () => number;
  /** One instruction; exceptions that wait are entered before it. */
  step(): void;
  /** Addresses before which `run` comes back. */
  setBreakpoints(addresses: Iterable<number>): void;

  /** Core clock cycles and instructions since reset. */
  readonly cycles: () => number;
  readonly instructions: () => number;
  /** Device time since reset, from the clocks that the firmware chose. */
  readonly seconds: () => number;
  /** Frequency of the core now, Hz. */
  readonly coreHz: () => number;

  /** Bytes, or Latin-1 text, to the firmware. */
  send(bytes: Uint8Array | string): void;
  /** Bytes sent that the firmware has not read yet. */
  readonly unreadBytes: () => number;
  readonly uart: {
    /** Whole lines that the firmware sent, with the time of their last byte. */
    readonly lines: readonly UartLine[];
    readonly text: () => string;
    /** Bytes since the last call. */
    readonly take: () => Uint8Array;
  };

  /** r0 to r15: 13 is the stack pointer in use, 15 the address of the next instruction. 16 is xPSR, 17 FPSCR. */
  readRegister(number: number): number;
  writeRegister(number: number, value: number): void;
  /** s0 to s31, as bits. */
  readFloatRegister(number: number): number;
  writeFloatRegister(number: number, bits: number): void;
  /** Without side effects. Throws a `Failure` (`ADDRESS_NOT_IN_MEMORY`) where not all of it is memory. */
  readMemory(address: number, bytes: number): Uint8Array;
  /** Registers of peripherals, with the side effects of reading them; undefined where memory is, or nothing. */
  readRegisters(address: number, bytes: number): Uint8Array | undefined;
  /** As a debugger does it: flash too. */
  writeMemory(address: number, bytes: Uint8Array): void;

  /** The instruction at an address; a `Failure` (`ADDRESS_NOT_IN_MEMORY`) where no memory is. */
  disassemble(address: number): Disassembled;

  /** Deepest stack so far, bytes below its top; undefined for a raw image, whose linker map is not known. */
  stackHighWaterBytes(): number | undefined;
  /** Most cycles first; empty where the machine was made without `profile`. */
  profile(): readonly ProfileEntry[];
  /** Cycles beyond the static schedule and their causes, counted since the last `clearCounts`; empty without timing. */
  stalls(): Partial<StallCounts>;
  /** Forgets profile and stalls, so that one inference can be counted after a warm-up. */
  clearCounts(): void;
};

type Disassembled = {
  readonly bytes: 2 | 4;
  /** The half-word, or the first times 65,536 plus the second. */
  readonly encoding: number;
  readonly text: string;
};

const xpsrNumber = 16;

/** Firmware that resets more often does nothing else. */
const mostResets = 100;

/**
 * A chip with an image in its memory, about to run its first instruction.
 * `image` is the content of an ELF file, or of flash from the boot address.
 * Throws a `Failure`: `CHIP_UNKNOWN`, `ELF_MALFORMED`, `IMAGE_NOT_FOR_CORE`, `IMAGE_NOT_LOADABLE`, `IMAGE_NOT_FOR_CHIP`.
 */
export function createMachine(image: Uint8Array, chipName: string, options: MachineOptions = {}): Machine {
  let parts = assembleMachine(image, chipName, options);
  let resets = 0;
  const { uart, symbols, profile, timing } = parts;
  /** Does it to the end, and resets the chip in between where the firmware asks for that. */
  const throughResets = <T>(act: () => T): T => {
    for (;;) {
      try {
        return act();
      } catch (error) {
        if (!(error instanceof ResetRequest)) throw error;
        if (resets === mostResets)
          throw firmwareReset(symbols.describe(at(parts.state.words, slots.pc) >>> 0));
        parts = parts.reset();
        resets += 1;
      }
    }
  };
  const cycles = (): number => parts.state.cycles;
  const within = <T>(maxCycles: number, act: (remaining: number) => T): T => {
    const end = cycles() + maxCycles;
    return throughResets(() => act(end - cycles()));
  };
  return {
    chip: parts.chip,
    timing,
    symbols,
    faults: parts.faults,
    run: (limits) =>
      within(limits.cycles, (remaining) => runMachine(parts, { ...limits, cycles: remaining })),
    runUntilOutput: (text, maxCycles) =>
      within(maxCycles, (remaining) => runUntilOutput(parts, text, remaining)),
    step: () => {
      const before = resets;
      // A reset is all that its instruction does.
      throughResets(() => (resets === before ? stepMachine(parts) : undefined));
    },
    resets: () => resets,
    setBreakpoints: (addresses) => setBreakpoints(parts, addresses),
    cycles,
    instructions: () => parts.state.instructions,
    seconds: () => parts.peripherals.clock.secondsAt(cycles()),
    coreHz: () => parts.peripherals.clock.frequencies().core,
    send: (bytes) => consoleOf(parts).receive(typeof bytes === 'string' ? latin1(bytes) : bytes),
    unreadBytes: () => consoleOf(parts).pendingBytes(),
    uart: { lines: uart.lines, text: uart.text, take: uart.take },
    ...registersOf(() => parts),
    ...memoryOf(() => parts),
    disassemble: (address) => disassembleAt(parts, address),
    stackHighWaterBytes: () => highWater(parts),
    profile: () => (profile === undefined ? [] : readProfile(profile, symbols)),
    stalls: () => (timing === undefined ? {} : readStatistics(timing.statistics)),
    clearCounts: () => {
      if (profile === undefined) timing?.statistics.fill(0);
      else clearProfile(profile, timing?.statistics);
    },
  };
}

const latin1 = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);

function consoleOf(parts: MachineParts): MachineParts['peripherals']['usarts'][number] {
  const index = parts.peripherals.usarts.findIndex(({ name }) => name === parts.console);
  return at(parts.peripherals.usarts, index);
}

function setBreakpoints({ breakpoints, processor }: MachineParts, addresses: Iterable<number>): void {
  breakpoints.clear();
  for (const address of addresses) breakpoints.add((address & ~1) >>> 0);
  processor.setBreakpoints(breakpoints);
}

function registersOf(
  parts: () => MachineParts,
): Pick<Machine, 'readRegister' | 'writeRegister' | 'readFloatRegister' | 'writeFloatRegister'> {
  return {
    readRegister: (number) => {
      const { state } = parts();
      const { words } = state;
      if (number < xpsrNumber) return at(words, number) >>> 0;
      return number === xpsrNumber ? readXpsr(state) >>> 0 : at(words, slots.fpscr) >>> 0;
    },
    writeRegister: (number, value) => {
      const { state } = parts();
      const { words } = state;
      if (number === slots.pc) words[number] = value & ~1;
      else if (number < xpsrNumber) words[number] = value;
      else if (number === xpsrNumber) writeXpsr(state, value);
      else words[slots.fpscr] = value;
    },
    readFloatRegister: (number) => at(parts().state.floatWords, number) >>> 0,
    writeFloatRegister: (number, bits) => {
      parts().state.floatWords[number] = bits;
    },
  };
}

function memoryOf(parts: () => MachineParts): Pick<Machine, 'readMemory' | 'readRegisters' | 'writeMemory'> {
  return {
    readMemory: (address, bytes) => {
      const found = parts().bus.peek(address, bytes);
      if (found === undefined) throw addressNotInMemory(address, bytes);
      return found;
    },
    readRegisters: (address, bytes) => parts().bus.readDevices(address, bytes),
    writeMemory: (address, bytes) => {
      if (!parts().bus.poke(address, bytes)) throw addressNotInMemory(address, bytes.length);
      parts().processor.invalidateCode();
    },
  };
}

/** At the next instruction, with the condition that its IT block gives it. */
function disassembleAt({ bus, processor, state }: MachineParts, address: number): Disassembled {
  if (bus.peek(address, 2) === undefined) throw addressNotInMemory(address, 2);
  const isNext = address === at(state.words, slots.pc) >>> 0;
  const instruction = processor.instructionAt(address, isNext ? at(state.words, slots.itState) : 0);
  return { bytes: instruction.bytes, encoding: instruction.encoding, text: disassemble(instruction) };
}

function highWater({ image, bus, initialStackPointer }: MachineParts): number | undefined {
  const floor = stackFloor(image, bus.memory, initialStackPointer);
  return floor === undefined ? undefined : stackHighWaterBytes(bus.memory, floor, initialStackPointer);
}
