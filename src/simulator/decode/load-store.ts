/** Loads and stores, 32-bit encodings (A5.3.5 to A5.3.10). */
import type { Operation } from '../instruction.ts';
import type { Address } from '../operations/operand.ts';
import { bit, bits, undefinedOperation } from './bits.ts';
import { registerList } from './thumb16.ts';

export function multiple(first: number, second: number): Operation {
  const op = bits(first, 8, 7);
  if (op === 0 || op === 3) return undefinedOperation('SRS and RFE are not in Armv7-M');
  const registers = registerList(second);
  if (registers.length < 1) return undefinedOperation('empty register list');
  return {
    kind: bit(first, 4) ? 'load-multiple' : 'store-multiple',
    rn: bits(first, 3, 0),
    registers,
    writeBack: bit(first, 5),
    before: op === 2,
  };
}

/** Addresses relative to PC are absolute, others have an offset and perhaps write back. */
function indexed(
  base: { readonly rn: number; readonly pc: number },
  offset: number,
  index: 'offset' | 'pre' | 'post',
): Address {
  if (base.rn !== 15) return { mode: 'immediate', rn: base.rn, offset, index };
  return { mode: 'literal', address: ((base.pc & ~3) + offset) >>> 0 };
}

export function dualExclusiveOrTable(first: number, second: number, address: number): Operation {
  const before = bit(first, 8);
  const up = bit(first, 7);
  const writeBack = bit(first, 5);
  if (!before && !writeBack) return exclusiveOrTable(first, second);
  const load = bit(first, 4);
  const rn = bits(first, 3, 0);
  const magnitude = bits(second, 7, 0) * 4;
  const index = before ? (writeBack ? 'pre' : 'offset') : 'post';
  return {
    kind: load ? 'load-dual' : 'store-dual',
    rt: bits(second, 15, 12),
    rt2: bits(second, 11, 8),
    address: indexed({ rn, pc: address + 4 }, up ? magnitude : -magnitude, index),
  };
}

function exclusiveOrTable(first: number, second: number): Operation {
  const rn = bits(first, 3, 0);
  const rt = bits(second, 15, 12);
  const load = bit(first, 4);
  if (!bit(first, 7)) {
    const offset = bits(second, 7, 0) * 4;
    if (load) return { kind: 'load-exclusive', width: 4, rt, rn, offset };
    return { kind: 'store-exclusive', width: 4, rd: bits(second, 11, 8), rt, rn, offset };
  }
  const op = bits(second, 7, 4);
  if (load && op < 2) return { kind: 'table-branch', rn, rm: bits(second, 3, 0), width: op === 0 ? 1 : 2 };
  if (op !== 4 && op !== 5) return undefinedOperation('unallocated exclusive encoding');
  const width = op === 4 ? 1 : 2;
  if (load) return { kind: 'load-exclusive', width, rt, rn, offset: 0 };
  return { kind: 'store-exclusive', width, rd: bits(second, 3, 0), rt, rn, offset: 0 };
}

type SingleAddress = { readonly address: Address; readonly unprivileged: boolean };

/** `undefined` where the encoding means nothing. */
function singleAddress(first: number, second: number, pc: number): SingleAddress | undefined {
  const rn = bits(first, 3, 0);
  const imm8 = bits(second, 7, 0);
  if (rn === 15) {
    const offset = bit(first, 7) ? bits(second, 11, 0) : -bits(second, 11, 0);
    return { address: indexed({ rn, pc }, offset, 'offset'), unprivileged: false };
  }
  if (bit(first, 7)) {
    return { address: indexed({ rn, pc }, bits(second, 11, 0), 'offset'), unprivileged: false };
  }
  if (!bit(second, 11)) {
    if (bits(second, 10, 6) !== 0) return undefined;
    const address = { mode: 'register', rn, rm: bits(second, 3, 0), shift: bits(second, 5, 4) } as const;
    return { address, unprivileged: false };
  }
  switch (bits(second, 10, 8)) {
    case 0b000:
    case 0b010:
      return undefined;
    case 0b110:
      return { address: indexed({ rn, pc }, imm8, 'offset'), unprivileged: true };
    case 0b100:
      return { address: indexed({ rn, pc }, -imm8, 'offset'), unprivileged: false };
    default: {
      const offset = bit(second, 9) ? imm8 : -imm8;
      return { address: indexed({ rn, pc }, offset, bit(second, 10) ? 'pre' : 'post'), unprivileged: false };
    }
  }
}

export function single(first: number, second: number, address: number): Operation {
  const width = ([1, 2, 4] as const)[bits(first, 6, 5)];
  const load = bit(first, 4);
  const signed = bit(first, 8);
  const rt = bits(second, 15, 12);
  const where = singleAddress(first, second, address + 4);
  if (width === undefined || where === undefined) return undefinedOperation('unallocated load or store');
  if (!load) {
    if (signed || bits(first, 3, 0) === 15) return undefinedOperation('unallocated store');
    return { kind: 'store', width, rt, ...where };
  }
  if (signed && width === 4) return undefinedOperation('unallocated load');
  if (rt === 15 && width < 4) return { kind: 'hint', op: signed ? 'pli' : 'pld' };
  return { kind: 'load', width, signed, rt, ...where };
}
