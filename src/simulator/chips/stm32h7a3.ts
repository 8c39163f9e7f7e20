/** STM32H7A3ZI-Q. Sources: RM0455 (2.3 memory map, 4 flash), Cortex-M7 TRM 3.2. */
import { debugIdentity, storage } from './places.ts';
import { stm32h7Peripherals } from './stm32h7.ts';
import type { Chip } from './types.ts';

const KiB = 1024;

export const stm32h7a3: Chip = {
  name: 'stm32h7a3',
  part: 'STM32H7A3ZI',
  family: 'stm32h7a',
  core: 'cortex-m7',
  // Revision r1p2 of the core.
  cpuid: 0x411f_c272,
  floatFeatures: [0x1011_0221, 0x1200_0011, 0x0000_0040],
  bootAddress: 0x0800_0000,
  interruptCount: 155,
  priorityBits: 4,
  mpuRegions: 16,
  caches: {
    instruction: { bytes: 16 * KiB, ways: 2, lineBytes: 32 },
    data: { bytes: 16 * KiB, ways: 4, lineBytes: 32 },
  },
  // 8 MHz: the debugger of the NUCLEO-H7A3ZI-Q feeds it (UM2408 6.7.1).
  oscillatorsHz: { hsi: 64_000_000, hse: 8_000_000, csi: 4_000_000 },
  console: 'USART3',
  storage: [
    // Three AXI memories of 256, 384 and 384 KiB, one after the other.
    { name: 'AXI SRAM', kind: 'sram', bytes: 1024 * KiB, addresses: [0x2400_0000] },
    { name: 'flash', kind: 'flash', bytes: 2048 * KiB, addresses: [0x0800_0000] },
    { name: 'DTCM', kind: 'dtcm', bytes: 128 * KiB, addresses: [0x2000_0000] },
    { name: 'ITCM', kind: 'itcm', bytes: 64 * KiB, addresses: [0x0000_0000] },
    { name: 'AHB SRAM1', kind: 'sram', bytes: 64 * KiB, addresses: [0x3000_0000] },
    { name: 'AHB SRAM2', kind: 'sram', bytes: 64 * KiB, addresses: [0x3001_0000] },
    { name: 'SRD SRAM', kind: 'sram', bytes: 32 * KiB, addresses: [0x3800_0000] },
    { name: 'backup SRAM', kind: 'sram', bytes: 4 * KiB, addresses: [0x3880_0000] },
    { name: 'OTP and identity', kind: 'information', bytes: 64 * KiB, addresses: [0x08ff_0000] },
  ],
  peripherals: [
    ...stm32h7Peripherals,
    { kind: 'crc', name: 'CRC', start: 0x4002_3000 },
    // Switched off by start-up code, as the FMC is.
    storage('OCTOSPI1', 0x5200_5000, 0x1000),
    debugIdentity(0x5c00_1000, 0x1001_6480),
  ],
};
