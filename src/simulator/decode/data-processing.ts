/** Data processing with immediates and shifted registers, 32-bit encodings (A5.3.1, A5.3.3, A5.3.11). */
import type { Operation } from '../instruction.ts';
import type { DataOp } from '../operations/compute.ts';
import type { Operand } from '../operations/operand.ts';
import { bit, bits, constant, shiftedRegister, undefinedOperation } from './bits.ts';

/** ThumbExpandImm_C: repeated bytes, or a byte with its top bit set rotated right by 8 to 31. */
function expandImmediate(imm12: number): Operand {
  const byte = imm12 & 0xff;
  switch (imm12 >>> 8) {
    case 0:
      return constant(byte);
    case 1:
      return constant((byte << 16) | byte);
    case 2:
      return constant((byte << 24) | (byte << 8));
    case 3:
      return constant((byte << 24) | (byte << 16) | (byte << 8) | byte);
    default: {
      const unrotated = 0x80 | (imm12 & 0x7f);
      const rotation = imm12 >>> 7;
      const value = (unrotated >>> rotation) | (unrotated << (32 - rotation));
      return { from: 'immediate', value, carry: value < 0 ? 1 : 0 };
    }
  }
}

const dataOps: Readonly<Record<number, DataOp>> = {
  0: 'and',
  1: 'bic',
  2: 'orr',
  3: 'orn',
  4: 'eor',
  8: 'add',
  10: 'adc',
  11: 'sbc',
  13: 'sub',
  14: 'rsb',
};

/** With Rd = 15 these only set flags. */
const compareOps: Partial<Record<DataOp, DataOp>> = { and: 'tst', eor: 'teq', add: 'cmn', sub: 'cmp' };
/** With Rn = 15 these are moves. */
const moveOps: Partial<Record<DataOp, DataOp>> = { orr: 'mov', orn: 'mvn' };

function dataOperation(first: number, second: number, operand: Operand): Operation {
  const op = dataOps[bits(first, 8, 5)];
  if (op === undefined) return undefinedOperation('unallocated data processing encoding');
  const setFlags = bit(first, 4);
  const rn = bits(first, 3, 0);
  const rd = bits(second, 11, 8);
  const compare = compareOps[op];
  if (rd === 15) {
    if (compare === undefined || !setFlags) return undefinedOperation('data processing to PC');
    return { kind: 'data', op: compare, setFlags: true, rd: undefined, rn, operand };
  }
  const move = moveOps[op];
  if (rn === 15) {
    if (move === undefined) return undefinedOperation('data processing of PC');
    return { kind: 'data', op: move, setFlags, rd, rn: undefined, operand };
  }
  return { kind: 'data', op, setFlags, rd, rn, operand };
}

export function modifiedImmediate(first: number, second: number): Operation {
  const imm12 = (bits(first, 10, 10) << 11) | (bits(second, 14, 12) << 8) | bits(second, 7, 0);
  return dataOperation(first, second, expandImmediate(imm12));
}

export function shiftedRegisterOperation(first: number, second: number): Operation {
  const immediate = (bits(second, 14, 12) << 2) | bits(second, 7, 6);
  const rm = bits(second, 3, 0);
  if (bits(first, 8, 5) === 6) return pack(first, second, immediate);
  return dataOperation(first, second, shiftedRegister(rm, bits(second, 5, 4), immediate));
}

function pack(first: number, second: number, immediate: number): Operation {
  if (bit(first, 4) || bit(second, 4)) return undefinedOperation('unallocated PKH encoding');
  const top = bit(second, 5);
  return {
    kind: 'pack',
    top,
    rd: bits(second, 11, 8),
    rn: bits(first, 3, 0),
    rm: bits(second, 3, 0),
    amount: top && immediate === 0 ? 32 : immediate,
  };
}

export function plainImmediate(first: number, second: number, address: number): Operation {
  const rn = bits(first, 3, 0);
  const rd = bits(second, 11, 8);
  const imm12 = (bits(first, 10, 10) << 11) | (bits(second, 14, 12) << 8) | bits(second, 7, 0);
  switch (bits(first, 8, 4)) {
    case 0b00000:
      return addPlain(rd, rn, 'add', imm12, address);
    case 0b01010:
      return addPlain(rd, rn, 'sub', imm12, address);
    case 0b00100:
      return {
        kind: 'data',
        op: 'mov',
        setFlags: false,
        rd,
        rn: undefined,
        operand: constant((rn << 12) | imm12),
      };
    case 0b01100:
      return { kind: 'movt', rd, immediate: (rn << 12) | imm12 };
    default:
      return bitFieldOrSaturate(first, second);
  }
}

function addPlain(rd: number, rn: number, op: 'add' | 'sub', value: number, address: number): Operation {
  if (rn !== 15) return { kind: 'data', op, setFlags: false, rd, rn, operand: constant(value) };
  const base = (address + 4) & ~3;
  const operand = constant(op === 'add' ? base + value : base - value);
  return { kind: 'data', op: 'mov', setFlags: false, rd, rn: undefined, operand };
}

function bitFieldOrSaturate(first: number, second: number): Operation {
  const rn = bits(first, 3, 0);
  const rd = bits(second, 11, 8);
  const lsb = (bits(second, 14, 12) << 2) | bits(second, 7, 6);
  const low5 = bits(second, 4, 0);
  const op = bits(first, 8, 4);
  switch (op) {
    case 0b10000:
    case 0b10010:
    case 0b11000:
    case 0b11010: {
      const signed = op < 0b11000;
      const bitCount = signed ? low5 + 1 : low5;
      const right = (op & 0b10) !== 0;
      if (right && lsb === 0) return { kind: 'saturate16', signed, rd, bits: bitCount & 31, rn };
      return { kind: 'saturate', signed, rd, bits: bitCount, rn, shift: right ? 'asr' : 'lsl', amount: lsb };
    }
    case 0b10100:
    case 0b11100:
      if (lsb + low5 > 31) return undefinedOperation('bit field beyond bit 31');
      return { kind: 'bit-field-extract', signed: op === 0b10100, rd, rn, lsb, width: low5 + 1 };
    case 0b10110:
      if (low5 < lsb) return undefinedOperation('bit field of no width');
      return {
        kind: 'bit-field-insert',
        rd,
        rn: rn === 15 ? undefined : rn,
        lsb,
        width: low5 - lsb + 1,
      };
    default:
      return undefinedOperation('unallocated plain immediate encoding');
  }
}
