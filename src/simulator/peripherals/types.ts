/** What a peripheral is to the rest of the machine: registers that are read and written, and time that passes. */

/** Registers are words at multiples of 4; the bus makes words of narrower accesses. */
export type Peripheral = {
  /** The register at `offset`, with the side effects that reading it has. */
  read(offset: number): number;
  /** `mask` has ones where `value` holds bits that were written. */
  write(offset: number, value: number, mask: number): void;
  /**
   * Brings itself up to now, and says at which cycle of the core something that others see (an interrupt, a byte)
   * happens next if nobody touches it: `Infinity` for never.
   */
  advance(): number;
};

/** What peripherals see of the machine. */
export type PeripheralContext = {
  /** Cycles of the core since reset. */
  readonly now: () => number;
  /** Level of an interrupt line: while true, the interrupt becomes pending again and again. */
  readonly setLine: (interrupt: number, level: boolean) => void;
  /** Asks for `advance` soon, where a read changed what others see; after writes it comes anyway. */
  readonly changed: () => void;
};

/** Bits that were written replace the old ones, the others stay. */
export const merge = (old: number, value: number, mask: number): number => (old & ~mask) | (value & mask);
