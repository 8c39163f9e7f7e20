/** Sixteen-bit Thumb encodings (Armv7-M Architecture Reference Manual, A5.2). */
import type { Operation } from '../instruction.ts';
import type { DataOp } from '../operations/compute.ts';
import type { Condition } from '../operations/operand.ts';
import { conditions } from '../operations/operand.ts';
import { bit, bits, constant, plainRegister, shiftedRegister, signed, undefinedOperation } from './bits.ts';

/** What an encoding means, and the condition that it carries itself. */
export type Decoded = { readonly operation: Operation; readonly condition?: Condition };

export type Place = { readonly address: number; readonly inItBlock: boolean };

export function decode16(word: number, place: Place): Decoded {
  const major = word >>> 12;
  if (major === 0b1101) return conditionalBranch(word, place);
  return { operation: operation16(word, major, place) };
}

function operation16(word: number, major: number, place: Place): Operation {
  if (major < 0b0010) return shiftAddSubtract(word, place);
  if (major < 0b0100) return immediate8(word, place);
  switch (major) {
    case 0b0100:
      return registersAndLiteral(word, place);
    case 0b0101:
      return registerOffset(word);
    case 0b0110:
    case 0b0111:
    case 0b1000:
    case 0b1001:
      return immediateOffset(word, major);
    case 0b1010:
      return addressOf(word, place);
    case 0b1011:
      return miscellaneous(word, place);
    case 0b1100:
      return multiple(word);
    default:
      return { kind: 'branch', target: (place.address + 4 + signed(word, 11) * 2) >>> 0 };
  }
}

function shiftAddSubtract(word: number, { inItBlock }: Place): Operation {
  const rd = bits(word, 2, 0);
  const rn = bits(word, 5, 3);
  const setFlags = !inItBlock;
  const type = bits(word, 12, 11);
  if (type < 3) {
    const operand = shiftedRegister(rn, type, bits(word, 10, 6));
    return { kind: 'data', op: 'mov', setFlags, rd, rn: undefined, operand };
  }
  const third = bits(word, 8, 6);
  const operand = bit(word, 10) ? constant(third) : plainRegister(third);
  return { kind: 'data', op: bit(word, 9) ? 'sub' : 'add', setFlags, rd, rn, operand };
}

function immediate8(word: number, { inItBlock }: Place): Operation {
  const rd = bits(word, 10, 8);
  const operand = constant(bits(word, 7, 0));
  const setFlags = !inItBlock;
  switch (bits(word, 12, 11)) {
    case 0:
      return { kind: 'data', op: 'mov', setFlags, rd, rn: undefined, operand };
    case 1:
      return { kind: 'data', op: 'cmp', setFlags: true, rd: undefined, rn: rd, operand };
    case 2:
      return { kind: 'data', op: 'add', setFlags, rd, rn: rd, operand };
    default:
      return { kind: 'data', op: 'sub', setFlags, rd, rn: rd, operand };
  }
}

function registersAndLiteral(word: number, place: Place): Operation {
  if (bit(word, 11)) {
    const address = (((place.address + 4) & ~3) + bits(word, 7, 0) * 4) >>> 0;
    const rt = bits(word, 10, 8);
    const literal = { mode: 'literal', address } as const;
    return { kind: 'load', width: 4, signed: false, rt, address: literal, unprivileged: false };
  }
  return bit(word, 10) ? highRegisters(word) : lowRegisters(word, place);
}

const lowRegisterOps = [
  'and',
  'eor',
  'lsl',
  'lsr',
  'asr',
  'adc',
  'sbc',
  'ror',
  'tst',
  'rsb',
  'cmp',
  'cmn',
  'orr',
  'mul',
  'bic',
  'mvn',
] as const;

function lowRegisters(word: number, { inItBlock }: Place): Operation {
  const rd = bits(word, 2, 0);
  const rm = bits(word, 5, 3);
  const setFlags = !inItBlock;
  const op = lowRegisterOps[bits(word, 9, 6)] ?? 'and';
  switch (op) {
    case 'lsl':
    case 'lsr':
    case 'asr':
    case 'ror':
      return { kind: 'shift', op, setFlags, rd, rn: rd, rm };
    case 'mul':
      return { kind: 'multiply', op, setFlags, rd, rn: rm, rm: rd, ra: undefined };
    case 'rsb':
      return { kind: 'data', op, setFlags, rd, rn: rm, operand: constant(0) };
    case 'tst':
    case 'cmp':
    case 'cmn':
      return { kind: 'data', op, setFlags: true, rd: undefined, rn: rd, operand: plainRegister(rm) };
    case 'mvn':
      return { kind: 'data', op, setFlags, rd, rn: undefined, operand: plainRegister(rm) };
    default:
      return { kind: 'data', op, setFlags, rd, rn: rd, operand: plainRegister(rm) };
  }
}

function highRegisters(word: number): Operation {
  const rd = bits(word, 2, 0) | (bits(word, 7, 7) << 3);
  const rm = bits(word, 6, 3);
  const data = (op: DataOp, destination: number | undefined, rn: number | undefined): Operation => ({
    kind: 'data',
    op,
    setFlags: op === 'cmp',
    rd: destination,
    rn,
    operand: plainRegister(rm),
  });
  switch (bits(word, 9, 8)) {
    case 0:
      return data('add', rd, rd);
    case 1:
      return data('cmp', undefined, rd);
    case 2:
      return data('mov', rd, undefined);
    default:
      return { kind: 'branch-register', rm, link: bit(word, 7) };
  }
}

const registerOffsetOps = [
  { kind: 'store', width: 4, signed: false },
  { kind: 'store', width: 2, signed: false },
  { kind: 'store', width: 1, signed: false },
  { kind: 'load', width: 1, signed: true },
  { kind: 'load', width: 4, signed: false },
  { kind: 'load', width: 2, signed: false },
  { kind: 'load', width: 1, signed: false },
  { kind: 'load', width: 2, signed: true },
] as const;

function registerOffset(word: number): Operation {
  const shape = registerOffsetOps[bits(word, 11, 9)] ?? registerOffsetOps[0];
  const rt = bits(word, 2, 0);
  const address = { mode: 'register', rn: bits(word, 5, 3), rm: bits(word, 8, 6), shift: 0 } as const;
  if (shape.kind === 'store') return { kind: 'store', width: shape.width, rt, address, unprivileged: false };
  return { kind: 'load', width: shape.width, signed: shape.signed, rt, address, unprivileged: false };
}

function immediateOffset(word: number, major: number): Operation {
  const relativeToSp = major === 0b1001;
  const width = major === 0b0111 ? 1 : major === 0b1000 ? 2 : 4;
  const rt = relativeToSp ? bits(word, 10, 8) : bits(word, 2, 0);
  const rn = relativeToSp ? 13 : bits(word, 5, 3);
  const offset = (relativeToSp ? bits(word, 7, 0) : bits(word, 10, 6)) * width;
  const address = { mode: 'immediate', rn, offset, index: 'offset' } as const;
  if (!bit(word, 11)) return { kind: 'store', width, rt, address, unprivileged: false };
  return { kind: 'load', width, signed: false, rt, address, unprivileged: false };
}

function addressOf(word: number, { address }: Place): Operation {
  const rd = bits(word, 10, 8);
  const offset = bits(word, 7, 0) * 4;
  if (bit(word, 11)) return addImmediate(rd, 13, 'add', offset);
  const operand = constant(((address + 4) & ~3) + offset);
  return { kind: 'data', op: 'mov', setFlags: false, rd, rn: undefined, operand };
}

function addImmediate(rd: number, rn: number, op: 'add' | 'sub', value: number): Operation {
  return { kind: 'data', op, setFlags: false, rd, rn, operand: constant(value) };
}

function miscellaneous(word: number, place: Place): Operation {
  if (bits(word, 8, 8) && !bit(word, 10)) return compareBranch(word, place);
  switch (bits(word, 11, 8)) {
    case 0b0000:
      return addImmediate(13, 13, bit(word, 7) ? 'sub' : 'add', bits(word, 6, 0) * 4);
    case 0b0010:
      return extend16(word);
    case 0b0100:
    case 0b0101:
      return listOf(word, 'store-multiple', bit(word, 8) ? 14 : undefined);
    case 0b0110:
      return changeState(word);
    case 0b1010:
      return reverse16(word);
    case 0b1100:
    case 0b1101:
      return listOf(word, 'load-multiple', bit(word, 8) ? 15 : undefined);
    case 0b1110:
      return { kind: 'bkpt', immediate: bits(word, 7, 0) };
    case 0b1111:
      return ifThenOrHint(word, place);
    default:
      return undefinedOperation('unallocated miscellaneous encoding');
  }
}

function compareBranch(word: number, { address }: Place): Operation {
  const offset = (bits(word, 9, 9) << 6) | (bits(word, 7, 3) << 1);
  const target = (address + 4 + offset) >>> 0;
  return { kind: 'compare-branch', nonzero: bit(word, 11), rn: bits(word, 2, 0), target };
}

function extend16(word: number): Operation {
  return {
    kind: 'extend',
    from: bit(word, 6) ? 'byte' : 'half',
    signed: !bit(word, 7),
    rd: bits(word, 2, 0),
    rn: undefined,
    rm: bits(word, 5, 3),
    rotation: 0,
  };
}

function reverse16(word: number): Operation {
  const op = (['rev', 'rev16', undefined, 'revsh'] as const)[bits(word, 7, 6)];
  if (op === undefined) return undefinedOperation('HLT is not in Armv7-M');
  return { kind: 'reverse', op, rd: bits(word, 2, 0), rm: bits(word, 5, 3) };
}

/** PUSH and POP. */
function listOf(
  word: number,
  kind: 'load-multiple' | 'store-multiple',
  extra: number | undefined,
): Operation {
  const registers = [...registerList(bits(word, 7, 0)), ...(extra === undefined ? [] : [extra])];
  if (registers.length === 0) return undefinedOperation('empty register list');
  return { kind, rn: 13, registers, writeBack: true, before: kind === 'store-multiple' };
}

/** Numbers of the bits that are set, ascending. */
export function registerList(mask: number): readonly number[] {
  return Array.from({ length: 16 }, (_, register) => register).filter((register) => bit(mask, register));
}

function changeState(word: number): Operation {
  if (bits(word, 7, 5) !== 0b011) return undefinedOperation('unallocated miscellaneous encoding');
  return { kind: 'cps', disable: bit(word, 4), primask: bit(word, 1), faultmask: bit(word, 0) };
}

const hints = ['nop', 'yield', 'wfe', 'wfi', 'sev'] as const;

function ifThenOrHint(word: number, { inItBlock }: Place): Operation {
  const mask = bits(word, 3, 0);
  if (mask === 0) return { kind: 'hint', op: hints[bits(word, 7, 4)] ?? 'nop' };
  if (inItBlock) return undefinedOperation('IT within an IT block');
  const firstCondition = conditions[bits(word, 7, 4)];
  if (firstCondition === undefined) return undefinedOperation('IT with condition 15');
  return { kind: 'it', firstCondition, mask };
}

function multiple(word: number): Operation {
  const rn = bits(word, 10, 8);
  const registers = registerList(bits(word, 7, 0));
  if (registers.length === 0) return undefinedOperation('empty register list');
  const load = bit(word, 11);
  const writeBack = !load || !registers.includes(rn);
  return { kind: load ? 'load-multiple' : 'store-multiple', rn, registers, writeBack, before: false };
}

function conditionalBranch(word: number, { address }: Place): Decoded {
  const code = bits(word, 11, 8);
  if (code === 15) return { operation: { kind: 'svc', immediate: bits(word, 7, 0) } };
  if (code === 14) return { operation: undefinedOperation('UDF') };
  const target = (address + 4 + signed(word, 8) * 2) >>> 0;
  return { operation: { kind: 'branch', target }, condition: conditions[code] ?? 'al' };
}
