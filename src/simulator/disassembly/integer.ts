/** Assembly of integer computation and multiplication. */
import type { ComputeOperation } from '../operations/compute.ts';
import type { MultiplyOperation } from '../operations/multiply.ts';
import { core, immediate, operandWords, shiftWords, type Words } from './words.ts';

export function computeWords(operation: ComputeOperation): Words {
  switch (operation.kind) {
    case 'data':
      return dataWords(operation);
    case 'shift':
      return [
        `${operation.op}${operation.setFlags ? 's' : ''}`,
        ...cores(operation.rd, operation.rn, operation.rm),
      ];
    case 'movt':
      return ['movt', core(operation.rd), immediate(operation.immediate)];
    case 'divide':
      return [operation.signed ? 'sdiv' : 'udiv', ...cores(operation.rd, operation.rn, operation.rm)];
    case 'bit-field-extract':
    case 'bit-field-insert':
    case 'saturate':
    case 'saturate16':
      return fieldWords(operation);
    case 'saturating-add':
      // The only ones that name the addend first (Armv7-M ARM, A7.7.97).
      return [operation.op, ...cores(operation.rd, operation.rm, operation.rn)];
    case 'extend':
      return extendWords(operation);
    case 'parallel':
      return [`${operation.prefix}${operation.op}`, ...cores(operation.rd, operation.rn, operation.rm)];
    case 'sel':
      return ['sel', ...cores(operation.rd, operation.rn, operation.rm)];
    case 'absolute-differences':
      return [
        operation.ra === undefined ? 'usad8' : 'usada8',
        ...cores(operation.rd, operation.rn, operation.rm, operation.ra),
      ];
    case 'pack':
      return [
        operation.top ? 'pkhtb' : 'pkhbt',
        ...cores(operation.rd, operation.rn, operation.rm),
        ...shiftWords(operation.top ? 'asr' : 'lsl', operation.amount),
      ];
    case 'reverse':
      return [operation.op, ...cores(operation.rd, operation.rm)];
  }
}

type FieldOperation = Extract<
  ComputeOperation,
  { kind: 'bit-field-extract' | 'bit-field-insert' | 'saturate' | 'saturate16' }
>;

function fieldWords(operation: FieldOperation): Words {
  switch (operation.kind) {
    case 'bit-field-extract':
      return [
        operation.signed ? 'sbfx' : 'ubfx',
        ...cores(operation.rd, operation.rn),
        immediate(operation.lsb),
        immediate(operation.width),
      ];
    case 'bit-field-insert':
      return [
        operation.rn === undefined ? 'bfc' : 'bfi',
        ...cores(operation.rd, operation.rn),
        immediate(operation.lsb),
        immediate(operation.width),
      ];
    case 'saturate':
      return [
        operation.signed ? 'ssat' : 'usat',
        core(operation.rd),
        immediate(operation.bits),
        core(operation.rn),
        ...shiftWords(operation.shift, operation.amount),
      ];
    case 'saturate16':
      return [
        operation.signed ? 'ssat16' : 'usat16',
        core(operation.rd),
        immediate(operation.bits),
        core(operation.rn),
      ];
  }
}

function dataWords(operation: Extract<ComputeOperation, { kind: 'data' }>): Words {
  const { op, operand } = operation;
  const flags = operation.setFlags && operation.rd !== undefined ? 's' : '';
  // Shifts by constants are moves to the core, and instructions of their own to everyone else.
  if (op === 'mov' && operand.from === 'register' && operand.shift === 'rrx') {
    return [`rrx${flags}`, ...cores(operation.rd, operand.rm)];
  }
  if (op === 'mov' && operand.from === 'register' && operand.amount > 0) {
    return [`${operand.shift}${flags}`, ...cores(operation.rd, operand.rm), immediate(operand.amount)];
  }
  return [`${op}${flags}`, ...cores(operation.rd, operation.rn), ...operandWords(operand)];
}

function extendWords(operation: Extract<ComputeOperation, { kind: 'extend' }>): Words {
  const letters = `${operation.signed ? 's' : 'u'}xt${operation.rn === undefined ? '' : 'a'}`;
  const size = { byte: 'b', half: 'h', bytes16: 'b16' }[operation.from];
  return [
    `${letters}${size}`,
    ...cores(operation.rd, operation.rn, operation.rm),
    ...shiftWords('ror', operation.rotation),
  ];
}

export function multiplyWords(operation: MultiplyOperation): Words {
  const { rn, rm } = operation;
  switch (operation.kind) {
    case 'multiply':
      return [
        `${operation.op}${operation.setFlags ? 's' : ''}`,
        ...cores(operation.rd, rn, rm, operation.ra),
      ];
    case 'multiply-long':
      return [operation.op, ...cores(operation.rdLow, operation.rdHigh, rn, rm)];
    case 'multiply-half':
    case 'multiply-half-long':
    case 'multiply-dual':
    case 'multiply-dual-long':
      return halvesWords(operation);
    case 'multiply-high': {
      const stem = operation.ra === undefined ? 'smmul' : operation.subtract ? 'smmls' : 'smmla';
      return [stem + (operation.round ? 'r' : ''), ...cores(operation.rd, rn, rm, operation.ra)];
    }
  }
}

type HalvesOperation = Extract<
  MultiplyOperation,
  { kind: 'multiply-half' | 'multiply-half-long' | 'multiply-dual' | 'multiply-dual-long' }
>;

function halvesWords(operation: HalvesOperation): Words {
  const { rn, rm } = operation;
  switch (operation.kind) {
    case 'multiply-half': {
      const stem = operation.ra === undefined ? 'smul' : 'smla';
      const halves = operation.wide
        ? `w${half(operation.mTop)}`
        : half(operation.nTop) + half(operation.mTop);
      return [stem + halves, ...cores(operation.rd, rn, rm, operation.ra)];
    }
    case 'multiply-half-long':
      return [
        `smlal${half(operation.nTop)}${half(operation.mTop)}`,
        ...cores(operation.rdLow, operation.rdHigh, rn, rm),
      ];
    case 'multiply-dual': {
      const stem = operation.ra === undefined ? 'smu' : 'sml';
      return [`${stem}${dual(operation)}`, ...cores(operation.rd, rn, rm, operation.ra)];
    }
    case 'multiply-dual-long': {
      const stem = operation.subtract ? 'smlsld' : 'smlald';
      return [stem + (operation.exchange ? 'x' : ''), ...cores(operation.rdLow, operation.rdHigh, rn, rm)];
    }
  }
}

const half = (top: boolean): string => (top ? 't' : 'b');
const dual = ({ subtract, exchange }: { readonly subtract: boolean; readonly exchange: boolean }): string =>
  `${subtract ? 'sd' : 'ad'}${exchange ? 'x' : ''}`;

const cores = (...numbers: readonly (number | undefined)[]): readonly string[] =>
  numbers.filter((number) => number !== undefined).map(core);
