/** Data processing of registers, multiplications and divisions, 32-bit encodings (A5.3.12 to A5.3.17). */
import type { Operation } from '../instruction.ts';
import type { ParallelOp, ParallelPrefix } from '../operations/compute.ts';
import { bit, bits, undefinedOperation } from './bits.ts';

const shifts = ['lsl', 'lsr', 'asr', 'ror'] as const;

export function registerOperation(first: number, second: number): Operation {
  const rn = bits(first, 3, 0);
  const rd = bits(second, 11, 8);
  const rm = bits(second, 3, 0);
  const op1 = bits(first, 7, 4);
  const op2 = bits(second, 7, 4);
  if (bits(second, 15, 12) !== 15) return undefinedOperation('unallocated register encoding');
  if (op1 < 8) {
    if (op2 >= 8) return extend(op1, second, rd, rn, rm);
    if (op2 !== 0) return undefinedOperation('unallocated register encoding');
    return { kind: 'shift', op: shifts[op1 >> 1] ?? 'lsl', setFlags: bit(first, 4), rd, rn, rm };
  }
  if (op2 < 8) return parallel(op1, op2, rd, rn, rm);
  if (op1 < 12 && op2 < 12) return miscellaneous(op1 & 3, op2 & 3, rd, rn, rm);
  return undefinedOperation('unallocated register encoding');
}

function extend(op1: number, second: number, rd: number, rn: number, rm: number): Operation {
  if (op1 > 5 || bit(second, 6)) return undefinedOperation('unallocated extend encoding');
  return {
    kind: 'extend',
    from: (['half', 'bytes16', 'byte'] as const)[op1 >> 1] ?? 'half',
    signed: (op1 & 1) === 0,
    rd,
    rn: rn === 15 ? undefined : rn,
    rm,
    rotation: ([0, 8, 16, 24] as const)[bits(second, 5, 4)] ?? 0,
  };
}

const prefixes: Readonly<Record<number, ParallelPrefix>> = {
  0: 's',
  1: 'q',
  2: 'sh',
  4: 'u',
  5: 'uq',
  6: 'uh',
};
const parallelOps: Readonly<Record<number, ParallelOp>> = {
  0: 'add8',
  1: 'add16',
  2: 'asx',
  4: 'sub8',
  5: 'sub16',
  6: 'sax',
};

function parallel(op1: number, op2: number, rd: number, rn: number, rm: number): Operation {
  const prefix = prefixes[op2];
  const op = parallelOps[op1 & 7];
  if (prefix === undefined || op === undefined) return undefinedOperation('unallocated parallel encoding');
  return { kind: 'parallel', prefix, op, rd, rn, rm };
}

function miscellaneous(op1: number, op2: number, rd: number, rn: number, rm: number): Operation {
  switch (op1) {
    case 0:
      return {
        kind: 'saturating-add',
        op: (['qadd', 'qdadd', 'qsub', 'qdsub'] as const)[op2] ?? 'qadd',
        rd,
        rn,
        rm,
      };
    case 1:
      return { kind: 'reverse', op: (['rev', 'rev16', 'rbit', 'revsh'] as const)[op2] ?? 'rev', rd, rm };
    case 2:
      if (op2 === 0) return { kind: 'sel', rd, rn, rm };
      break;
    case 3:
      if (op2 === 0) return { kind: 'reverse', op: 'clz', rd, rm };
      break;
  }
  return undefinedOperation('unallocated register encoding');
}

export function multiply(first: number, second: number): Operation {
  if (bits(second, 7, 6) !== 0) return undefinedOperation('unallocated multiply encoding');
  const rn = bits(first, 3, 0);
  const rm = bits(second, 3, 0);
  const rd = bits(second, 11, 8);
  const accumulator = bits(second, 15, 12);
  const ra = accumulator === 15 ? undefined : accumulator;
  const high = bit(second, 5);
  const low = bit(second, 4);
  const op1 = bits(first, 6, 4);
  if (high && op1 !== 1) return undefinedOperation('unallocated multiply encoding');
  switch (op1) {
    case 0:
      if (low && ra === undefined) return undefinedOperation('unallocated multiply encoding');
      return {
        kind: 'multiply',
        op: low ? 'mls' : ra === undefined ? 'mul' : 'mla',
        setFlags: false,
        rd,
        rn,
        rm,
        ra,
      };
    case 1:
      return { kind: 'multiply-half', wide: false, nTop: high, mTop: low, rd, rn, rm, ra };
    case 2:
    case 4:
      return { kind: 'multiply-dual', subtract: op1 === 4, exchange: low, rd, rn, rm, ra };
    case 3:
      return { kind: 'multiply-half', wide: true, nTop: false, mTop: low, rd, rn, rm, ra };
    case 5:
      return { kind: 'multiply-high', subtract: false, round: low, rd, rn, rm, ra };
    case 6:
      if (ra === undefined) return undefinedOperation('unallocated multiply encoding');
      return { kind: 'multiply-high', subtract: true, round: low, rd, rn, rm, ra };
    default:
      if (low) return undefinedOperation('unallocated multiply encoding');
      return { kind: 'absolute-differences', rd, rn, rm, ra };
  }
}

export function multiplyLong(first: number, second: number): Operation {
  const rn = bits(first, 3, 0);
  const rm = bits(second, 3, 0);
  const rdLow = bits(second, 15, 12);
  const rdHigh = bits(second, 11, 8);
  const op2 = bits(second, 7, 4);
  const pair = { rdLow, rdHigh, rn, rm };
  switch ((bits(first, 6, 4) << 4) | op2) {
    case 0x00:
      return { kind: 'multiply-long', op: 'smull', ...pair };
    case 0x20:
      return { kind: 'multiply-long', op: 'umull', ...pair };
    case 0x40:
      return { kind: 'multiply-long', op: 'smlal', ...pair };
    case 0x60:
      return { kind: 'multiply-long', op: 'umlal', ...pair };
    case 0x66:
      return { kind: 'multiply-long', op: 'umaal', ...pair };
    case 0x1f:
    case 0x3f:
      if (rdLow !== 15) return undefinedOperation('unallocated divide encoding');
      return { kind: 'divide', signed: !bit(first, 5), rd: rdHigh, rn, rm };
    case 0x48:
    case 0x49:
    case 0x4a:
    case 0x4b:
      return { kind: 'multiply-half-long', nTop: bit(op2, 1), mTop: bit(op2, 0), ...pair };
    case 0x4c:
    case 0x4d:
    case 0x5c:
    case 0x5d:
      return { kind: 'multiply-dual-long', subtract: bit(first, 4), exchange: bit(op2, 0), ...pair };
    default:
      return undefinedOperation('unallocated long multiply encoding');
  }
}
