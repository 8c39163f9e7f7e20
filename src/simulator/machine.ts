/** A whole chip with an image in it: memory, bus, peripherals, exceptions, processor and timing, wired together. */
import { at } from '../base/index.ts';
import { createBus } from './bus/bus.ts';
import { createMemory, type Memory } from './bus/memory.ts';
import { findChip } from './chips/find-chip.ts';
import type { Chip } from './chips/types.ts';
import { createExceptions } from './exceptions/exceptions.ts';
import type { FaultRecord } from './exceptions/faults.ts';
import { timingUnknown, usartUnknown } from './failures.ts';
import type { Image } from './load/image.ts';
import { placeImage, readVectorTable, type StartState } from './load/place-image.ts';
import { readImage } from './load/read-image.ts';
import { createPeripherals } from './peripherals/create-peripherals.ts';
import type { UartPace } from './peripherals/usart.ts';
import { Processor } from './processor/processor.ts';
import { createState, type ProcessorState, slots } from './processor/state.ts';
import { applyProtection, createProtection } from './protection.ts';
import { createProfileCounters, type ProfileCounters } from './run/profile.ts';
import { paintMemory } from './run/stack-mark.ts';
import { createSymbolTable, type SymbolTable } from './run/symbols.ts';
import { createUartLog, type UartLog } from './run/uart-log.ts';
import { chipTimings } from './timing/chip-timings.ts';
import { type ChipTimingModel, createTimingModel } from './timing/timing-model.ts';
import type { ChipTiming } from './timing/types.ts';
import { createHost, effectsOn, faultSink } from './wiring.ts';

export type MachineOptions = {
  /** Default: 1,000 cycles after each byte that was read, and no time to send. */
  readonly uartPace?: UartPace;
  /** The USART that `send` and `uart` are joined to; default: the one that the board's debugger is wired to. */
  readonly console?: string;
  /** Crystal or clock of the board, Hz; default: that of the board that the chip is best known on. */
  readonly hseHz?: number;
  /** Default: the chip's. `none` counts one cycle an instruction. */
  readonly timing?: ChipTiming | 'none';
  /** `stop` (default): any fault ends the run with a `Failure`; `deliver`: the firmware's handler runs. */
  readonly faults?: 'stop' | 'deliver';
  /** `stop` (default): firmware that asks for a reset ends the run with a `Failure`; `restart`: it gets it. */
  readonly resets?: 'stop' | 'restart';
  /** Counts cycles and instructions by function. */
  readonly profile?: boolean;
  /** Functions, by name, whose cost the profile counts for whoever called them; default: none. */
  readonly countsForCaller?: (symbol: string) => boolean;
};

/** What the parts of a machine share; `index.ts` shows it through the functions of `run/`. */
export type MachineParts = {
  readonly chip: Chip;
  readonly image: Image;
  readonly symbols: SymbolTable;
  readonly state: ProcessorState;
  readonly bus: ReturnType<typeof createBus>;
  readonly exceptions: ReturnType<typeof createExceptions>;
  readonly peripherals: ReturnType<typeof createPeripherals>;
  readonly processor: Processor;
  readonly timing: ChipTimingModel | undefined;
  readonly uart: UartLog;
  readonly console: string;
  readonly profile: ProfileCounters | undefined;
  readonly faults: readonly FaultRecord[];
  /** Set by WFI and WFE, cleared by whoever wakes the core. */
  readonly sleep: { isAsleep: boolean };
  readonly breakpoints: Set<number>;
  readonly initialStackPointer: number;
  /** The same machine, as the firmware's own reset leaves it. */
  readonly reset: () => MachineParts;
};

const defaultPace: UartPace = { gapCycles: 1000 };

/** What a reset of the chip leaves as it is. */
type Kept = Loaded & {
  readonly options: MachineOptions;
  readonly timing: ChipTimingModel | undefined;
  readonly uart: UartLog;
  readonly profile: ProfileCounters | undefined;
  readonly faults: FaultRecord[];
  readonly breakpoints: Set<number>;
};

/** `image` is the content of an ELF file or of flash. Throws a `Failure` for an image that the chip cannot start. */
export function assembleMachine(
  imageBytes: Uint8Array,
  chipName: string,
  options: MachineOptions,
): MachineParts {
  const loaded = loadImage(imageBytes, chipName, options);
  const timing = timingOf(loaded.chip, options);
  return powerUp({
    ...loaded,
    options,
    timing,
    uart: createUartLog(),
    profile: profileOf(loaded.symbols, options, timing),
    faults: [],
    breakpoints: new Set(),
  });
}

/** The chip after a reset: memory keeps what it holds, time and counts go on. */
function resetParts(kept: Kept, before: MachineParts): MachineParts {
  const { cycles, instructions } = before.state;
  kept.timing?.enableCaches({ instruction: false, data: false });
  const start = readVectorTable(kept.memory, kept.chip, kept.chip.bootAddress);
  const parts = powerUp({ ...kept, start });
  parts.state.cycles = cycles;
  parts.state.instructions = instructions;
  parts.peripherals.clock.start(before.peripherals.clock.secondsAt(cycles), cycles);
  parts.processor.setBreakpoints(kept.breakpoints);
  return parts;
}

function powerUp(kept: Kept): MachineParts {
  const { chip, memory, symbols, options, timing, uart, faults } = kept;
  const consoleName = checkConsole(chip, options.console ?? chip.console);
  const state = createState();
  const sleep = { isAsleep: false };
  const here = (): string => symbols.describe(at(state.words, slots.pc) >>> 0);
  const requestPoll = (): void => {
    state.nextEventCycle = 0;
  };
  const exceptions = createExceptions({
    state,
    bus: {
      read: (address, bytes) => bus.read(address, bytes),
      write: (address, bytes, value) => bus.write(address, bytes, value),
    },
    interruptCount: chip.interruptCount,
    initialVectorTable: chip.bootAddress,
    onFault: faultSink(faults, symbols, options),
  });
  const later = () => ({ processor, mpu: peripherals.mpu, state });
  const peripherals = createPeripherals(chip, {
    now: () => state.cycles,
    changed: requestPoll,
    exceptions,
    effects: effectsOn(timing, here, later, options.resets, state.words),
    pace: options.uartPace ?? defaultPace,
    onTransmit: (usart, byte, cycles) => {
      if (usart !== consoleName) return;
      uart.push(byte, cycles, peripherals.clock.secondsAt(cycles));
      if (uart.hasMatched()) requestPoll();
    },
  });
  const bus = createBus(memory, peripherals.mappings, {
    onPeripheralWrite: requestPoll,
    trapsUnaligned: () => peripherals.systemControl.trapsUnaligned(),
    hasBitBand: chip.core === 'cortex-m4',
    forbids: createProtection(state, exceptions, () => peripherals.mpu),
  });
  const privilegeChanged = (): void => applyProtection(later());
  const host = createHost({ exceptions, here, sleep, requestPoll, privilegeChanged });
  const processor = new Processor({ ...kept, state, bus, host, floatingPoint: floatsOf(chip) });
  startAt(state, kept.start);
  const initialStackPointer = kept.start.stackPointer;
  const parts: MachineParts = {
    ...kept,
    ...{ state, bus, exceptions, peripherals, processor, sleep, initialStackPointer },
    console: consoleName,
    reset: () => resetParts(kept, parts),
  };
  return parts;
}

function profileOf(
  symbols: SymbolTable,
  options: MachineOptions,
  timing: ChipTimingModel | undefined,
): ProfileCounters | undefined {
  if (options.profile !== true) return undefined;
  return createProfileCounters(symbols, options.countsForCaller ?? (() => false), timing?.statistics);
}

type Loaded = {
  readonly chip: Chip;
  readonly image: Image;
  readonly memory: Memory;
  readonly start: StartState;
  readonly symbols: SymbolTable;
};

function loadImage(imageBytes: Uint8Array, chipName: string, options: MachineOptions): Loaded {
  const known = findChip(chipName);
  const hse = options.hseHz ?? known.oscillatorsHz.hse;
  const chip: Chip = { ...known, oscillatorsHz: { ...known.oscillatorsHz, hse } };
  const image = readImage(imageBytes, chip);
  const memory = createMemory(chip);
  paintMemory(memory);
  placeImage(image, memory, chip);
  const start = readVectorTable(memory, chip, chip.bootAddress);
  return { chip, image, memory, start, symbols: createSymbolTable(image.symbols, image.objects) };
}

function checkConsole(chip: Chip, name: string): string {
  const usarts = chip.peripherals.filter(({ kind }) => kind === 'usart').map((place) => place.name);
  if (!usarts.includes(name)) throw usartUnknown(name, chip.part, usarts);
  return name;
}

/** Double precision: bits 8 to 11 of MVFR0. MVFR2 tells of the instructions that FPv5 added. */
function floatsOf({ floatFeatures }: Chip): 'single-v4' | 'single' | 'double' {
  if (floatFeatures[2] === 0) return 'single-v4';
  return (floatFeatures[0] & 0xf00) === 0 ? 'single' : 'double';
}

/** State after reset (Armv7-M ARM, B1.5.5). */
function startAt({ words }: ProcessorState, { stackPointer, resetHandler }: StartState): void {
  words[slots.sp] = stackPointer;
  words[slots.lr] = -1;
  words[slots.pc] = resetHandler;
}

function timingOf(chip: Chip, options: MachineOptions): ChipTimingModel | undefined {
  if (options.timing === 'none') return undefined;
  const timing = options.timing ?? chipTimings[chip.name];
  if (timing === undefined) throw timingUnknown(chip.part);
  return createTimingModel(chip, timing, { countsPairs: options.profile === true });
}
