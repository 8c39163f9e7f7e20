/** Whose values the floating-point registers hold: lazy saving, and the context of new code (Armv7-M ARM, B1.5.7 and B2.2.6). */
import type { CoreBus } from './contract.ts';
import { type ProcessorState, slots } from './state.ts';

/** AHP, DN, FZ and RMode: what FPDSCR gives to a new context. */
const inherited = 0x07c0_0000;
/** CONTROL.FPCA. */
const active = 4;

/** Writes the registers to where an exception reserved room for them. Throws the bus's error where no memory is. */
export function saveFloats({ words, floatWords }: ProcessorState, bus: CoreBus): void {
  const place = words[slots.lazyFrame] ?? 0;
  for (let index = 0; index < 16; index += 1) bus.write(place + 4 * index, 4, floatWords[index] ?? 0);
  bus.write(place + 64, 4, words[slots.fpscr] ?? 0);
  words[slots.lazyFrame] = 0;
}

/** Before floating-point instructions of code that has none of its own in the registers yet. */
export function beginFloats(state: ProcessorState, bus: CoreBus): void {
  const { words } = state;
  if (words[slots.lazyFrame] !== 0) saveFloats(state, bus);
  const isAutomatic = (words[slots.fpccr] ?? 0) < 0;
  if (!isAutomatic || ((words[slots.control] ?? 0) & active) !== 0) return;
  words[slots.control] = (words[slots.control] ?? 0) | active;
  words[slots.fpscr] = ((words[slots.fpscr] ?? 0) & ~inherited) | ((words[slots.fpdscr] ?? 0) & inherited);
}
