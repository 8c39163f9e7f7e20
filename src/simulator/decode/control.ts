/** Branches and system instructions, 32-bit encodings (A5.3.4). */
import type { Operation } from '../instruction.ts';
import { conditions } from '../operations/operand.ts';
import { bit, bits, signed, undefinedOperation } from './bits.ts';
import type { Decoded } from './thumb16.ts';

export function branchOrSystem(first: number, second: number, address: number): Decoded {
  if (bit(second, 12)) {
    const target = farTarget(first, second, address);
    return { operation: bit(second, 14) ? { kind: 'call', target } : { kind: 'branch', target } };
  }
  if (bit(second, 14)) return { operation: undefinedOperation('BLX to Arm code or UDF') };
  if (bits(first, 9, 7) !== 7) return conditionalBranch(first, second, address);
  return { operation: system(first, second) };
}

/** B (T4) and BL: 25 bits, of which two are stored exclusive-or the sign. */
function farTarget(first: number, second: number, address: number): number {
  const sign = bits(first, 10, 10);
  const i1 = ~(bits(second, 13, 13) ^ sign) & 1;
  const i2 = ~(bits(second, 11, 11) ^ sign) & 1;
  const offset =
    (sign << 24) | (i1 << 23) | (i2 << 22) | (bits(first, 9, 0) << 12) | (bits(second, 10, 0) << 1);
  return (address + 4 + signed(offset, 25)) >>> 0;
}

function conditionalBranch(first: number, second: number, address: number): Decoded {
  const offset =
    (bits(first, 10, 10) << 20) |
    (bits(second, 11, 11) << 19) |
    (bits(second, 13, 13) << 18) |
    (bits(first, 5, 0) << 12) |
    (bits(second, 10, 0) << 1);
  const target = (address + 4 + signed(offset, 21)) >>> 0;
  return { operation: { kind: 'branch', target }, condition: conditions[bits(first, 9, 6)] ?? 'al' };
}

function system(first: number, second: number): Operation {
  switch (bits(first, 6, 4)) {
    case 0b000:
    case 0b001:
      return { kind: 'msr', rn: bits(first, 3, 0), register: bits(second, 7, 0), mask: bits(second, 11, 10) };
    case 0b010:
      return hint(second);
    case 0b011:
      return barrier(second);
    case 0b110:
    case 0b111:
      return { kind: 'mrs', rd: bits(second, 11, 8), register: bits(second, 7, 0) };
    default:
      return undefinedOperation('unallocated system encoding');
  }
}

const hints = ['nop', 'yield', 'wfe', 'wfi', 'sev'] as const;

function hint(second: number): Operation {
  if (bits(second, 10, 8) !== 0) return undefinedOperation('CPS has no 32-bit form in Armv7-M');
  const op = bits(second, 7, 0);
  return { kind: 'hint', op: op >= 0xf0 ? 'dbg' : (hints[op] ?? 'nop') };
}

function barrier(second: number): Operation {
  switch (bits(second, 7, 4)) {
    case 2:
      return { kind: 'clrex' };
    case 4:
      return { kind: 'barrier', op: 'dsb' };
    case 5:
      return { kind: 'barrier', op: 'dmb' };
    case 6:
      return { kind: 'barrier', op: 'isb' };
    default:
      return undefinedOperation('unallocated barrier encoding');
  }
}
