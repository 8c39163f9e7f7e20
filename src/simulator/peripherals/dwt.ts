/** DWT (Armv7-M ARM, C1.8): the cycle counter; the other counters stand at 0. */
import { merge, type Peripheral } from './types.ts';

const offsets = { control: 0x000, cycles: 0x004, lockAccess: 0xfb0, lockStatus: 0xfb4 } as const;
/** Four comparators; NOPRFCNT: no counters but cycles'. */
const controlReset = 0x4000_0000;

export function createDwt(now: () => number): Peripheral {
  const registers = new Map<number, number>();
  let control = 0;
  /** Count where it stands still; else the cycle at which it was 0. */
  let stoppedAt = 0;
  let zeroAt = 0;
  const isCounting = (): boolean => (control & 1) !== 0;
  const count = (): number => (isCounting() ? now() - zeroAt : stoppedAt);
  return {
    read: (offset) => {
      if (offset === offsets.control) return control | controlReset;
      // The difference of two doubles below 2^53, modulo 2^32.
      if (offset === offsets.cycles) return count() | 0;
      return offset === offsets.lockStatus ? 0 : (registers.get(offset) ?? 0);
    },
    write: (offset, value, mask) => {
      if (offset === offsets.control) {
        const before = count();
        control = merge(control, value, mask) & 0x00ff_ffff;
        stoppedAt = before;
        zeroAt = now() - before;
      } else if (offset === offsets.cycles) {
        stoppedAt = merge(count() | 0, value, mask) >>> 0;
        zeroAt = now() - stoppedAt;
      } else if (offset !== offsets.lockAccess) {
        registers.set(offset, merge(registers.get(offset) ?? 0, value, mask));
      }
    },
    advance: () => Number.POSITIVE_INFINITY,
  };
}
