/** Registers that keep what is written: configuration of what software cannot otherwise observe. */
import { merge, type Peripheral } from './types.ts';

/** `onWrite` may change what was written, given the offset and the new value; it returns what is kept. */
export function createStorage(
  resetValues: readonly (readonly [number, number])[] = [],
  onWrite: (offset: number, value: number) => number = (_, value) => value,
): Peripheral {
  const registers = new Map<number, number>(resetValues);
  return {
    read: (offset) => registers.get(offset) ?? 0,
    write: (offset, value, mask) => {
      registers.set(offset, onWrite(offset, merge(registers.get(offset) ?? 0, value, mask)));
    },
    advance: () => Number.POSITIVE_INFINITY,
  };
}
