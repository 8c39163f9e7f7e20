/** Exception entry and return as the stack sees them, floating-point frame included (Armv7-M ARM, B1.5.6 to B1.5.8). */
import { at } from '../../base/index.ts';
import type { CoreBus } from '../processor/contract.ts';
import { saveFloats } from '../processor/float-context.ts';
import { type ProcessorState, readXpsr, slots, writeXpsr } from '../processor/state.ts';

/** Bits of CONTROL. */
const control = { spsel: 2, fpca: 4 } as const;
const basicFrameBytes = 0x20;
const extendedFrameBytes = 0x68;
const stacked = [0, 1, 2, 3, 12, slots.lr] as const;

/** Pushes the frame; returns EXC_RETURN. Throws the bus's error where the stack leaves memory. */
export function pushFrame(state: ProcessorState, bus: CoreBus, returnAddress: number): number {
  const { words } = state;
  const flags = at(words, slots.control);
  const hasFloats = (flags & control.fpca) !== 0;
  const sp = at(words, slots.sp) >>> 0;
  const frame = (sp - (hasFloats ? extendedFrameBytes : basicFrameBytes)) & ~7;
  // Bit 9 of the stacked xPSR says that the stack was moved by four to be aligned.
  const wasPadded = (sp & 4) !== 0;
  words[slots.sp] = frame;
  stacked.forEach((register, index) => {
    bus.write(frame + 4 * index, 4, at(words, register));
  });
  bus.write(frame + 24, 4, returnAddress);
  bus.write(frame + 28, 4, (readXpsr(state) & ~0x200) | (wasPadded ? 0x200 : 0));
  if (hasFloats) reserveFloats(state, bus, frame + basicFrameBytes);
  const inHandler = at(words, slots.ipsr) !== 0;
  const mode = inHandler ? 0x1 : (flags & control.spsel) === 0 ? 0x9 : 0xd;
  return 0xffff_ffe0 | (hasFloats ? 0 : 0x10) | mode | 0;
}

/** FPCCR.LSPEN: only the place is kept, and written when the handler uses such registers itself (B1.5.7). */
function reserveFloats(state: ProcessorState, bus: CoreBus, place: number): void {
  const { words } = state;
  words[slots.fpcar] = place;
  words[slots.lazyFrame] = place;
  if ((at(words, slots.fpccr) & (1 << 30)) === 0) saveFloats(state, bus);
}

/** Handlers run on the main stack, without a floating-point context. */
export function enterHandlerMode(state: ProcessorState, number: number, excReturn: number): void {
  const { words } = state;
  const flags = at(words, slots.control);
  if ((flags & control.spsel) !== 0) swapStacks(words);
  words[slots.control] = flags & ~(control.spsel | control.fpca);
  words[slots.ipsr] = number;
  words[slots.itState] = 0;
  words[slots.exclusiveOpen] = 0;
  words[slots.lr] = excReturn;
}

function swapStacks(words: Int32Array): void {
  const inUse = at(words, slots.sp);
  words[slots.sp] = at(words, slots.otherSp);
  words[slots.otherSp] = inUse;
}

/** Whether EXC_RETURN names a mode and a stack that exist. */
export function isExcReturn(value: number): boolean {
  const mode = value & 0xf;
  return (value & 0xffff_ffe0) >>> 0 === 0xffff_ffe0 && (mode === 1 || mode === 9 || mode === 0xd);
}

/** Pops the frame that EXC_RETURN names; the processor is then where it was. Returns the stacked address. */
export function popFrame(state: ProcessorState, bus: CoreBus, excReturn: number): number {
  const { words, floatWords } = state;
  const usesProcessStack = (excReturn & 0xf) === 0xd;
  if (usesProcessStack) swapStacks(words);
  const hasFloats = (excReturn & 0x10) === 0;
  const frame = at(words, slots.sp);
  stacked.forEach((register, index) => {
    words[register] = bus.read(frame + 4 * index, 4);
  });
  const returnAddress = bus.read(frame + 24, 4);
  const xpsr = bus.read(frame + 28, 4);
  if (hasFloats && at(words, slots.lazyFrame) !== 0) words[slots.lazyFrame] = 0;
  else if (hasFloats) {
    for (let index = 0; index < 16; index += 1) {
      floatWords[index] = bus.read(frame + basicFrameBytes + 4 * index, 4);
    }
    words[slots.fpscr] = bus.read(frame + basicFrameBytes + 64, 4);
  }
  const frameBytes = hasFloats ? extendedFrameBytes : basicFrameBytes;
  words[slots.sp] = (frame + frameBytes) | ((xpsr & 0x200) === 0 ? 0 : 4);
  words[slots.control] =
    (at(words, slots.control) & 1) | (usesProcessStack ? control.spsel : 0) | (hasFloats ? control.fpca : 0);
  words[slots.exclusiveOpen] = 0;
  writeXpsr(state, xpsr);
  words[slots.pc] = returnAddress & ~1;
  return xpsr;
}
