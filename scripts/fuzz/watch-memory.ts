/** Memory of this process at its highest: of all of its life, and what one file adds to it, where Linux tells that. */
import { openSync, readFileSync, writeSync } from 'node:fs';

export type MemoryWatch = {
  readonly beginFile: () => void;
  /** MiB beyond what there was at the beginning, at the highest; `undefined` where the system does not tell. */
  readonly addedMiB: () => number | undefined;
  /** Of the whole process, since it began. */
  readonly peakMiB: () => number;
};

export function watchMemory(): MemoryWatch {
  const forget = forgetter();
  if (forget === undefined) {
    const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;
    return { beginFile: () => undefined, addedMiB: () => undefined, peakMiB };
  }
  let peak = 0;
  let before = 0;
  const highest = (): number => {
    const now = highestMiB();
    peak = Math.max(peak, now);
    return now;
  };
  return {
    beginFile: () => {
      highest();
      forget();
      before = process.memoryUsage.rss() / 2 ** 20;
    },
    addedMiB: () => highest() - before,
    peakMiB: () => Math.max(peak, highest()),
  };
}

/** Sets what Linux knows as the highest to what there is, for other readers of it too. */
function forgetter(): (() => void) | undefined {
  try {
    const control = openSync('/proc/self/clear_refs', 'w');
    return () => {
      writeSync(control, '5');
    };
  } catch {
    return undefined;
  }
}

function highestMiB(): number {
  const [, kib] = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kib) / 1024;
}
