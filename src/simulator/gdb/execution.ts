/** How a debugged machine goes on: to the next breakpoint, one instruction, a range of them, or till a word changes. */
import { Failure } from '../../base/index.ts';
import type { Machine } from '../run/machine-door.ts';

export type Resumption =
  | { readonly kind: 'continue' }
  | { readonly kind: 'step' }
  /** Steps while the address is in `[start, end)`: how GDB leaves a line of source. */
  | { readonly kind: 'range'; readonly start: number; readonly end: number };

export type Watchpoint = { readonly address: number; readonly bytes: number };

export type Stops = {
  readonly breakpoints: ReadonlySet<number>;
  readonly watchpoints: readonly Watchpoint[];
};

export type Stopped = {
  /** As `kill -l` numbers them: 2 interrupt, 4 illegal instruction, 5 trap, 11 access to nothing. */
  readonly signal: 2 | 4 | 5 | 11;
  /** Address of the watched bytes that changed. */
  readonly watch?: number;
  /** What the firmware did wrong. */
  readonly message?: string;
};

export type Progress = 'running' | 'asleep' | Stopped;

const trap: Stopped = { signal: 5 };
const programCounter = 15;

/** Goes on for about `cycles`; firmware that faults stops where it did, before anything is stacked. */
export function resume(machine: Machine, how: Resumption, stops: Stops, cycles: number): Progress {
  try {
    if (how.kind === 'step') {
      machine.step();
      return trap;
    }
    if (how.kind === 'range' || stops.watchpoints.length > 0) return stepOn(machine, how, stops, cycles);
    return runOn(machine, stops, cycles);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { signal: signalOf(error), message: error.toLine() };
  }
}

function runOn(machine: Machine, { breakpoints }: Stops, cycles: number): Progress {
  const reason = machine.run({ cycles });
  if (reason === 'breakpoint') return trap;
  // The next run would pass over a breakpoint that this one ended on.
  if (breakpoints.has(machine.readRegister(programCounter))) return trap;
  return reason === 'asleep' ? 'asleep' : 'running';
}

function stepOn(machine: Machine, how: Resumption, stops: Stops, cycles: number): Progress {
  const end = machine.cycles() + cycles;
  let before = stops.watchpoints.map((watchpoint) => bytesAt(machine, watchpoint));
  while (machine.cycles() < end) {
    const cyclesBefore = machine.cycles();
    machine.step();
    const after = stops.watchpoints.map((watchpoint) => bytesAt(machine, watchpoint));
    const changed = stops.watchpoints.find((_, index) => after[index] !== before[index]);
    if (changed !== undefined) return { signal: 5, watch: changed.address };
    before = after;
    const pc = machine.readRegister(programCounter);
    if (stops.breakpoints.has(pc)) return trap;
    if (how.kind === 'range' && !(pc >= how.start && pc < how.end)) return trap;
    if (machine.cycles() === cyclesBefore) return 'asleep';
  }
  return 'running';
}

const bytesAt = (machine: Machine, { address, bytes }: Watchpoint): string =>
  machine.readMemory(address, bytes).join(',');

function signalOf({ code, data }: Failure): Stopped['signal'] {
  if (code !== 'FIRMWARE_FAULT') return 5;
  return data.cause === 'UNDEFINSTR' || data.cause === 'NOCP' ? 4 : 11;
}
