/** One place that knows which text belongs to which kind of operation. */
import type { Operation } from '../../instruction.ts';
import { isFloatOperation } from '../float-kind.ts';
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
import { emitBranchRegister, emitTableBranch, systemEmitters } from './control.ts';
import { emitData, emitDivide, emitMoveTop, emitShift } from './data.ts';
import type { Emitter } from './emitter.ts';
import { emitFloatOperation } from './float.ts';
import { memoryEmitters } from './memory.ts';
import { multiplyEmitters } from './multiply.ts';
import { emitParallel } from './parallel.ts';

/** Appends the statements of an operation of that kind. */
type EmitterOf<Kind extends Operation['kind']> = (
  emitter: Emitter,
  operation: Extract<Operation, { kind: Kind }>,
) => void;

export type EmittersOf<Kinds extends Operation['kind']> = { readonly [Kind in Kinds]: EmitterOf<Kind> };

type FloatKind = Extract<Operation['kind'], `v${string}`>;

/** Direct branches have no text: where a block ends is the region's matter. */
const nothing = (): void => {};

const emitters: EmittersOf<Exclude<Operation['kind'], FloatKind>> = {
  ...multiplyEmitters,
  ...memoryEmitters,
  ...systemEmitters,
  data: emitData,
  shift: emitShift,
  movt: emitMoveTop,
  divide: emitDivide,
  'bit-field-extract': emitExtract,
  'bit-field-insert': emitInsert,
  saturate: emitSaturate,
  saturate16: emitSaturate16,
  'saturating-add': emitSaturatingAdd,
  extend: emitExtend,
  parallel: emitParallel,
  sel: emitSelect,
  'absolute-differences': emitAbsoluteDifferences,
  pack: emitPack,
  reverse: emitReverse,
  'branch-register': emitBranchRegister,
  'table-branch': emitTableBranch,
  branch: nothing,
  call: nothing,
  'compare-branch': nothing,
};

export function emitOperation(emitter: Emitter, operation: Operation): void {
  if (isFloatOperation(operation)) emitFloatOperation(emitter, operation);
  else emitInteger(emitter, operation, operation.kind);
}

/** The table's entry for a kind takes operations of that kind, which the compiler cannot see through the union. */
function emitInteger<Kind extends Exclude<Operation['kind'], FloatKind>>(
  emitter: Emitter,
  operation: Operation,
  kind: Kind,
): void {
  const emit: EmitterOf<Kind> = emitters[kind];
  emit(emitter, operation as Extract<Operation, { kind: Kind }>);
}
