/** STM32F746NG. Sources: RM0385 (2.2.2 memory map, 3.2 flash, 40.6 identity), DS10916, Cortex-M7 TRM 3.2. */
import { debugIdentity } from './places.ts';
import { stm32f7Peripherals } from './stm32f7.ts';
import type { Chip } from './types.ts';

const KiB = 1024;

export const stm32f746: Chip = {
  name: 'stm32f746',
  part: 'STM32F746NG',
  family: 'stm32f7',
  core: 'cortex-m7',
  // Revision r0p1 of the core.
  cpuid: 0x410f_c271,
  // Single precision only.
  floatFeatures: [0x1011_0021, 0x1100_0011, 0x0000_0040],
  bootAddress: 0x0800_0000,
  interruptCount: 98,
  priorityBits: 4,
  mpuRegions: 8,
  caches: {
    instruction: { bytes: 4 * KiB, ways: 2, lineBytes: 32 },
    data: { bytes: 4 * KiB, ways: 4, lineBytes: 32 },
  },
  // 25 MHz: the crystal of the 32F746G-DISCO (UM1907).
  oscillatorsHz: { hsi: 16_000_000, hse: 25_000_000, csi: 0 },
  console: 'USART1',
  storage: [
    { name: 'DTCM', kind: 'dtcm', bytes: 64 * KiB, addresses: [0x2000_0000] },
    { name: 'SRAM1', kind: 'sram', bytes: 240 * KiB, addresses: [0x2001_0000] },
    { name: 'SRAM2', kind: 'sram', bytes: 16 * KiB, addresses: [0x2004_c000] },
    { name: 'flash', kind: 'flash', bytes: 1024 * KiB, addresses: [0x0800_0000, 0x0020_0000] },
    { name: 'ITCM', kind: 'itcm', bytes: 16 * KiB, addresses: [0x0000_0000] },
    { name: 'backup SRAM', kind: 'sram', bytes: 4 * KiB, addresses: [0x4002_4000] },
    // One-time programmable bytes, then the unique number and the flash size (RM0385 41.1, 41.2).
    { name: 'OTP', kind: 'information', bytes: 4 * KiB, addresses: [0x1ff0_f000] },
  ],
  peripherals: [...stm32f7Peripherals, debugIdentity(0xe004_2000, 0x1000_0449)],
};
