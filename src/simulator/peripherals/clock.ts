/** The clocks of the chip, and how cycles of the core become time. */
import type { ClockBranch, KernelClock } from '../chips/types.ts';

/** Frequencies in Hz; 0 for a clock that does not run. */
export type Frequencies = {
  readonly system: number;
  readonly core: number;
  readonly branch: Readonly<Record<ClockBranch, number>>;
  /** Of the timers on the two buses that have some. */
  readonly timers: Readonly<Record<'apb1' | 'apb2', number>>;
  readonly hsi: number;
  readonly csi: number;
  readonly lse: number;
  readonly pll2q: number;
  readonly pll3q: number;
};

export type Clock = {
  readonly frequencies: () => Frequencies;
  /** Device time since reset, seconds, at a cycle not before the last change of frequency. */
  readonly secondsAt: (cycles: number) => number;
  readonly change: (frequencies: Frequencies, cycles: number) => void;
  /** Time goes on from here, after a reset. */
  readonly start: (seconds: number, cycles: number) => void;
  /** Called before frequencies change, so that what counts can count up to now at the old pace. */
  readonly onChange: (listener: () => void) => void;
};

export function createClock(initial: Frequencies): Clock {
  let frequencies = initial;
  let secondsBefore = 0;
  let changedAt = 0;
  const listeners: (() => void)[] = [];
  const secondsAt = (cycles: number): number => secondsBefore + (cycles - changedAt) / frequencies.core;
  return {
    frequencies: () => frequencies,
    secondsAt,
    change: (next, cycles) => {
      for (const listener of listeners) listener();
      secondsBefore = secondsAt(cycles);
      changedAt = cycles;
      frequencies = next;
    },
    start: (seconds, cycles) => {
      secondsBefore = seconds;
      changedAt = cycles;
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}

export function kernelClockHz(frequencies: Frequencies, clock: KernelClock): number {
  switch (clock) {
    case 'none':
      return 0;
    case 'system':
    case 'hsi':
    case 'csi':
    case 'lse':
    case 'pll2q':
    case 'pll3q':
      return frequencies[clock];
    default:
      return frequencies.branch[clock];
  }
}

/** Prescalers of AHB (and of the core on the H7): 0xxx is 1, then 2 to 16 and 64 to 512 (RM0385 5.3.3). */
export function ahbDivider(field: number): number {
  if (field < 8) return 1;
  return field < 12 ? 2 << (field - 8) : 64 << (field - 12);
}

/** Prescalers of APB buses: 0xx is 1, then 2 to 16. */
export const apbDivider = (field: number): number => (field < 4 ? 1 : 2 << (field - 4));

/** Timers run faster than a bus that is divided (RM0385 5.2, RM0433 8.5.8). */
export function timerHz(ahbHz: number, divider: number, isFast: boolean): number {
  return isFast ? Math.min(ahbHz, (4 * ahbHz) / divider) : Math.min(ahbHz, (2 * ahbHz) / divider);
}
