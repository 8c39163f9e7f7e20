/** One place that knows which text belongs to which kind of operation. */
import type { Operation } from '../../instruction.ts';
import type { ComputeOperation } from '../../operations/compute.ts';
import {
  emitAbsoluteDifferences,
  emitExtend,
  emitExtract,
  emitInsert,
  emitPack,
  emitReverse,
  emitSaturate,
  emitSaturate16,
  emitSaturatingAdd,
  emitSelect,
} from './bits.ts';
import { emitIndirectBranch, emitSystemOperation } from './control.ts';
import { emitData, emitDivide, emitMoveTop, emitShift } from './data.ts';
import type { Emitter } from './emitter.ts';
import { emitFloatOperation } from './float.ts';
import { emitMemoryOperation } from './memory.ts';
import { emitMultiplyOperation } from './multiply.ts';
import { emitParallel } from './parallel.ts';

/** Statements of an operation. Direct branches have none: the block's end is the region's. */
export function emitOperation(emitter: Emitter, operation: Operation): void {
  switch (operation.kind) {
    case 'data':
      return emitData(emitter, operation);
    case 'shift':
      return emitShift(emitter, operation);
    case 'movt':
      return emitMoveTop(emitter, operation.rd, operation.immediate);
    case 'divide':
      return emitDivide(emitter, operation);
    case 'bit-field-extract':
      return emitExtract(emitter, operation);
    case 'bit-field-insert':
      return emitInsert(emitter, operation);
    case 'saturate':
      return emitSaturate(emitter, operation);
    case 'saturate16':
      return emitSaturate16(emitter, operation);
    case 'saturating-add':
      return emitSaturatingAdd(emitter, operation);
    case 'extend':
      return emitExtend(emitter, operation);
    case 'parallel':
      return emitParallel(emitter, operation);
    case 'sel':
      return emitSelect(emitter, operation);
    case 'absolute-differences':
      return emitAbsoluteDifferences(emitter, operation);
    case 'pack':
      return emitPack(emitter, operation);
    case 'reverse':
      return emitReverse(emitter, operation);
    default:
      return emitOther(emitter, operation);
  }
}

function emitOther(emitter: Emitter, operation: Exclude<Operation, ComputeOperation>): void {
  switch (operation.kind) {
    case 'multiply':
    case 'multiply-long':
    case 'multiply-half':
    case 'multiply-half-long':
    case 'multiply-dual':
    case 'multiply-dual-long':
    case 'multiply-high':
      return emitMultiplyOperation(emitter, operation);
    case 'load':
    case 'store':
    case 'load-dual':
    case 'store-dual':
    case 'load-multiple':
    case 'store-multiple':
    case 'load-exclusive':
    case 'store-exclusive':
      return emitMemoryOperation(emitter, operation);
    case 'branch-register':
    case 'table-branch':
      return emitIndirectBranch(emitter, operation);
    case 'it':
    case 'hint':
    case 'barrier':
    case 'clrex':
    case 'mrs':
    case 'msr':
    case 'cps':
    case 'svc':
    case 'bkpt':
    case 'undefined':
    case 'coprocessor':
      return emitSystemOperation(emitter, operation);
    case 'branch':
    case 'call':
    case 'compare-branch':
      return;
    default:
      return emitFloatOperation(emitter, operation);
  }
}
