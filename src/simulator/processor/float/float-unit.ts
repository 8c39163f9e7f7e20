/** Executes any arithmetic floating-point operation exactly, whatever the numbers and FPSCR say. */
import type { FloatOperation, Rounding } from '../../operations/float.ts';
import { type ProcessorState, slots } from '../state.ts';
import { add, compare, divide, extremum, multiply, multiplyAdd, negate, squareRoot } from './arithmetic.ts';
import { convert, fromInteger, roundToWhole, toInteger } from './convert.ts';
import { double, type Environment, type Format, half, type RoundingMode, single } from './format.ts';
import { quickly } from './quick.ts';

const fpscrModes = ['even', 'plus', 'minus', 'zero'] as const;

function environmentOf(fpscr: number): Environment {
  return {
    rounding: fpscrModes[(fpscr >>> 22) & 3] ?? 'even',
    flushToZero: ((fpscr >>> 24) & 1) === 1,
    defaultNan: ((fpscr >>> 25) & 1) === 1,
    alternativeHalf: ((fpscr >>> 26) & 1) === 1,
    flags: 0,
  };
}

/** Registers as numbers of bits. */
type Registers = {
  get(register: number, isDouble: boolean): bigint;
  set(register: number, isDouble: boolean, bits: bigint): void;
};

function registersOf({ floatWords }: ProcessorState): Registers {
  const word = (index: number): bigint => BigInt((floatWords[index] ?? 0) >>> 0);
  return {
    get: (register, isDouble) =>
      isDouble ? word(register * 2) | (word(register * 2 + 1) << 32n) : word(register),
    set(register, isDouble, bits) {
      const first = isDouble ? register * 2 : register;
      floatWords[first] = Number(BigInt.asIntN(32, bits));
      if (isDouble) floatWords[first + 1] = Number(BigInt.asIntN(32, bits >> 32n));
    },
  };
}

/** Reads and writes `floatWords` and FPSCR. Operations that only move bits are not for it. */
export function executeFloat(operation: FloatOperation, state: ProcessorState): void {
  if (quickly(operation, state)) return;
  const environment = environmentOf(state.words[slots.fpscr] ?? 0);
  const registers = registersOf(state);
  const format = 'double' in operation && operation.double ? double : single;
  execute(operation, { state, environment, registers, format });
  state.words[slots.fpscr] = (state.words[slots.fpscr] ?? 0) | environment.flags;
}

type Unit = {
  readonly state: ProcessorState;
  readonly environment: Environment;
  readonly registers: Registers;
  readonly format: Format;
};

type Of<Kind extends FloatOperation['kind']> = Extract<FloatOperation, { kind: Kind }>;

function execute(operation: FloatOperation, unit: Unit): void {
  switch (operation.kind) {
    case 'vfp-binary':
      binary(operation, unit);
      return;
    case 'vfp-accumulate':
      accumulate(operation, unit);
      return;
    case 'vfp-unary':
      unary(operation, unit);
      return;
    case 'vfp-round':
      roundWhole(operation, unit);
      return;
    case 'vfp-compare':
      compareRegisters(operation, unit);
      return;
    case 'vfp-to-integer':
    case 'vfp-from-integer':
    case 'vfp-fixed':
      convertInteger(operation, unit);
      return;
    case 'vfp-precision':
    case 'vfp-half':
      convertFormat(operation, unit);
      return;
    default:
      throw new Error(`internal error: ${operation.kind} is no arithmetic`);
  }
}

function binary({ op, double: isDouble, vd, vn, vm }: Of<'vfp-binary'>, unit: Unit): void {
  const { registers, format, environment } = unit;
  const a = registers.get(vn, isDouble);
  const b = registers.get(vm, isDouble);
  const result = (): bigint => {
    switch (op) {
      case 'vadd':
        return add(a, b, format, environment);
      case 'vsub':
        return subtract(a, b, format, environment);
      case 'vmul':
        return multiply(a, b, format, environment);
      case 'vnmul':
        return negate(multiply(a, b, format, environment), format);
      case 'vdiv':
        return divide(a, b, format, environment);
      default:
        return extremum(op === 'vmaxnm', a, b, format, environment);
    }
  };
  registers.set(vd, isDouble, result());
}

/** A NaN that is subtracted keeps its sign. */
function subtract(a: bigint, b: bigint, format: Format, environment: Environment): bigint {
  const magnitude = b & (negate(0n, format) - 1n);
  const isNan = magnitude > ((1n << BigInt(format.exponentBits)) - 1n) << BigInt(format.fractionBits);
  return add(a, isNan ? b : negate(b, format), format, environment);
}

function accumulate(operation: Of<'vfp-accumulate'>, unit: Unit): void {
  const { op, double: isDouble, vd, vn, vm } = operation;
  const { registers, format, environment } = unit;
  const old = registers.get(vd, isDouble);
  const a = registers.get(vn, isDouble);
  const b = registers.get(vm, isDouble);
  const minus = (bits: bigint): bigint => negate(bits, format);
  const result = (): bigint => {
    switch (op) {
      case 'vmla':
        return add(old, multiply(a, b, format, environment), format, environment);
      case 'vmls':
        return add(old, minus(multiply(a, b, format, environment)), format, environment);
      case 'vnmla':
        return add(minus(old), minus(multiply(a, b, format, environment)), format, environment);
      case 'vnmls':
        return add(minus(old), multiply(a, b, format, environment), format, environment);
      case 'vfma':
        return multiplyAdd(old, a, b, format, environment);
      case 'vfms':
        return multiplyAdd(old, minus(a), b, format, environment);
      case 'vfnma':
        return multiplyAdd(minus(old), minus(a), b, format, environment);
      case 'vfnms':
        return multiplyAdd(minus(old), a, b, format, environment);
    }
  };
  registers.set(vd, isDouble, result());
}

function unary({ op, double: isDouble, vd, vm }: Of<'vfp-unary'>, unit: Unit): void {
  if (op !== 'vsqrt') throw new Error(`internal error: ${op} is no arithmetic`);
  const { registers, format, environment } = unit;
  registers.set(vd, isDouble, squareRoot(registers.get(vm, isDouble), format, environment));
}

function modeOf(rounding: Rounding, { environment }: Unit): RoundingMode {
  return rounding === 'fpscr' ? environment.rounding : rounding;
}

function roundWhole({ rounding, exact, double: isDouble, vd, vm }: Of<'vfp-round'>, unit: Unit): void {
  const { registers, format, environment } = unit;
  const a = registers.get(vm, isDouble);
  registers.set(vd, isDouble, roundToWhole(a, format, modeOf(rounding, unit), exact, environment));
}

function compareRegisters({ signalling, double: isDouble, vd, vm }: Of<'vfp-compare'>, unit: Unit): void {
  const { registers, format, environment, state } = unit;
  const a = registers.get(vd, isDouble);
  const b = vm === undefined ? 0n : registers.get(vm, isDouble);
  const flags = compare(a, b, signalling, format, environment);
  state.words[slots.fpscr] = ((state.words[slots.fpscr] ?? 0) & 0x0fff_ffff) | (flags << 28);
}

function convertInteger(
  operation: Of<'vfp-to-integer' | 'vfp-from-integer' | 'vfp-fixed'>,
  unit: Unit,
): void {
  const { registers, format, environment } = unit;
  const { double: isDouble, signed, vd } = operation;
  if (operation.kind === 'vfp-fixed') {
    convertFixed(operation, unit);
  } else if (operation.kind === 'vfp-to-integer') {
    const shape = { signed, bits: 32, fractionBits: 0 } as const;
    const mode = modeOf(operation.rounding, unit);
    const value = toInteger(registers.get(operation.vm, isDouble), format, shape, mode, environment);
    registers.set(vd, false, BigInt(value));
  } else {
    const word = registers.get(operation.vm, false);
    const value = Number(signed ? BigInt.asIntN(32, word) : word);
    registers.set(vd, isDouble, fromInteger(value, 0, format, environment));
  }
}

/** To fixed point rounds towards zero, from it to nearest. Results fill the register, extended by their sign or zeros. */
function convertFixed(operation: Of<'vfp-fixed'>, unit: Unit): void {
  const { toFixed, double: isDouble, signed, size, fractionBits, vd } = operation;
  const { registers, format, environment } = unit;
  const bits = registers.get(vd, isDouble);
  if (toFixed) {
    const value = toInteger(bits, format, { signed, bits: size, fractionBits }, 'zero', environment);
    registers.set(vd, isDouble, BigInt(value));
    return;
  }
  const value = Number(signed ? BigInt.asIntN(size, bits) : BigInt.asUintN(size, bits));
  const nearest: Environment = { ...environment, rounding: 'even' };
  registers.set(vd, isDouble, fromInteger(value, fractionBits, format, nearest));
  environment.flags |= nearest.flags;
}

function convertFormat(operation: Of<'vfp-precision' | 'vfp-half'>, unit: Unit): void {
  const { registers, environment } = unit;
  const { vd, vm } = operation;
  if (operation.kind === 'vfp-precision') {
    const { toDouble } = operation;
    const from = toDouble ? single : double;
    const to = toDouble ? double : single;
    registers.set(vd, toDouble, convert(registers.get(vm, !toDouble), from, to, environment));
    return;
  }
  const { toHalf, top, double: isDouble } = operation;
  const full = isDouble ? double : single;
  const shift = top ? 16n : 0n;
  if (!toHalf) {
    const bits = (registers.get(vm, false) >> shift) & 0xffffn;
    registers.set(vd, isDouble, convert(bits, half, full, environment));
    return;
  }
  const result = convert(registers.get(vm, isDouble), full, half, environment);
  const kept = registers.get(vd, false) & (0xffffn << (16n - shift));
  registers.set(vd, false, kept | (result << shift));
}
