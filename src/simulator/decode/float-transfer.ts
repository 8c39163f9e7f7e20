/** Floating-point loads, stores and moves to and from core registers (A6.6 to A6.8). */
import type { Operation } from '../instruction.ts';
import { bit, bits, undefinedOperation } from './bits.ts';
import { registerOf } from './float.ts';

/** Encodings 0xECxx and 0xEDxx. */
export function floatLoadStore(first: number, second: number, address: number): Operation {
  const before = bit(first, 8);
  const up = bit(first, 7);
  if (!before && !up) return corePair(first, second);
  const double = bit(second, 8);
  const register = registerOf(bits(second, 15, 12), bits(first, 6, 6), double);
  if (double && register > 15) return undefinedOperation('d16 to d31 do not exist');
  if (!before || bit(first, 5)) return floatMultiple(first, second, register);
  const rn = bits(first, 3, 0);
  const offset = bits(second, 7, 0) * (up ? 4 : -4);
  return {
    kind: bit(first, 4) ? 'vfp-load' : 'vfp-store',
    double,
    vd: register,
    address:
      rn === 15
        ? { mode: 'literal', address: (((address + 4) & ~3) + offset) >>> 0 }
        : { mode: 'immediate', rn, offset, index: 'offset' },
  };
}

function floatMultiple(first: number, second: number, register: number): Operation {
  const before = bit(first, 8);
  const double = bit(second, 8);
  const count = bits(second, 7, 0);
  const start = double ? register * 2 : register;
  if (before && bit(first, 7)) return undefinedOperation('unallocated floating-point load or store');
  if (double && count % 2 === 1) return undefinedOperation('FLDMX and FSTMX are deprecated and not modelled');
  if (count === 0 || start + count > 32) {
    return undefinedOperation('floating-point register list beyond the registers');
  }
  return {
    kind: bit(first, 4) ? 'vfp-load-multiple' : 'vfp-store-multiple',
    double,
    rn: bits(first, 3, 0),
    first: start,
    count,
    writeBack: bit(first, 5),
    before,
  };
}

function corePair(first: number, second: number): Operation {
  if (!bit(first, 6) || bits(second, 7, 6) !== 0 || !bit(second, 4)) {
    return undefinedOperation('unallocated floating-point transfer');
  }
  const double = bit(second, 8);
  const register = registerOf(bits(second, 3, 0), bits(second, 5, 5), double);
  if (double ? register > 15 : register > 30) return undefinedOperation('register pair beyond the registers');
  return {
    kind: 'vfp-core-pair',
    toCore: bit(first, 4),
    rt: bits(second, 15, 12),
    rt2: bits(first, 3, 0),
    vm: double ? register * 2 : register,
  };
}

/** Encodings 0xEExx with bit 4 of the second half-word set. */
export function floatTransfer(first: number, second: number): Operation {
  const toCore = bit(first, 4);
  const rt = bits(second, 15, 12);
  const a = bits(first, 7, 5);
  if (!bit(second, 8)) {
    if (a === 0) return { kind: 'vfp-core', toCore, rt, vn: (bits(first, 3, 0) << 1) | bits(second, 7, 7) };
    if (a === 7 && bits(first, 3, 0) === 1) return toCore ? { kind: 'vmrs', rt } : { kind: 'vmsr', rt };
    return undefinedOperation('unallocated floating-point transfer');
  }
  if (a > 1 || bits(second, 6, 5) !== 0 || bit(second, 7)) {
    return undefinedOperation('Advanced SIMD is not in Armv7-M');
  }
  return { kind: 'vfp-core', toCore, rt, vn: bits(first, 3, 0) * 2 + a };
}
