/** Joins the MPU to the bus and to compiled code: who runs, and which pages need no asking. */
import { at } from '../base/index.ts';
import type { Exceptions } from './exceptions/exceptions.ts';
import type { Access, Mpu, Privilege } from './peripherals/mpu.ts';
import type { Processor } from './processor/processor.ts';
import { type ProcessorState, slots } from './processor/state.ts';

export type Protected = { readonly processor: Processor; readonly mpu: Mpu; readonly state: ProcessorState };

/** CONTROL.nPRIV counts for threads only. */
const isUnprivilegedThread = ({ words }: ProcessorState): boolean => (at(words, slots.control) & 1) !== 0;

function privilegeOf(state: ProcessorState, exceptions: Exceptions): Privilege {
  const isPrivileged = at(state.words, slots.ipsr) !== 0 || !isUnprivilegedThread(state);
  return { isPrivileged, inFault: exceptions.hasNegativePriority() };
}

/**
 * Compiled code reaches a page by itself where everybody who may run now may: threads, unless they are privileged for good, and
 * handlers. The bus judges each access to all other pages.
 */
export function applyProtection({ processor, mpu, state }: Protected): void {
  const levels = isUnprivilegedThread(state) ? [true, false] : [true];
  const granule = mpu.granuleBytes();
  processor.setPagePermissions((start, bytes, access) => {
    if (!mpu.isOn()) return true;
    const step = Math.min(bytes, granule);
    for (let address = start; address < start + bytes; address += step) {
      const isAllowed = levels.every((isPrivileged) =>
        mpu.allows(address, step, access, { isPrivileged, inFault: false }),
      );
      if (!isAllowed) return false;
    }
    return true;
  });
}

/** What the bus asks before each access that compiled code did not make by itself. */
export function createProtection(
  state: ProcessorState,
  exceptions: Exceptions,
  mpu: () => Mpu,
): (address: number, bytes: number, access: Access) => boolean {
  return (address, bytes, access) =>
    mpu().isOn() && !mpu().allows(address, bytes, access, privilegeOf(state, exceptions));
}
