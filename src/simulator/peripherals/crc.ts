/** CRC calculation unit (RM0385 chapter 13, RM0455 chapter 20): libraries compute with it to see that they run on the chip. */
import { merge, type Peripheral } from './types.ts';

const offsets = { dr: 0x00, idr: 0x04, cr: 0x08, init: 0x10, pol: 0x14 } as const;

/** CR.RESET: the result becomes INIT. */
const reset = 1;
const ethernetPolynomial = 0x04c1_1db7;
/** By CR.POLYSIZE. */
const sizes = [32, 16, 8, 7] as const;
/** By CR.REV_IN: the bits of what is written are reversed in units of so many; 0 for not at all. */
const inputUnits = [0, 8, 16, 32] as const;

export function createCrc(): Peripheral {
  let result = -1;
  let control = 0;
  let identity = 0;
  let initial = -1;
  let polynomial = ethernetPolynomial;

  const feed = (value: number, bits: number): void => {
    const size = sizes[(control >>> 3) & 3] ?? 32;
    const unit = Math.min(bits, inputUnits[(control >>> 5) & 3] ?? 0);
    const data = unit === 0 ? value : reverseUnits(value, bits, unit);
    for (let bit = bits - 1; bit >= 0; bit -= 1) {
      const feedback = ((result >>> (size - 1)) ^ (data >>> bit)) & 1;
      result = (result << 1) ^ (feedback === 1 ? polynomial : 0);
    }
    if (size < 32) result &= (1 << size) - 1;
  };
  const read = (offset: number): number => {
    switch (offset) {
      case offsets.dr:
        // REV_OUT.
        return (control & 0x80) === 0 ? result : reverseUnits(result, 32, 32);
      case offsets.idr:
        return identity;
      case offsets.cr:
        return control;
      case offsets.init:
        return initial;
      case offsets.pol:
        return polynomial;
      default:
        return 0;
    }
  };
  return {
    read,
    write: (offset, value, mask) => {
      if (offset === offsets.dr) {
        const bits = 32 - Math.clz32(mask >>> lowestBit(mask));
        feed((value & mask) >>> lowestBit(mask), bits);
      } else if (offset === offsets.idr) identity = merge(identity, value, mask);
      else if (offset === offsets.init) {
        initial = merge(initial, value, mask);
        result = initial;
      } else if (offset === offsets.pol) polynomial = merge(polynomial, value, mask);
      else if (offset === offsets.cr) {
        control = merge(control, value, mask) & ~reset;
        if ((value & mask & reset) !== 0) result = initial;
      }
    },
    advance: () => Number.POSITIVE_INFINITY,
  };
}

const lowestBit = (mask: number): number => 31 - Math.clz32(mask & -mask);

/** Each unit of the lowest `bits` bits, mirrored. */
function reverseUnits(value: number, bits: number, unit: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit += 1) {
    if (((value >>> bit) & 1) === 0) continue;
    const first = bit - (bit % unit);
    reversed |= 1 << (first + unit - 1 - (bit - first));
  }
  return reversed;
}
