/** Text of data processing: arithmetic, logic, moves, shifts. */
import type { ComputeOperation } from '../../operations/compute.ts';
import type { Operand } from '../../operations/operand.ts';
import { addSource, type FlagSource, logicSource, subtractSource } from './conditions.ts';
import { bind, type Emitter, line, read, readCarry, setFlags, write } from './emitter.ts';
import { branchTo } from './exits.ts';

type DataOperation = Extract<ComputeOperation, { kind: 'data' }>;
type ShiftOperation = Extract<ComputeOperation, { kind: 'shift' }>;

/** A second operand: its value, and the carry that its shifter puts out (`undefined`: C stays). */
type OperandText = { readonly value: string; readonly carry: string | undefined };

function operandText(emitter: Emitter, operand: Operand): OperandText {
  if (operand.from === 'immediate') {
    return {
      value: String(operand.value),
      carry: operand.carry === undefined ? undefined : String(operand.carry),
    };
  }
  const { shift, amount, rm } = operand;
  if (shift === 'lsl' && amount === 0) return { value: read(emitter, rm), carry: undefined };
  const value = bind(emitter, read(emitter, rm));
  switch (shift) {
    case 'lsl':
      return { value: `${value}<<${amount}`, carry: `${value}>>>${32 - amount}&1` };
    case 'lsr':
      return {
        value: amount === 32 ? '0' : amount === 0 ? value : `(${value}>>>${amount}|0)`,
        carry: `${value}>>>${amount - 1}&1`,
      };
    case 'asr':
      return { value: `${value}>>${Math.min(amount, 31)}`, carry: `${value}>>>${amount - 1}&1` };
    case 'ror':
      return {
        value: `(${value}>>>${amount}|${value}<<${32 - amount})`,
        carry: `${value}>>>${amount - 1}&1`,
      };
    case 'rrx':
      return { value: `(${readCarry(emitter)}<<31|${value}>>>1)`, carry: `${value}&1` };
  }
}

export function emitData(emitter: Emitter, operation: DataOperation): void {
  const operand = operandText(emitter, operation.operand);
  const { result, source } = compute(emitter, operation, operand);
  if (operation.rd === 15) {
    branchTo(emitter, result, 'plain');
    return;
  }
  if (operation.rd !== undefined) write(emitter, operation.rd, result);
  if (source !== undefined) setFlags(emitter, source);
}

type Computed = { readonly result: string; readonly source: FlagSource | undefined };

function compute(emitter: Emitter, operation: DataOperation, operand: OperandText): Computed {
  const { op, setFlags: sets, rn } = operation;
  const first = rn === undefined ? '0' : read(emitter, rn);
  switch (op) {
    case 'add':
    case 'cmn':
      return sum(emitter, sets, first, operand.value);
    case 'sub':
    case 'cmp':
      return difference(emitter, sets, first, operand.value);
    case 'rsb':
      return difference(emitter, sets, operand.value, first);
    case 'adc':
      return sumWithCarry(emitter, sets, first, operand.value);
    case 'sbc':
      return sumWithCarry(emitter, sets, first, `~(${operand.value})`);
    default:
      return logic(emitter, sets, logicText(op, first, operand.value), operand.carry);
  }
}

function sum(emitter: Emitter, sets: boolean, first: string, second: string): Computed {
  if (!sets) return { result: `(${first})+(${second})|0`, source: undefined };
  const a = bind(emitter, first);
  const b = bind(emitter, second);
  const result = bind(emitter, `${a}+(${b})|0`);
  return { result, source: addSource(a, `(${b})`, result) };
}

function difference(emitter: Emitter, sets: boolean, first: string, second: string): Computed {
  if (!sets) return { result: `(${first})-(${second})|0`, source: undefined };
  const a = bind(emitter, first);
  const b = bind(emitter, second);
  const result = bind(emitter, `${a}-(${b})|0`);
  return { result, source: subtractSource(a, `(${b})`, result) };
}

function sumWithCarry(emitter: Emitter, sets: boolean, first: string, second: string): Computed {
  const carry = readCarry(emitter);
  if (!sets) return { result: `(${first})+(${second})+${carry}|0`, source: undefined };
  const a = bind(emitter, first);
  const b = bind(emitter, second);
  const wide = bind(emitter, `(${a}>>>0)+((${b})>>>0)+${carry}`);
  const result = bind(emitter, `${wide}|0`);
  const source: FlagSource = {
    ...addSource(a, `(${b})`, result),
    kind: 'other',
    carry: `${wide}>4294967295?1:0`,
  };
  return { result, source };
}

function logicText(op: DataOperation['op'], first: string, second: string): string {
  switch (op) {
    case 'and':
    case 'tst':
      return `${first}&(${second})`;
    case 'bic':
      return `${first}&~(${second})`;
    case 'orr':
      return `${first}|(${second})`;
    case 'orn':
      return `${first}|~(${second})`;
    case 'eor':
    case 'teq':
      return `${first}^(${second})`;
    case 'mvn':
      return `~(${second})`;
    default:
      return second;
  }
}

function logic(emitter: Emitter, sets: boolean, text: string, carry: string | undefined): Computed {
  if (!sets) return { result: text, source: undefined };
  // The shifter's input is bound by name already, so the carry may be told after the result was written.
  const result = bind(emitter, text);
  return { result, source: logicSource(result, carry) };
}

/** Shifts by the bottom byte of a register: amounts of 32 and more have results of their own. */
export function emitShift(emitter: Emitter, { op, setFlags: sets, rd, rn, rm }: ShiftOperation): void {
  const value = bind(emitter, read(emitter, rn));
  const amount = bind(emitter, `${read(emitter, rm)}&255`);
  const result = bind(emitter, shiftText(op, value, amount));
  write(emitter, rd, result);
  if (!sets) return;
  const needsCarry = (emitter.position.neededFlags & 4) !== 0;
  const carry = needsCarry ? shiftCarry(emitter, op, value, amount) : '0';
  setFlags(emitter, logicSource(result, carry));
}

function shiftText(op: ShiftOperation['op'], value: string, amount: string): string {
  switch (op) {
    case 'lsl':
      return `${amount}>31?0:${value}<<${amount}`;
    case 'lsr':
      return `${amount}>31?0:${value}>>>${amount}|0`;
    case 'asr':
      return `${value}>>(${amount}>31?31:${amount})`;
    case 'ror':
      return `${value}>>>(${amount}&31)|${value}<<(32-${amount}&31)`;
  }
}

function shiftCarry(emitter: Emitter, op: ShiftOperation['op'], value: string, amount: string): string {
  const old = readCarry(emitter);
  switch (op) {
    case 'lsl':
      return `${amount}===0?${old}:${amount}>32?0:${value}>>>(32-${amount}&31)&1`;
    case 'lsr':
      return `${amount}===0?${old}:${amount}>32?0:${value}>>>(${amount}-1)&1`;
    case 'asr':
      return `${amount}===0?${old}:${value}>>>(${amount}>32?31:${amount}-1)&1`;
    case 'ror':
      return `${amount}===0?${old}:${value}>>>(${amount}-1&31)&1`;
  }
}

export function emitMoveTop(
  emitter: Emitter,
  { rd, immediate }: Extract<ComputeOperation, { kind: 'movt' }>,
): void {
  write(emitter, rd, `${read(emitter, rd)}&65535|${immediate << 16}`);
}

/** Division by zero gives 0, or a fault where the firmware asked for it. */
export function emitDivide(emitter: Emitter, operation: Extract<ComputeOperation, { kind: 'divide' }>): void {
  const a = read(emitter, operation.rn);
  const b = bind(emitter, read(emitter, operation.rm));
  if (emitter.surroundings.divideByZeroTraps) {
    const { address, itState } = emitter.position.instruction;
    line(emitter, `if(${b}===0){W[29]=${itState};throw X.divideByZero(${address},c);}`);
  }
  const quotient = operation.signed ? `${a}/${b}|0` : `(${a}>>>0)/(${b}>>>0)|0`;
  write(emitter, operation.rd, `${b}===0?0:${quotient}`);
}
