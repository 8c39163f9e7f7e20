/** A port of pins: outputs read back what they drive, inputs what their pull resistors make of an open pin. */
import { merge, type Peripheral } from './types.ts';

const offsets = { mode: 0x00, pull: 0x0c, input: 0x10, output: 0x14, setReset: 0x18 } as const;

/** RM0385 6.4. `resetMode` and `resetPull` hold the debug pins of ports A and B. */
export function createGpio(name: string): Peripheral {
  const registers = new Map<number, number>(resetOf(name));
  const get = (offset: number): number => registers.get(offset) ?? 0;
  const input = (): number => {
    let pins = 0;
    for (let pin = 0; pin < 16; pin += 1) {
      const isOutput = ((get(offsets.mode) >>> (2 * pin)) & 3) === 1;
      const isPulledUp = ((get(offsets.pull) >>> (2 * pin)) & 3) === 1;
      const level = isOutput ? (get(offsets.output) >>> pin) & 1 : Number(isPulledUp);
      pins |= level << pin;
    }
    return pins;
  };
  return {
    read: (offset) => {
      if (offset === offsets.input) return input();
      return offset === offsets.setReset ? 0 : get(offset);
    },
    write: (offset, value, mask) => {
      if (offset === offsets.input) return;
      if (offset === offsets.setReset) {
        // Where a pin is both set and reset, set wins (RM0385 6.4.7).
        registers.set(offsets.output, (get(offsets.output) & ~(value >>> 16)) | (value & 0xffff));
        return;
      }
      registers.set(offset, merge(get(offset), value, mask));
    },
    advance: () => Number.POSITIVE_INFINITY,
  };
}

function resetOf(name: string): readonly (readonly [number, number])[] {
  if (name === 'GPIOA') {
    return [
      [offsets.mode, 0xa800_0000 | 0],
      [offsets.pull, 0x6400_0000],
    ];
  }
  if (name === 'GPIOB') {
    return [
      [offsets.mode, 0x280],
      [offsets.pull, 0x100],
    ];
  }
  return [];
}
