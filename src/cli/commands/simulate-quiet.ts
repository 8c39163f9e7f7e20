/** Whether firmware only waits: its UART is silent, and its memory stays as it is. */
import type { Machine } from '../../simulator/index.ts';

export type QuietWatch = {
  /** To be told after each slice: whether bytes came or went in it, and whether the core sleeps. */
  note(hasSpoken: boolean, isAsleep: boolean): void;
  /** Device time since something was done, infinite where only input can wake the core. */
  readonly seconds: () => number;
  /** Whether it has waited for so long that it does not need the whole of this machine. */
  readonly mayRest: () => boolean;
};

const sampleCycles = 1_000_000;
const samplesBeforeRest = 5;
/** Tick counters and the frames of interrupts change while nothing is done. */
const idleBytes = 64;
const storageThatPrograms = new Set(['flash', 'information']);

/** @param onQuiet called when nothing was done since the last look, for the first time in a row */
export function createQuietWatch(machine: Machine, onQuiet: () => void): QuietWatch {
  const hasStill = createStillness(machine);
  let since = machine.seconds();
  let nextSample = 0;
  let samples = 0;
  let sleeps = false;
  const reset = (): void => {
    samples = 0;
    since = machine.seconds();
  };
  return {
    note: (hasSpoken, isAsleep) => {
      if (isAsleep && !sleeps && !hasSpoken) onQuiet();
      sleeps = isAsleep;
      if (hasSpoken) reset();
      else if (!isAsleep && machine.cycles() >= nextSample) {
        nextSample = machine.cycles() + sampleCycles;
        if (!hasStill()) reset();
        else if (++samples === 1) onQuiet();
      }
    },
    seconds: () => (sleeps ? Number.POSITIVE_INFINITY : machine.seconds() - since),
    mayRest: () => sleeps || samples >= samplesBeforeRest,
  };
}

/** Gives whether little of memory has changed since the last call. */
function createStillness(machine: Machine): () => boolean {
  const blocks = machine.chip.storage.filter(({ kind }) => !storageThatPrograms.has(kind));
  let before: readonly Uint8Array[] = [];
  return () => {
    const now = blocks.map(({ addresses, bytes }) => machine.readMemory(addresses[0] ?? 0, bytes));
    const changed = now.reduce((sum, bytes, index) => sum + countChanges(bytes, before[index]), 0);
    before = now;
    return changed <= idleBytes;
  };
}

/** Stops counting once there are too many. */
function countChanges(now: Uint8Array, before: Uint8Array | undefined): number {
  if (before === undefined) return now.length;
  let changed = 0;
  for (let index = 0; index < now.length && changed <= idleBytes; index += 1) {
    if (now[index] !== before[index]) changed += 1;
  }
  return changed;
}
