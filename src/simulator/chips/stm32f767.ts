/** STM32F767ZI. Sources: RM0410 (2.2.2 memory map, 3.3 flash, 45.6 identity), Cortex-M7 TRM 3.2. */
import { debugIdentity } from './places.ts';
import { stm32f7Peripherals } from './stm32f7.ts';
import type { Chip } from './types.ts';

const KiB = 1024;

export const stm32f767: Chip = {
  name: 'stm32f767',
  part: 'STM32F767ZI',
  family: 'stm32f7',
  core: 'cortex-m7',
  // Revision r1p0 of the core.
  cpuid: 0x411f_c270,
  floatFeatures: [0x1011_0221, 0x1200_0011, 0x0000_0040],
  bootAddress: 0x0800_0000,
  interruptCount: 110,
  priorityBits: 4,
  mpuRegions: 8,
  caches: {
    instruction: { bytes: 16 * KiB, ways: 2, lineBytes: 32 },
    data: { bytes: 16 * KiB, ways: 4, lineBytes: 32 },
  },
  // 8 MHz: the debugger of the NUCLEO-F767ZI feeds it (UM1974 6.8.1).
  oscillatorsHz: { hsi: 16_000_000, hse: 8_000_000, csi: 0 },
  console: 'USART3',
  storage: [
    { name: 'DTCM', kind: 'dtcm', bytes: 128 * KiB, addresses: [0x2000_0000] },
    { name: 'SRAM1', kind: 'sram', bytes: 368 * KiB, addresses: [0x2002_0000] },
    { name: 'SRAM2', kind: 'sram', bytes: 16 * KiB, addresses: [0x2007_c000] },
    { name: 'flash', kind: 'flash', bytes: 2048 * KiB, addresses: [0x0800_0000, 0x0020_0000] },
    { name: 'ITCM', kind: 'itcm', bytes: 16 * KiB, addresses: [0x0000_0000] },
    { name: 'backup SRAM', kind: 'sram', bytes: 4 * KiB, addresses: [0x4002_4000] },
    { name: 'OTP', kind: 'information', bytes: 4 * KiB, addresses: [0x1ff0_f000] },
  ],
  peripherals: [...stm32f7Peripherals, debugIdentity(0xe004_2000, 0x1000_0451)],
};
