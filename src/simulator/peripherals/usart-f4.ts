/** USART of STM32F4 (RM0402 chapter 25): the same device as the F7's behind other registers. */
import type { UsartPlace } from '../chips/types.ts';
import { createUsart, type Usart, type UsartSurroundings } from './usart.ts';

/** Offsets here, and those of the same registers of the F7. */
const offsets = { sr: 0x00, dr: 0x04, cr1: 0x0c } as const;
const f7 = { cr1: 0x00, isr: 0x1c, icr: 0x20, rdr: 0x24, tdr: 0x28 } as const;
const others: ReadonlyMap<number, number> = new Map([
  [0x08, 0x0c],
  [0x10, 0x04],
  [0x14, 0x08],
]);
/** CR1.UE is bit 13 here and bit 0 there. */
const enable = { here: 0x2000, there: 1 } as const;
const overrun = 8;
/** PE to TXE. */
const statusBits = 0xff;

export function createUsartF4(place: UsartPlace, surroundings: UsartSurroundings): Usart {
  const usart = createUsart(place, surroundings);
  let sawOverrun = false;
  return {
    name: usart.name,
    receive: (bytes) => usart.receive(bytes),
    pendingBytes: () => usart.pendingBytes(),
    advance: () => usart.advance(),
    read(offset) {
      if (offset === offsets.sr) {
        const status = usart.read(f7.isr) & statusBits;
        sawOverrun = (status & overrun) !== 0;
        return status;
      }
      if (offset === offsets.dr) {
        const data = usart.read(f7.rdr);
        // Reading SR and then DR is what clears ORE.
        if (sawOverrun) usart.write(f7.icr, overrun, -1);
        return data;
      }
      if (offset !== offsets.cr1) return usart.read(others.get(offset) ?? offset);
      const control = usart.read(f7.cr1);
      return (control & ~enable.there) | ((control & enable.there) === 0 ? 0 : enable.here);
    },
    write(offset, value, mask) {
      if (offset === offsets.dr) usart.write(f7.tdr, value, mask);
      else if (offset === offsets.cr1) {
        const isOn = (value & mask & enable.here) !== 0;
        usart.write(f7.cr1, (value & ~enable.here) | (isOn ? enable.there : 0), mask | enable.there);
      } else if (others.has(offset)) usart.write(others.get(offset) ?? offset, value, mask);
    },
  };
}
