/** Door of the decoder: encodings into instructions, IT blocks resolved on the way. */
import type { Instruction } from '../instruction.ts';
import { conditions } from '../operations/operand.ts';
import { decode16 } from './thumb16.ts';
import { decode32 } from './thumb32.ts';

/** Whether a half-word is the first of two. */
export function isWide(first: number): boolean {
  return first >= 0xe800;
}

/**
 * The instruction at `address`. `second` is looked at only where `first` begins a wide instruction.
 * `itState` is ITSTATE before it (0 outside IT blocks). Encodings without a meaning become `undefined` operations.
 */
export function decode(address: number, first: number, second: number, itState: number): Instruction {
  const inItBlock = (itState & 15) !== 0;
  const place = { address, inItBlock };
  const wide = isWide(first);
  const decoded = wide ? decode32(first, second, address) : decode16(first, place);
  const own = decoded.condition ?? 'al';
  return {
    address,
    bytes: wide ? 4 : 2,
    encoding: wide ? first * 65536 + second : first,
    condition: inItBlock ? (conditions[itState >> 4] ?? 'al') : own,
    itState: inItBlock ? itState : 0,
    operation: decoded.operation,
  };
}

/** ITSTATE after `instruction`. */
export function nextItState({ operation, itState }: Instruction): number {
  if (operation.kind === 'it') return (conditions.indexOf(operation.firstCondition) << 4) | operation.mask;
  return (itState & 7) === 0 ? 0 : (itState & 0xe0) | ((itState << 1) & 0x1f);
}
