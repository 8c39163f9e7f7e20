/** Assembly of loads, stores, branches and system instructions. */
import type { BranchOperation, SystemOperation } from '../operations/control.ts';
import type { MemoryOperation } from '../operations/memory.ts';
import type { Condition } from '../operations/operand.ts';
import { conditions } from '../operations/operand.ts';
import { addressWords, core, immediate, location, registerList, type Words, widthLetter } from './words.ts';

export function memoryWords(operation: MemoryOperation): Words {
  switch (operation.kind) {
    case 'load':
    case 'store': {
      const sign = operation.kind === 'load' && operation.signed ? 's' : '';
      const mnemonic = `${operation.kind === 'load' ? 'ldr' : 'str'}${sign}${widthLetter(operation.width)}`;
      return [
        mnemonic + (operation.unprivileged ? 't' : ''),
        core(operation.rt),
        ...addressWords(operation.address),
      ];
    }
    case 'load-dual':
    case 'store-dual':
      return [
        operation.kind === 'load-dual' ? 'ldrd' : 'strd',
        core(operation.rt),
        core(operation.rt2),
        ...addressWords(operation.address),
      ];
    case 'load-multiple':
    case 'store-multiple':
      return multipleWords(operation);
    case 'load-exclusive':
      return [`ldrex${widthLetter(operation.width)}`, core(operation.rt), ...exclusiveAddress(operation)];
    case 'store-exclusive':
      return [
        `strex${widthLetter(operation.width)}`,
        core(operation.rd),
        core(operation.rt),
        ...exclusiveAddress(operation),
      ];
  }
}

const exclusiveAddress = ({
  rn,
  offset,
}: {
  readonly rn: number;
  readonly offset: number;
}): readonly string[] => addressWords({ mode: 'immediate', rn, offset, index: 'offset' });

type Multiple = Extract<MemoryOperation, { kind: 'load-multiple' | 'store-multiple' }>;

function multipleWords({ kind, rn, registers, writeBack, before }: Multiple): Words {
  const loads = kind === 'load-multiple';
  const list = registerList(registers, core);
  // The stack is full-descending.
  if (rn === 13 && writeBack && loads !== before) return [loads ? 'pop' : 'push', list];
  return [`${loads ? 'ldm' : 'stm'}${before ? 'db' : 'ia'}`, core(rn) + (writeBack ? '!' : ''), list];
}

export function branchWords(operation: BranchOperation): Words {
  switch (operation.kind) {
    case 'branch':
      return ['b', location(operation.target)];
    case 'call':
      return ['bl', location(operation.target)];
    case 'branch-register':
      return [operation.link ? 'blx' : 'bx', core(operation.rm)];
    case 'compare-branch':
      return [operation.nonzero ? 'cbnz' : 'cbz', core(operation.rn), location(operation.target)];
    case 'table-branch':
      return operation.width === 1
        ? ['tbb', `[${core(operation.rn)}, ${core(operation.rm)}]`]
        : ['tbh', `[${core(operation.rn)}, ${core(operation.rm)}, lsl #1]`];
  }
}

export function systemWords(operation: SystemOperation): Words {
  switch (operation.kind) {
    case 'it':
      return [`it${thenElse(operation.firstCondition, operation.mask)}`, operation.firstCondition];
    case 'hint':
    case 'barrier':
      return [operation.op];
    case 'clrex':
      return ['clrex'];
    case 'mrs':
      return ['mrs', core(operation.rd), specialName(operation.register)];
    case 'msr':
      return ['msr', specialName(operation.register), core(operation.rn)];
    case 'cps':
      return [
        operation.disable ? 'cpsid' : 'cpsie',
        `${operation.primask ? 'i' : ''}${operation.faultmask ? 'f' : ''}`,
      ];
    case 'svc':
    case 'bkpt':
      return [operation.kind, immediate(operation.immediate)];
    case 'undefined':
      return ['udf', `; ${operation.why}`];
    case 'coprocessor':
      return ['cdp', `p${operation.number}`];
  }
}

/** The lowest set bit of the mask ends the block; those above it say then or else (Armv7-M ARM, A7.3.2). */
function thenElse(first: Condition, mask: number): string {
  const firstBit = conditions.indexOf(first) & 1;
  const end = 31 - Math.clz32(mask & -mask);
  return Array.from({ length: 3 - end }, (_, index) =>
    ((mask >> (3 - index)) & 1) === firstBit ? 't' : 'e',
  ).join('');
}

/** By SYSm (Armv7-M ARM, B5.1.1). */
const specialNames: Readonly<Record<number, string>> = {
  0: 'apsr',
  1: 'iapsr',
  2: 'eapsr',
  3: 'xpsr',
  5: 'ipsr',
  6: 'epsr',
  7: 'iepsr',
  8: 'msp',
  9: 'psp',
  16: 'primask',
  17: 'basepri',
  18: 'basepri_max',
  19: 'faultmask',
  20: 'control',
};
const specialName = (register: number): string => specialNames[register] ?? `sysm${register}`;
