/** STM32F412ZG. Sources: RM0402 (2.2 memory map, 3.4 ART accelerator, 10.2 vectors, 30.6 identity), Cortex-M4 TRM 4.1. */
import { debugIdentity, gpioPorts, unsupported } from './places.ts';
import { f4AndF7Peripherals, f4AndF7Usarts, type UsartRow } from './stm32f4-f7.ts';
import type { Chip, UsartPlace } from './types.ts';

const KiB = 1024;

/** Clocked by their bus alone. */
const usart = ({ bus, ...place }: UsartRow): UsartPlace => ({
  kind: 'usart',
  ...place,
  layout: 'status-data',
  clock: { registerOffset: 0x90, shift: 0, width: 0, sources: [bus] },
});

export const stm32f412: Chip = {
  name: 'stm32f412',
  part: 'STM32F412ZG',
  family: 'stm32f4',
  core: 'cortex-m4',
  // Revision r0p1 of the core.
  cpuid: 0x410f_c241,
  // FPv4, single precision only.
  floatFeatures: [0x1011_0021, 0x1100_0011, 0],
  bootAddress: 0x0800_0000,
  interruptCount: 97,
  priorityBits: 4,
  mpuRegions: 8,
  // 64 and 8 rows of 128 bits; see chip-timings.ts for their shape here.
  caches: {
    instruction: { bytes: KiB, ways: 32, lineBytes: 32 },
    data: { bytes: 128, ways: 4, lineBytes: 32 },
  },
  // 8 MHz: the debugger of the NUCLEO-F412ZG feeds it (UM1974 6.8.1).
  oscillatorsHz: { hsi: 16_000_000, hse: 8_000_000, csi: 0 },
  console: 'USART3',
  storage: [
    { name: 'SRAM1', kind: 'sram', bytes: 256 * KiB, addresses: [0x2000_0000] },
    // At 0 as well, as it boots from flash.
    { name: 'flash', kind: 'flash', bytes: 1024 * KiB, addresses: [0x0800_0000, 0x0000_0000] },
    { name: 'OTP and identity', kind: 'information', bytes: 32 * KiB, addresses: [0x1fff_0000] },
  ],
  peripherals: [
    ...f4AndF7Peripherals,
    ...f4AndF7Usarts.map(usart),
    ...gpioPorts('ABCDEFGH', 0x4002_0000),
    unsupported('SDIO', 0x4001_2c00),
    unsupported('FSMC', 0xa000_0000, 0x1000),
    debugIdentity(0xe004_2000, 0x3000_0441),
  ],
};
