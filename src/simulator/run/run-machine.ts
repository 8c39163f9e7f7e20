/** Lets a machine run: between blocks of code it brings peripherals up to date and takes exceptions. */
import { at } from '../../base/index.ts';
import { nextToTake } from '../exceptions/priorities.ts';
import { cyclesExceeded, firmwareAsleep } from '../failures.ts';
import type { MachineParts } from '../machine.ts';
import { slots } from '../processor/state.ts';

/** Why a run came back. */
export type StopReason =
  /** The UART sent what was waited for. */
  | 'output'
  | 'breakpoint'
  | 'cycles'
  /** The core waits for an interrupt that only new input can bring. */
  | 'asleep';

export type RunLimits = {
  /** From now on. */
  readonly cycles: number;
  /** Text that the UART is to send. */
  readonly untilOutput?: string | undefined;
};

/** Runs until a limit; firmware that faults throws its `Failure`. */
export function runMachine(parts: MachineParts, limits: RunLimits): StopReason {
  const { state, processor, uart, sleep } = parts;
  const end = state.cycles + limits.cycles;
  uart.watch(limits.untilOutput);
  let mayStandOnBreakpoint = true;
  while (true) {
    state.nextEventCycle = parts.peripherals.advance();
    wakeUp(parts);
    if (!sleep.isAsleep) parts.exceptions.poll();
    if (uart.hasMatched()) return 'output';
    if (state.cycles >= end) return 'cycles';
    if (sleep.isAsleep) {
      if (state.nextEventCycle === Number.POSITIVE_INFINITY) return 'asleep';
      state.cycles = Math.max(state.cycles, Math.min(end, state.nextEventCycle));
      continue;
    }
    const isAtBreakpoint = parts.breakpoints.has(at(state.words, slots.pc) >>> 0);
    if (isAtBreakpoint && !mayStandOnBreakpoint) return 'breakpoint';
    if (isAtBreakpoint) processor.step();
    else processor.run(Math.min(end, state.nextEventCycle));
    mayStandOnBreakpoint = false;
  }
}

/** One instruction, and the exceptions that it lets in. */
export function stepMachine(parts: MachineParts): void {
  parts.state.nextEventCycle = parts.peripherals.advance();
  wakeUp(parts);
  if (parts.sleep.isAsleep && parts.state.nextEventCycle !== Number.POSITIVE_INFINITY) {
    parts.state.cycles = Math.max(parts.state.cycles, parts.state.nextEventCycle);
    return;
  }
  parts.exceptions.poll();
  parts.processor.step();
}

/** A waiting interrupt wakes the core even where PRIMASK keeps it from being taken (Armv7-M ARM, B1.5.18). */
function wakeUp({ exceptions, state, sleep }: MachineParts): void {
  if (!sleep.isAsleep) return;
  const masks = { primask: 0, faultmask: 0, basepri: at(state.words, slots.basepri) };
  if (nextToTake(exceptions.priorities, masks) !== 0) sleep.isAsleep = false;
}

/** Runs until the UART sends `text`; a `Failure` says where the firmware was if it does not. */
export function runUntilOutput(parts: MachineParts, text: string, maxCycles: number): void {
  const reason = runMachine(parts, { cycles: maxCycles, untilOutput: text });
  if (reason === 'output') return;
  const pc = at(parts.state.words, slots.pc) >>> 0;
  const where = parts.symbols.describe(pc);
  throw reason === 'asleep'
    ? firmwareAsleep(where)
    : cyclesExceeded(maxCycles, where, { pc, waitedFor: text });
}
