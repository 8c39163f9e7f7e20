/** How the memories around the core answer, for each chip. */
import { cortexM4 } from './cortex-m4.ts';
import { cortexM7 } from './cortex-m7.ts';
import type { ChipTiming } from './types.ts';

/**
 * STM32F74x and F76x. SRAM hangs on the 32-bit bus matrix, flash (256-bit rows, 7 wait states at 216 MHz: RM0385 3.3.1) on
 * 64 bits of AXI: 7 cycles over the bus, 6 more for a row. Eviction and the bus's 7 cycles are fitted to hardware [R].
 */
const stm32f7: ChipTiming = {
  core: cortexM7,
  sram: { firstWordCycles: 7, bytesPerCycle: 4 },
  flash: { firstWordCycles: 13, bytesPerCycle: 8 },
  evictionCycles: 8,
  device: { loadCycles: 8, storeCycles: 2 },
};

/** STM32H7A3 at 280 MHz: AXI SRAM of 64 bits, flash of 6 wait states and 128-bit rows (RM0455 4.3.8). */
const stm32h7a3: ChipTiming = {
  ...stm32f7,
  sram: { firstWordCycles: 7, bytesPerCycle: 8 },
  flash: { firstWordCycles: 13, bytesPerCycle: 8 },
};

/** STM32H743 at 480 MHz: the bus runs at half the core's clock (RM0433 8.5.6), flash at 4 wait states of it. */
const stm32h743: ChipTiming = {
  ...stm32f7,
  sram: { firstWordCycles: 12, bytesPerCycle: 4 },
  flash: { firstWordCycles: 22, bytesPerCycle: 4 },
};

/**
 * STM32F412 at 100 MHz: SRAM without waits, flash of 3 wait states (RM0402 3.4.1) whose rows of 128 bits the ART accelerator keeps in
 * 64 lines for instructions and 8 for data (RM0402 3.4.2): here as half as many of two rows, the second four cycles later. Its
 * prefetch of the next row is not modelled.
 */
const stm32f4: ChipTiming = {
  core: cortexM4,
  sram: undefined,
  flash: { firstWordCycles: 3, bytesPerCycle: 4 },
  evictionCycles: 0,
  device: { loadCycles: 2, storeCycles: 1 },
};

export const chipTimings: Readonly<Record<string, ChipTiming>> = {
  stm32f412: stm32f4,
  stm32f746: stm32f7,
  stm32f767: stm32f7,
  stm32h743,
  stm32h7a3,
};
