/** MPU registers (Armv7-M ARM, B3.5): regions are kept and read back; no access is judged by them. */
import { at } from '../../base/index.ts';
import type { RegisterRange } from './nvic.ts';
import { merge } from './types.ts';

/** Offsets from 0xE000E000. RBAR and RASR have three aliases behind them. */
const offsets = { type: 0xd90, control: 0xd94, number: 0xd98, base: 0xd9c, end: 0xdbc } as const;

export function createMpu(regionCount: number): RegisterRange {
  const bases = new Int32Array(regionCount);
  const attributes = new Int32Array(regionCount);
  let control = 0;
  let number = 0;

  return {
    read: (offset) => {
      if (offset === offsets.type) return regionCount << 8;
      if (offset === offsets.control) return control;
      if (offset === offsets.number) return number;
      const isBase = ((offset - offsets.base) & 4) === 0;
      return isBase ? at(bases, number) | number : at(attributes, number);
    },
    write: (offset, value, mask) => {
      if (offset === offsets.control) control = merge(control, value, mask) & 7;
      else if (offset === offsets.number) number = (value & 0xff) % regionCount;
      else if (offset >= offsets.base) {
        const isBase = ((offset - offsets.base) & 4) === 0;
        // VALID chooses the region in the same write.
        if (isBase && (value & 0x10) !== 0) number = (value & 15) % regionCount;
        if (isBase) bases[number] = value & ~0x1f;
        else attributes[number] = merge(at(attributes, number), value, mask);
      }
    },
  };
}
