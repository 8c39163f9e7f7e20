/** Where control goes after an instruction. */
import type { Instruction, Operation } from '../instruction.ts';

/** Whether the operation can only be left through the processor: indirect branches and all that touch the machine. */
export function mayLeave(operation: Operation): boolean {
  switch (operation.kind) {
    case 'branch-register':
    case 'table-branch':
    case 'svc':
    case 'bkpt':
    case 'undefined':
    case 'coprocessor':
      return true;
    case 'data':
      return operation.rd === 15;
    case 'load':
      return operation.rt === 15;
    case 'load-multiple':
      return operation.registers.includes(15);
    case 'barrier':
      return operation.op === 'isb';
    case 'hint':
      return operation.op === 'wfi' || operation.op === 'wfe';
    case 'msr':
      return operation.register >= 4;
    case 'cps':
      return !operation.disable;
    default:
      return false;
  }
}

function isDirectBranch(operation: Operation): boolean {
  return operation.kind === 'branch' || operation.kind === 'call' || operation.kind === 'compare-branch';
}

/** Whether a block ends with the instruction. Within IT blocks only branches do, which are last there. */
export function endsBlock({ operation, condition }: Instruction): boolean {
  if (isDirectBranch(operation)) return true;
  if (!mayLeave(operation)) return false;
  return condition === 'al' || isIndirectBranch(operation);
}

function isIndirectBranch(operation: Operation): boolean {
  switch (operation.kind) {
    case 'branch-register':
    case 'table-branch':
      return true;
    case 'data':
    case 'load':
    case 'load-multiple':
      return mayLeave(operation);
    default:
      return false;
  }
}

/** How a block ends. Addresses are absolute; `next` is that of the instruction after the block. */
export type BlockEnd =
  | { readonly kind: 'next'; readonly next: number }
  | { readonly kind: 'branch'; readonly target: number }
  | { readonly kind: 'conditional'; readonly target: number; readonly next: number }
  /** A direct call, perhaps conditional. */
  | { readonly kind: 'call'; readonly target: number; readonly next: number | undefined }
  /** Its own text leaves; where that is under a condition, the block goes on at `next`. */
  | { readonly kind: 'leaves'; readonly next: number | undefined };

export function blockEnd(last: Instruction): BlockEnd {
  const { operation, condition } = last;
  const next = (last.address + last.bytes) >>> 0;
  const nextIfConditional = condition === 'al' ? undefined : next;
  switch (operation.kind) {
    case 'branch':
      if (condition === 'al') return { kind: 'branch', target: operation.target };
      return { kind: 'conditional', target: operation.target, next };
    case 'compare-branch':
      return { kind: 'conditional', target: operation.target, next };
    case 'call':
      return { kind: 'call', target: operation.target, next: nextIfConditional };
    default:
      return mayLeave(operation) ? { kind: 'leaves', next: nextIfConditional } : { kind: 'next', next };
  }
}

/** Addresses that a block may go on at, as far as they are known. A call's target is not one: it leaves the function. */
export function successorsOf(end: BlockEnd): readonly number[] {
  switch (end.kind) {
    case 'next':
      return [end.next];
    case 'branch':
      return [end.target];
    case 'conditional':
      return [end.target, end.next];
    default:
      return end.next === undefined ? [] : [end.next];
  }
}
