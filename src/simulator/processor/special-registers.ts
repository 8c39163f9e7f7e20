/** MRS and MSR to registers other than the flags (Armv7-M Architecture Reference Manual, B5.2). */
import { type ProcessorState, slots } from './state.ts';

const msp = 8;
const psp = 9;
const primask = 16;
const basepri = 17;
const basepriMax = 18;
const faultmask = 19;
const control = 20;

const spselBit = 2;
const fpcaBit = 4;

function isPrivileged({ words }: ProcessorState): boolean {
  return words[slots.ipsr] !== 0 || ((words[slots.control] ?? 0) & 1) === 0;
}

/** Whether r13 is PSP: only threads may use it. */
function usesProcessStack({ words }: ProcessorState): boolean {
  return words[slots.ipsr] === 0 && ((words[slots.control] ?? 0) & spselBit) !== 0;
}

/** `stackPointer` is r13, which compiled code may hold in a variable. */
export function readSpecialRegister(state: ProcessorState, register: number, stackPointer: number): number {
  const word = (slot: number): number => state.words[slot] ?? 0;
  if (register < msp) return register & 1 ? word(slots.ipsr) : 0;
  if (register === control) return word(slots.control);
  if (!isPrivileged(state)) return 0;
  switch (register) {
    case msp:
      return usesProcessStack(state) ? word(slots.otherSp) : stackPointer;
    case psp:
      return usesProcessStack(state) ? stackPointer : word(slots.otherSp);
    case primask:
      return word(slots.primask);
    case basepri:
    case basepriMax:
      return word(slots.basepri);
    case faultmask:
      return word(slots.faultmask);
    default:
      return 0;
  }
}

/** All state is in `words` here. `hasFloatingPoint` says whether CONTROL.FPCA exists. */
export function writeSpecialRegister(state: ProcessorState, register: number, value: number): void {
  if (!isPrivileged(state)) return;
  const { words } = state;
  switch (register) {
    case msp:
      words[usesProcessStack(state) ? slots.otherSp : slots.sp] = value & ~3;
      return;
    case psp:
      words[usesProcessStack(state) ? slots.sp : slots.otherSp] = value & ~3;
      return;
    case primask:
      words[slots.primask] = value & 1;
      return;
    case basepri:
      words[slots.basepri] = value & 0xff;
      return;
    case basepriMax:
      writeBasepriMax(words, value & 0xff);
      return;
    case faultmask:
      words[slots.faultmask] = value & 1;
      return;
    case control:
      writeControl(state, value);
  }
}

/** Only a more urgent priority is taken. */
function writeBasepriMax(words: Int32Array, value: number): void {
  const old = words[slots.basepri] ?? 0;
  if (value !== 0 && (old === 0 || value < old)) words[slots.basepri] = value;
}

/** In handlers SPSEL stays as it is. */
function writeControl(state: ProcessorState, value: number): void {
  const { words } = state;
  const old = words[slots.control] ?? 0;
  if (words[slots.ipsr] !== 0) {
    words[slots.control] = (value & (1 | fpcaBit)) | (old & spselBit);
    return;
  }
  if (((old ^ value) & spselBit) !== 0) swapStackPointers(state);
  words[slots.control] = value & (1 | spselBit | fpcaBit);
}

/** Makes the other stack pointer r13. */
function swapStackPointers({ words }: ProcessorState): void {
  const other = words[slots.otherSp] ?? 0;
  words[slots.otherSp] = words[slots.sp] ?? 0;
  words[slots.sp] = other;
}
