/**
 * When an instruction needs what it reads: early for addresses and shifted operands, late for store data and accumulators.
 *
 * Source: LLVM's `ARMScheduleM7.td`: `M7Read_ISS` (EX1), `ReadMAC` and `M7Read_EX2` (EX3), `M7Read_EX3` (EX4),
 * `M7Ex1ReadNoFastBypass`; quinapalus.com/cm7cycles.html bears out addresses and shifts.
 */
import type { Effects, Instruction, Operation } from '../instruction.ts';
import type { CoreTiming } from './types.ts';

type Read = Effects['reads'][number];

/** Kinds whose operands all pass the first-stage shifter. */
function readsAllEarly(operation: Operation): boolean {
  switch (operation.kind) {
    case 'saturate':
    case 'saturate16':
    case 'bit-field-extract':
      return true;
    case 'reverse':
      return operation.op !== 'clz';
    case 'saturating-add':
      return operation.op.startsWith('qd');
    default:
      return false;
  }
}

/** A move that shifts, and BFI, pick the second-stage shifter: no operand of theirs is early. */
function shiftsLate(operation: Operation): boolean {
  return (
    (operation.kind === 'data' && operation.op === 'mov') ||
    operation.kind === 'shift' ||
    operation.kind === 'bit-field-insert' ||
    (operation.kind === 'extend' && operation.rn === undefined)
  );
}

/** Whether both operands go through the first stage, to which a load's result is not forwarded at once. */
export function avoidsLoadBypass({ operation }: Instruction): boolean {
  return (
    operation.kind === 'data' &&
    operation.op !== 'mov' &&
    operation.operand.from === 'register' &&
    (operation.operand.amount !== 0 || operation.operand.shift === 'rrx')
  );
}

/** Cycles by which `read` may come later than the usual stage; negative where it must come earlier. */
export function stageOf({ operation }: Instruction, read: Read, core: CoreTiming): number {
  const stages = core.operandStages;
  if (read.role === 'address') return stages.address;
  if (readsAllEarly(operation)) return stages.shifted;
  switch (read.role) {
    case 'shifted':
      return shiftsLate(operation) ? 0 : stages.shifted;
    case 'store-data':
      return read.register >= 16 ? stages.floatStoreData : stages.storeData;
    case 'accumulator':
      if (operation.kind !== 'vfp-accumulate') return stages.accumulator;
      return operation.op.startsWith('vf') ? stages.fusedAccumulator : stages.floatAccumulator;
    default:
      return 0;
  }
}
