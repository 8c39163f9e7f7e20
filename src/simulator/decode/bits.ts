/** Bit fields of encodings. */
import type { Operation } from '../instruction.ts';
import type { Operand, ShiftKind } from '../operations/operand.ts';

/** Bits `high` to `low` of a half-word or word, unsigned. */
export function bits(word: number, high: number, low: number): number {
  return (word >>> low) & (2 ** (high - low + 1) - 1);
}

export function bit(word: number, position: number): boolean {
  return ((word >>> position) & 1) === 1;
}

/** The low `width` bits as a signed number. */
export function signed(value: number, width: number): number {
  return (value << (32 - width)) >> (32 - width);
}

export function undefinedOperation(why: string): Operation {
  return { kind: 'undefined', why };
}

const shiftKinds = ['lsl', 'lsr', 'asr', 'ror'] as const;

/** DecodeImmShift: right shifts by 0 mean 32, ROR by 0 means RRX. */
export function shiftedRegister(rm: number, type: number, immediate: number): Operand {
  const shift: ShiftKind = shiftKinds[type & 3] ?? 'lsl';
  if (immediate > 0) return { from: 'register', rm, shift, amount: immediate };
  if (shift === 'lsl') return { from: 'register', rm, shift, amount: 0 };
  if (shift === 'ror') return { from: 'register', rm, shift: 'rrx', amount: 1 };
  return { from: 'register', rm, shift, amount: 32 };
}

export function plainRegister(rm: number): Operand {
  return { from: 'register', rm, shift: 'lsl', amount: 0 };
}

export function constant(value: number): Operand {
  return { from: 'immediate', value: value | 0, carry: undefined };
}
