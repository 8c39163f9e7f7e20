/** What the chips' tables of peripherals are made of, and the timers that all of them have at the same places. */
import type { PeripheralPlace, TimerPlace } from './types.ts';

type TimerShape = Pick<TimerPlace, 'counterBits' | 'channels'> & { readonly compareInterrupt?: number };

export const timer = (name: string, start: number, interrupt: number, shape: TimerShape): TimerPlace => ({
  kind: 'timer',
  name,
  start,
  interrupt,
  branch: start < 0x4001_0000 ? 'apb1' : 'apb2',
  ...shape,
});

/** Ports by letter, 1 KiB apart. */
export const gpioPorts = (letters: string, start: number): readonly PeripheralPlace[] =>
  [...letters].map((port, index) => ({ kind: 'gpio', name: `GPIO${port}`, start: start + index * 0x400 }));

export const unsupported = (name: string, start: number, bytes = 0x400): PeripheralPlace => ({
  kind: 'unsupported',
  name,
  start,
  bytes,
});

export const storage = (
  name: string,
  start: number,
  bytes = 0x400,
  resetValues: readonly (readonly [number, number])[] = [],
): PeripheralPlace => ({ kind: 'storage', name, start, bytes, resetValues });

/** DBGMCU: IDCODE first; the rest is kept for the debugger. */
export const debugIdentity = (start: number, idcode: number): PeripheralPlace =>
  storage('DBGMCU', start, 0x400, [[0, idcode]]);

/** Memory maps and vector tables of RM0385, RM0410, RM0402, RM0433 and RM0455 agree for these. */
export const commonTimers: readonly PeripheralPlace[] = [
  timer('TIM2', 0x4000_0000, 28, { counterBits: 32, channels: 4 }),
  timer('TIM3', 0x4000_0400, 29, { counterBits: 16, channels: 4 }),
  timer('TIM4', 0x4000_0800, 30, { counterBits: 16, channels: 4 }),
  timer('TIM5', 0x4000_0c00, 50, { counterBits: 32, channels: 4 }),
  timer('TIM6', 0x4000_1000, 54, { counterBits: 16, channels: 0 }),
  timer('TIM7', 0x4000_1400, 55, { counterBits: 16, channels: 0 }),
  timer('TIM12', 0x4000_1800, 43, { counterBits: 16, channels: 2 }),
  timer('TIM13', 0x4000_1c00, 44, { counterBits: 16, channels: 1 }),
  timer('TIM14', 0x4000_2000, 45, { counterBits: 16, channels: 1 }),
  timer('TIM1', 0x4001_0000, 25, { counterBits: 16, channels: 4, compareInterrupt: 27 }),
  timer('TIM8', 0x4001_0400, 44, { counterBits: 16, channels: 4, compareInterrupt: 46 }),
];

/** Timers 9 to 11 of F4 and F7 share their lines with timer 1. */
export const timers9To11: readonly PeripheralPlace[] = [
  timer('TIM9', 0x4001_4000, 24, { counterBits: 16, channels: 2 }),
  timer('TIM10', 0x4001_4400, 25, { counterBits: 16, channels: 1 }),
  timer('TIM11', 0x4001_4800, 26, { counterBits: 16, channels: 1 }),
];
