/** Floating-point arithmetic of FPv5 (A6.4, A6.5). */
import type { Operation } from '../instruction.ts';
import type { FloatOperation, Rounding } from '../operations/float.ts';
import { bit, bits, undefinedOperation } from './bits.ts';

/** A register number from its four bits and the odd one, which is the low bit of singles and the high one of doubles. */
export function registerOf(four: number, one: number, double: boolean): number {
  return double ? (one << 4) | four : (four << 1) | one;
}

type Registers = {
  readonly double: boolean;
  readonly vd: number;
  readonly vn: number;
  readonly vm: number;
};

function registersOf(first: number, second: number): Registers {
  const double = bit(second, 8);
  return {
    double,
    vd: registerOf(bits(second, 15, 12), bits(first, 6, 6), double),
    vn: registerOf(bits(first, 3, 0), bits(second, 7, 7), double),
    vm: registerOf(bits(second, 3, 0), bits(second, 5, 5), double),
  };
}

/** Only d0 to d15 exist. */
function existing(
  operation: FloatOperation | undefined,
  registers: Registers,
  used: readonly number[],
): Operation {
  if (operation === undefined) return undefinedOperation('unallocated floating-point encoding');
  if (registers.double && used.some((register) => register > 15)) {
    return undefinedOperation('d16 to d31 do not exist');
  }
  return operation;
}

/** Encodings 0xEExx with bit 4 of the second half-word clear. */
export function floatArithmetic(first: number, second: number): Operation {
  const registers = registersOf(first, second);
  const { vd, vn, vm } = registers;
  if (bit(first, 7) && bits(first, 5, 4) === 3) return unary(first, second, registers);
  return existing(ternary(first, second, registers), registers, [vd, vn, vm]);
}

function ternary(first: number, second: number, registers: Registers): FloatOperation | undefined {
  const flag = bit(second, 6);
  const accumulate = (op: Extract<FloatOperation, { kind: 'vfp-accumulate' }>['op']): FloatOperation => ({
    kind: 'vfp-accumulate',
    op,
    ...registers,
  });
  const binary = (op: Extract<FloatOperation, { kind: 'vfp-binary' }>['op']): FloatOperation => ({
    kind: 'vfp-binary',
    op,
    ...registers,
  });
  switch ((bits(first, 7, 7) << 2) | bits(first, 5, 4)) {
    case 0:
      return accumulate(flag ? 'vmls' : 'vmla');
    case 1:
      return accumulate(flag ? 'vnmla' : 'vnmls');
    case 2:
      return binary(flag ? 'vnmul' : 'vmul');
    case 3:
      return binary(flag ? 'vsub' : 'vadd');
    case 4:
      return flag ? undefined : binary('vdiv');
    case 5:
      return accumulate(flag ? 'vfnma' : 'vfnms');
    default:
      return accumulate(flag ? 'vfms' : 'vfma');
  }
}

function unary(first: number, second: number, registers: Registers): Operation {
  const { double, vd } = registers;
  if (!bit(second, 6)) {
    const imm8 = (bits(first, 3, 0) << 4) | bits(second, 3, 0);
    return existing({ kind: 'vfp-immediate', double, vd, value: expandFloat(imm8) }, registers, [vd]);
  }
  const high = bit(second, 7);
  const op = bits(first, 3, 0);
  if (op >= 8 || op === 7) return conversion(op, high, second, registers);
  return existing(unaryOperation(op, high, registers), registers, usedByUnary(op, registers));
}

function usedByUnary(op: number, { vd, vm }: Registers): readonly number[] {
  // Halves lie in singles, and a comparison with zero has one operand.
  if (op === 2 || op === 5) return [vd];
  return op === 3 ? [vm] : [vd, vm];
}

function unaryOperation(op: number, high: boolean, registers: Registers): FloatOperation | undefined {
  const { double, vd, vm } = registers;
  switch (op) {
    case 0:
      return { kind: 'vfp-unary', op: high ? 'vabs' : 'vmov', double, vd, vm };
    case 1:
      return { kind: 'vfp-unary', op: high ? 'vsqrt' : 'vneg', double, vd, vm };
    case 2:
    case 3:
      return half(op === 3, high, registers);
    case 4:
    case 5:
      return { kind: 'vfp-compare', signalling: high, double, vd, vm: op === 5 ? undefined : vm };
    default:
      return { kind: 'vfp-round', rounding: high ? 'zero' : 'fpscr', exact: false, double, vd, vm };
  }
}

/** The half lies in a single register, whose number is split the other way. */
function half(toHalf: boolean, top: boolean, { double, vd, vm }: Registers): FloatOperation {
  return {
    kind: 'vfp-half',
    toHalf,
    top,
    double,
    vd: double && toHalf ? asSingle(vd) : vd,
    vm: double && !toHalf ? asSingle(vm) : vm,
  };
}

/** A number read as a double's, read as a single's. */
function asSingle(double: number): number {
  return ((double & 15) << 1) | (double >> 4);
}

function asDouble(single: number): number {
  return ((single & 1) << 4) | (single >> 1);
}

function conversion(op: number, high: boolean, second: number, registers: Registers): Operation {
  const { double, vd, vm } = registers;
  switch (op) {
    case 7:
      return betweenPrecisions(high, registers);
    case 8: {
      const operation = {
        kind: 'vfp-from-integer',
        double,
        signed: high,
        vd,
        vm: double ? asSingle(vm) : vm,
      } as const;
      return existing(operation, registers, [vd]);
    }
    case 12:
    case 13:
      return toInteger(op === 13, high ? 'zero' : 'fpscr', registers);
    case 10:
    case 11:
    case 14:
    case 15: {
      const size = high ? 32 : 16;
      const fractionBits = size - ((bits(second, 3, 0) << 1) | bits(second, 5, 5));
      if (fractionBits < 0) return undefinedOperation('more fraction bits than bits');
      const signed = (op & 1) === 0;
      return existing(
        { kind: 'vfp-fixed', toFixed: op >= 14, double, signed, size, fractionBits, vd },
        registers,
        [vd],
      );
    }
    default:
      return undefinedOperation('unallocated floating-point encoding');
  }
}

function betweenPrecisions(convert: boolean, registers: Registers): Operation {
  const { double, vd, vm } = registers;
  if (!convert) {
    const operation = { kind: 'vfp-round', rounding: 'fpscr', exact: true, double, vd, vm } as const;
    return existing(operation, registers, [vd, vm]);
  }
  const toDouble = !double;
  const operation = {
    kind: 'vfp-precision',
    toDouble,
    vd: toDouble ? asDouble(vd) : asSingle(vd),
    vm,
  } as const;
  return existing(operation, { ...registers, double: true }, [toDouble ? operation.vd : vm]);
}

function toInteger(signed: boolean, rounding: Rounding, registers: Registers): Operation {
  const { double, vd, vm } = registers;
  const operation = {
    kind: 'vfp-to-integer',
    double,
    signed,
    rounding,
    vd: double ? asSingle(vd) : vd,
    vm,
  } as const;
  return existing(operation, registers, [vm]);
}

const directed = ['away', 'even', 'plus', 'minus'] as const;
const selections = ['eq', 'vs', 'ge', 'gt'] as const;

/** Encodings 0xFExx: those that FPv5 added. */
export function floatArithmeticV5(first: number, second: number): Operation {
  const registers = registersOf(first, second);
  const { double, vd, vn, vm } = registers;
  if (!bit(first, 7)) {
    if (bit(second, 6)) return undefinedOperation('unallocated floating-point encoding');
    const condition = selections[bits(first, 5, 4)] ?? 'eq';
    return existing({ kind: 'vfp-select', condition, double, vd, vn, vm }, registers, [vd, vn, vm]);
  }
  if (bits(first, 5, 4) === 0) {
    const op = bit(second, 6) ? 'vminnm' : 'vmaxnm';
    return existing({ kind: 'vfp-binary', op, ...registers }, registers, [vd, vn, vm]);
  }
  if (bits(first, 5, 3) !== 0b111 || !bit(second, 6)) {
    return undefinedOperation('unallocated floating-point encoding');
  }
  const rounding = directed[bits(first, 1, 0)] ?? 'even';
  if (bit(first, 2)) return toInteger(bit(second, 7), rounding, registers);
  if (bit(second, 7)) return undefinedOperation('unallocated floating-point encoding');
  return existing({ kind: 'vfp-round', rounding, exact: false, double, vd, vm }, registers, [vd, vm]);
}

/** VFPExpandImm: a sign, three exponent bits, four fraction bits. */
function expandFloat(imm8: number): number {
  const exponent = bit(imm8, 6) ? bits(imm8, 5, 4) - 3 : bits(imm8, 5, 4) + 1;
  const magnitude = 2 ** exponent * (1 + bits(imm8, 3, 0) / 16);
  return bit(imm8, 7) ? -magnitude : magnitude;
}
