/** STM32F746NG on the 32F746G-DISCO board. Sources: RM0385 chapters 2 and 3, DS10916 table 13. */
import type { Target } from './types.ts';

const KiB = 1024;

export const stm32f746: Target = {
  name: 'stm32f746',
  chip: 'STM32F746NG',
  core: 'cortex-m7',
  clockHz: 216_000_000,
  flashBytes: 1024 * KiB,
  sramBytes: 320 * KiB,
  flashOrigin: 0x0800_0000,
  sramOrigin: 0x2000_0000,
  memories: [
    { name: 'ITCM-RAM', origin: 0x0000_0000, bytes: 16 * KiB, kind: 'itcm', waitStates: 0 },
    // The same flash twice: through the accelerator on the ITCM bus, and through the caches on the AXI bus.
    { name: 'FLASH-ITCM', origin: 0x0020_0000, bytes: 1024 * KiB, kind: 'flash', waitStates: 7 },
    { name: 'FLASH-AXI', origin: 0x0800_0000, bytes: 1024 * KiB, kind: 'flash', waitStates: 7 },
    { name: 'DTCM', origin: 0x2000_0000, bytes: 64 * KiB, kind: 'sram', waitStates: 0 },
    { name: 'SRAM1', origin: 0x2001_0000, bytes: 240 * KiB, kind: 'sram', waitStates: 0 },
    { name: 'SRAM2', origin: 0x2004_c000, bytes: 16 * KiB, kind: 'sram', waitStates: 0 },
  ],
  compilerFlags: ['-mcpu=cortex-m7', '-mthumb', '-mfpu=fpv5-sp-d16', '-mfloat-abi=hard'],
  hasDsp: true,
};
