/** STM32H743ZI. Sources: RM0433 (2.3 memory map, 4 flash), Cortex-M7 TRM 3.2. */
import { debugIdentity, unsupported } from './places.ts';
import { stm32h7Peripherals } from './stm32h7.ts';
import type { Chip } from './types.ts';

const KiB = 1024;

export const stm32h743: Chip = {
  name: 'stm32h743',
  part: 'STM32H743ZI',
  family: 'stm32h74',
  core: 'cortex-m7',
  // Revision r1p1 of the core.
  cpuid: 0x411f_c271,
  floatFeatures: [0x1011_0221, 0x1200_0011, 0x0000_0040],
  bootAddress: 0x0800_0000,
  interruptCount: 150,
  priorityBits: 4,
  mpuRegions: 16,
  caches: {
    instruction: { bytes: 16 * KiB, ways: 2, lineBytes: 32 },
    data: { bytes: 16 * KiB, ways: 4, lineBytes: 32 },
  },
  // 8 MHz: the debugger of the NUCLEO-H743ZI feeds it (UM1974 6.8.1).
  oscillatorsHz: { hsi: 64_000_000, hse: 8_000_000, csi: 4_000_000 },
  console: 'USART3',
  storage: [
    { name: 'AXI SRAM', kind: 'sram', bytes: 512 * KiB, addresses: [0x2400_0000] },
    { name: 'flash', kind: 'flash', bytes: 2048 * KiB, addresses: [0x0800_0000] },
    { name: 'DTCM', kind: 'dtcm', bytes: 128 * KiB, addresses: [0x2000_0000] },
    { name: 'ITCM', kind: 'itcm', bytes: 64 * KiB, addresses: [0x0000_0000] },
    { name: 'SRAM1', kind: 'sram', bytes: 128 * KiB, addresses: [0x3000_0000, 0x1000_0000] },
    { name: 'SRAM2', kind: 'sram', bytes: 128 * KiB, addresses: [0x3002_0000, 0x1002_0000] },
    { name: 'SRAM3', kind: 'sram', bytes: 32 * KiB, addresses: [0x3004_0000, 0x1004_0000] },
    { name: 'SRAM4', kind: 'sram', bytes: 64 * KiB, addresses: [0x3800_0000] },
    { name: 'backup SRAM', kind: 'sram', bytes: 4 * KiB, addresses: [0x3880_0000] },
    { name: 'system memory', kind: 'information', bytes: 128 * KiB, addresses: [0x1ff0_0000] },
  ],
  peripherals: [
    ...stm32h7Peripherals,
    { kind: 'crc', name: 'CRC', start: 0x5802_4c00 },
    unsupported('QUADSPI', 0x5200_5000, 0x1000),
    debugIdentity(0x5c00_1000, 0x2003_6450),
  ],
};
