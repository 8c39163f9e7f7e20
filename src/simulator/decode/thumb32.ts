/** Thirty-two-bit Thumb encodings by their major fields (A5.3). */
import type { Operation } from '../instruction.ts';
import { bit, bits, undefinedOperation } from './bits.ts';
import { branchOrSystem } from './control.ts';
import { modifiedImmediate, plainImmediate, shiftedRegisterOperation } from './data-processing.ts';
import { floatArithmetic, floatArithmeticV5 } from './float.ts';
import { floatLoadStore, floatTransfer } from './float-transfer.ts';
import { dualExclusiveOrTable, multiple, single } from './load-store.ts';
import { multiply, multiplyLong, registerOperation } from './register-operations.ts';
import type { Decoded } from './thumb16.ts';

export function decode32(first: number, second: number, address: number): Decoded {
  if (bits(first, 12, 11) === 0b10 && bit(second, 15)) return branchOrSystem(first, second, address);
  return { operation: operation32(first, second, address) };
}

function operation32(first: number, second: number, address: number): Operation {
  if (bits(first, 12, 11) !== 0b10 && bit(first, 10)) return coprocessor(first, second, address);
  switch (bits(first, 12, 11)) {
    case 0b01:
      if (bit(first, 9)) return shiftedRegisterOperation(first, second);
      if (bit(first, 6)) return dualExclusiveOrTable(first, second, address);
      return multiple(first, second);
    case 0b10:
      if (bit(first, 9)) return plainImmediate(first, second, address);
      return modifiedImmediate(first, second);
    default:
      if (!bit(first, 9)) return single(first, second, address);
      if (!bit(first, 8)) return registerOperation(first, second);
      return bit(first, 7) ? multiplyLong(first, second) : multiply(first, second);
  }
}

function coprocessor(first: number, second: number, address: number): Operation {
  const number = bits(second, 11, 8);
  if (bits(first, 9, 8) === 3) return undefinedOperation('Advanced SIMD is not in Armv7-M');
  if (number >> 1 !== 0b101) return { kind: 'coprocessor', number };
  if (bit(first, 12)) {
    if (bits(first, 9, 8) !== 2 || bit(second, 4)) {
      return undefinedOperation('unallocated floating-point encoding');
    }
    return floatArithmeticV5(first, second);
  }
  if (!bit(first, 9)) return floatLoadStore(first, second, address);
  return bit(second, 4) ? floatTransfer(first, second) : floatArithmetic(first, second);
}
