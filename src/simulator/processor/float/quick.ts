/** Single-precision arithmetic in JavaScript numbers, where those give the exact result and tell whether it was rounded. */
import type { FloatOperation } from '../../operations/float.ts';
import { type ProcessorState, slots } from '../state.ts';
import { floatFlags } from './format.ts';

/** FZ and RMode: none may be set, as JavaScript rounds to nearest and flushes nothing. */
const modeBits = 0x01c0_0000;
const leastNormal = 2 ** -126;
const largest = 3.4028234663852886e38;

/** Does the operation and gives true, or gives false and has changed nothing. */
export function quickly(operation: FloatOperation, state: ProcessorState): boolean {
  if (((state.words[slots.fpscr] ?? 0) & modeBits) !== 0) return false;
  if (!('double' in operation) || operation.double) return false;
  const { singles } = state;
  const value = (register: number): number => singles[register] ?? 0;
  switch (operation.kind) {
    case 'vfp-binary':
      return binary(operation.op, value(operation.vn), value(operation.vm), operation.vd, state);
    case 'vfp-accumulate': {
      const { vd, vn, vm } = operation;
      return accumulate(operation.op, value(vd), value(vn), value(vm), vd, state);
    }
    case 'vfp-unary': {
      const a = value(operation.vm);
      const root = Math.fround(Math.sqrt(a));
      return a >= leastNormal && a <= largest && settle(root, root * root !== a, operation.vd, state);
    }
    default:
      return false;
  }
}

function settle(result: number, inexact: boolean, vd: number, { singles, words }: ProcessorState): boolean {
  singles[vd] = result;
  if (inexact) words[slots.fpscr] = (words[slots.fpscr] ?? 0) | floatFlags.inexact;
  return true;
}

function isOrdinary(result: number): boolean {
  const magnitude = Math.abs(result);
  return magnitude > leastNormal && magnitude <= largest;
}

type BinaryOp = Extract<FloatOperation, { kind: 'vfp-binary' }>['op'];

function binary(op: BinaryOp, a: number, b: number, vd: number, state: ProcessorState): boolean {
  switch (op) {
    case 'vadd':
      return addition(a, b, vd, state);
    case 'vsub':
      return addition(a, -b, vd, state);
    case 'vmul':
    case 'vnmul': {
      const product = op === 'vmul' ? a * b : -(a * b);
      const result = Math.fround(product);
      if (isOrdinary(result)) return settle(result, result !== product, vd, state);
      return product === 0 && (a === 0 || b === 0) && settle(result, false, vd, state);
    }
    case 'vdiv': {
      const result = Math.fround(a / b);
      if (isOrdinary(result)) return Math.abs(b) <= largest && settle(result, result * b !== a, vd, state);
      return a === 0 && b !== 0 && Math.abs(b) <= largest && settle(result, false, vd, state);
    }
    default:
      return a < b || a > b ? settle((op === 'vmaxnm') === a > b ? a : b, false, vd, state) : false;
  }
}

/** Sums of singles that are no larger than normal numbers are exact where they are small. */
function addition(a: number, b: number, vd: number, state: ProcessorState): boolean {
  const sum = a + b;
  const result = Math.fround(sum);
  if (!(Math.abs(result) <= largest) || !(Math.abs(a) <= largest) || !(Math.abs(b) <= largest)) return false;
  return settle(result, result !== sum || lostBySum(a, b, sum) !== 0, vd, state);
}

/** What a sum of doubles lost (Knuth): exact. */
function lostBySum(a: number, b: number, sum: number): number {
  const shadow = sum - a;
  return a - (sum - shadow) + (b - shadow);
}

type AccumulateOp = Extract<FloatOperation, { kind: 'vfp-accumulate' }>['op'];

function accumulate(
  op: AccumulateOp,
  old: number,
  a: number,
  b: number,
  vd: number,
  state: ProcessorState,
): boolean {
  const minusProduct = op === 'vmls' || op === 'vnmla' || op === 'vfms' || op === 'vfnma';
  const minusOld = op.startsWith('vn') || op.startsWith('vfn');
  const product = minusProduct ? -(a * b) : a * b;
  const addend = minusOld ? -old : old;
  if (op.startsWith('vf')) return fused(addend, product, vd, state);
  const rounded = Math.fround(product);
  const isExactZero = product === 0 && (a === 0 || b === 0);
  if (!isOrdinary(rounded) && !isExactZero) return false;
  if (!addition(addend, rounded, vd, state)) return false;
  if (rounded !== product) settle(state.singles[vd] ?? 0, true, vd, state);
  return true;
}

function fused(addend: number, product: number, vd: number, state: ProcessorState): boolean {
  const sum = product + addend;
  const result = roundedSum(product, addend, sum);
  // Products of singles do not underflow as doubles, so a sum of zero is exact.
  if (!(isOrdinary(result) || sum === 0) || !(Math.abs(product) < Number.POSITIVE_INFINITY)) return false;
  if (!(Math.abs(addend) <= largest)) return false;
  return settle(result, result !== sum || lostBySum(product, addend, sum) !== 0, vd, state);
}

/**
 * A double sum rounded to single as if it had been exact. Rounding twice goes wrong only where the double lies midway between
 * two singles although the exact sum does not: then what the sum lost decides.
 */
function roundedSum(product: number, addend: number, sum: number): number {
  const result = Math.fround(sum);
  const beyond = sum - result;
  if (beyond === 0) return result;
  const other = result + 2 * beyond;
  if (Math.fround(other) !== other) return result;
  const lost = lostBySum(product, addend, sum);
  return lost === 0 || lost > 0 !== beyond > 0 ? result : other;
}
