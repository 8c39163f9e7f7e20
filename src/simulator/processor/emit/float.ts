/** Text of floating-point operations. */
import type { FloatOperation } from '../../operations/float.ts';
import type { Emitter } from './emitter.ts';
import { leave } from './exits.ts';

export function emitFloatOperation(emitter: Emitter, operation: FloatOperation): void {
  leave(emitter, 'noCoprocessor', operation.kind.length);
}
