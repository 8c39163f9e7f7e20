/** What an instruction reads and writes: for liveness of flags and registers, and for issue rules. */
import { type Effects, flagBits, type Instruction, type Operation, type ReadRole } from '../instruction.ts';
import type { Address, Condition } from '../operations/operand.ts';
import { floatReads, floatWrites } from './float-effects.ts';

export type Read = Effects['reads'][number];

const { n, z, c, v, q, ge } = flagBits;
const nzcv: number = n | z | c | v;

const conditionFlags: Readonly<Record<Condition, number>> = {
  eq: z,
  ne: z,
  cs: c,
  cc: c,
  mi: n,
  pl: n,
  vs: v,
  vc: v,
  hi: c | z,
  ls: c | z,
  ge: n | v,
  lt: n | v,
  gt: n | z | v,
  le: n | z | v,
  al: 0,
};

export function flagsOfCondition(condition: Condition): number {
  return conditionFlags[condition];
}

export function effectsOf(instruction: Instruction): Effects {
  const { operation } = instruction;
  return { reads: readsOf(operation), writes: writesOf(operation), ...flagsOf(instruction) };
}

/** The flags alone. */
export function flagsOf({ operation, condition }: Instruction): Pick<Effects, 'flagsRead' | 'flagsWritten'> {
  const { read, written } = flagEffects(operation);
  return { flagsRead: read | conditionFlags[condition], flagsWritten: written };
}

export function reads(role: ReadRole, ...registers: readonly (number | undefined)[]): readonly Read[] {
  return registers.flatMap((register) => (register === undefined ? [] : [{ register, role }]));
}

export function addressReads(address: Address): readonly Read[] {
  if (address.mode === 'literal') return [];
  return reads('address', address.rn, address.mode === 'register' ? address.rm : undefined);
}

/** The base register, where the access changes it. */
function writtenBack(address: Address): readonly number[] {
  return address.mode === 'immediate' && address.index !== 'offset' ? [address.rn] : [];
}

function readsOf(operation: Operation): readonly Read[] {
  switch (operation.kind) {
    case 'data': {
      const { operand, rn } = operation;
      if (operand.from === 'immediate') return reads('operand', rn);
      const plain = operand.shift === 'lsl' && operand.amount === 0;
      return [...reads('operand', rn), ...reads(plain ? 'operand' : 'shifted', operand.rm)];
    }
    case 'movt':
      return reads('operand', operation.rd);
    case 'multiply-long':
    case 'multiply-half-long':
    case 'multiply-dual-long':
      return longReads(operation);
    case 'bit-field-insert':
      return reads('operand', operation.rd, operation.rn);
    case 'saturate':
      return reads(operation.amount === 0 ? 'operand' : 'shifted', operation.rn);
    case 'bit-field-extract':
    case 'saturate16':
      return reads('operand', operation.rn);
    case 'extend':
      return [...reads('operand', operation.rn), ...reads('shifted', operation.rm)];
    case 'pack':
      return [
        ...reads('operand', operation.rn),
        ...reads(operation.amount === 0 ? 'operand' : 'shifted', operation.rm),
      ];
    case 'reverse':
      return reads('operand', operation.rm);
    case 'multiply':
    case 'multiply-half':
    case 'multiply-dual':
    case 'multiply-high':
    case 'absolute-differences':
      return [...reads('operand', operation.rn, operation.rm), ...reads('accumulator', operation.ra)];
    case 'shift':
    case 'divide':
    case 'saturating-add':
    case 'parallel':
    case 'sel':
      return reads('operand', operation.rn, operation.rm);
    default:
      return memoryReads(operation);
  }
}

function longReads(
  operation: Extract<Operation, { kind: 'multiply-long' | 'multiply-half-long' | 'multiply-dual-long' }>,
): readonly Read[] {
  const { rn, rm, rdLow, rdHigh } = operation;
  const plain = operation.kind === 'multiply-long' && (operation.op === 'umull' || operation.op === 'smull');
  return [...reads('operand', rn, rm), ...(plain ? [] : reads('accumulator', rdLow, rdHigh))];
}

function memoryReads(operation: Operation): readonly Read[] {
  switch (operation.kind) {
    case 'load':
    case 'load-dual':
      return addressReads(operation.address);
    case 'store':
      return [...addressReads(operation.address), ...reads('store-data', operation.rt)];
    case 'store-dual':
      return [...addressReads(operation.address), ...reads('store-data', operation.rt, operation.rt2)];
    case 'load-multiple':
    case 'load-exclusive':
      return reads('address', operation.rn);
    case 'store-multiple':
      return [...reads('address', operation.rn), ...reads('store-data', ...operation.registers)];
    case 'store-exclusive':
      return [...reads('address', operation.rn), ...reads('store-data', operation.rt)];
    case 'branch-register':
      return reads('address', operation.rm);
    case 'compare-branch':
      return reads('operand', operation.rn);
    case 'table-branch':
      return reads('address', operation.rn, operation.rm);
    case 'msr':
      return reads('operand', operation.rn);
    default:
      return floatReads(operation);
  }
}

function writesOf(operation: Operation): readonly number[] {
  switch (operation.kind) {
    case 'data':
      return operation.rd === undefined ? [] : [operation.rd];
    case 'multiply-long':
    case 'multiply-half-long':
    case 'multiply-dual-long':
      return [operation.rdLow, operation.rdHigh];
    case 'load':
      return [operation.rt, ...writtenBack(operation.address)];
    case 'load-dual':
      return [operation.rt, operation.rt2, ...writtenBack(operation.address)];
    case 'store':
    case 'store-dual':
      return writtenBack(operation.address);
    case 'load-multiple':
      return [...operation.registers, ...(operation.writeBack ? [operation.rn] : [])];
    case 'store-multiple':
      return operation.writeBack ? [operation.rn] : [];
    case 'load-exclusive':
      return [operation.rt];
    case 'call':
      return [14];
    case 'branch-register':
      return operation.link ? [14] : [];
    default:
      return 'rd' in operation ? [operation.rd] : floatWrites(operation);
  }
}

type FlagEffects = { readonly read: number; readonly written: number };

function flagEffects(operation: Operation): FlagEffects {
  switch (operation.kind) {
    case 'data':
      return dataFlags(operation);
    case 'shift':
      // A shift by zero leaves C as it was.
      return operation.setFlags ? { read: c, written: n | z | c } : { read: 0, written: 0 };
    case 'multiply':
      return { read: 0, written: operation.setFlags ? n | z : 0 };
    case 'multiply-half':
    case 'multiply-dual':
    case 'saturate':
    case 'saturate16':
    case 'saturating-add':
      return { read: q, written: q };
    case 'parallel':
      return { read: 0, written: operation.prefix === 's' || operation.prefix === 'u' ? ge : 0 };
    case 'sel':
      return { read: ge, written: 0 };
    case 'vfp-select':
      return { read: conditionFlags[operation.condition], written: 0 };
    case 'vmrs':
      return { read: 0, written: operation.rt === 15 ? nzcv : 0 };
    case 'mrs':
      return { read: operation.register < 4 ? nzcv | q | ge : 0, written: 0 };
    case 'msr':
      if (operation.register >= 4) return { read: 0, written: 0 };
      return { read: 0, written: (operation.mask & 2 ? nzcv | q : 0) | (operation.mask & 1 ? ge : 0) };
    default:
      return { read: 0, written: 0 };
  }
}

const arithmetic: ReadonlySet<string> = new Set(['add', 'adc', 'sub', 'sbc', 'rsb', 'cmp', 'cmn']);

function dataFlags(operation: Extract<Operation, { kind: 'data' }>): FlagEffects {
  const { op, operand, setFlags } = operation;
  const rotatesCarry = operand.from === 'register' && operand.shift === 'rrx';
  const read = op === 'adc' || op === 'sbc' || rotatesCarry ? c : 0;
  if (!setFlags) return { read, written: 0 };
  if (arithmetic.has(op)) return { read, written: nzcv };
  const keepsCarry =
    operand.from === 'immediate'
      ? operand.carry === undefined
      : operand.shift === 'lsl' && operand.amount === 0;
  return { read, written: n | z | (keepsCarry ? 0 : c) };
}
