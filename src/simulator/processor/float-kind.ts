/** Tells floating-point operations from the others. */
import type { Operation } from '../instruction.ts';
import type { FloatOperation } from '../operations/float.ts';

export function isFloatOperation(operation: Operation): operation is FloatOperation {
  return operation.kind.startsWith('vfp-') || operation.kind === 'vmrs' || operation.kind === 'vmsr';
}
