/** STM32F412ZG. Sources: RM0402 (2.2 memory map, 3.4 ART accelerator, 10.2 vectors, 30.6 identity), Cortex-M4 TRM 4.1. */
import { commonTimers, debugIdentity, gpioPorts, storage, timers9To11, unsupported } from './places.ts';
import type { Chip, UsartPlace } from './types.ts';

const KiB = 1024;

/** Clocked by their bus alone. */
const usart = (name: string, start: number, interrupt: number, bus: 'apb1' | 'apb2'): UsartPlace => ({
  kind: 'usart',
  name,
  start,
  interrupt,
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
    ...commonTimers,
    ...timers9To11,
    usart('USART1', 0x4001_1000, 37, 'apb2'),
    usart('USART2', 0x4000_4400, 38, 'apb1'),
    usart('USART3', 0x4000_4800, 39, 'apb1'),
    usart('USART6', 0x4001_1400, 71, 'apb2'),
    ...gpioPorts('ABCDEFGH', 0x4002_0000),
    { kind: 'rcc', name: 'RCC', start: 0x4002_3800 },
    { kind: 'pwr', name: 'PWR', start: 0x4000_7000 },
    { kind: 'flash-interface', name: 'FLASH', start: 0x4002_3c00 },
    { kind: 'rng', name: 'RNG', start: 0x5006_0800 },
    { kind: 'crc', name: 'CRC', start: 0x4002_3000 },
    storage('SYSCFG', 0x4001_3800),
    storage('EXTI', 0x4001_3c00),
    storage('RTC', 0x4000_2800, 0x400, [[0x0c, 0x7]]),
    storage('IWDG', 0x4000_3000, 0x400, [[0x08, 0xfff]]),
    unsupported('WWDG', 0x4000_2c00),
    unsupported('SPI2', 0x4000_3800),
    unsupported('SPI3', 0x4000_3c00),
    unsupported('I2C1', 0x4000_5400),
    unsupported('I2C2', 0x4000_5800),
    unsupported('I2C3', 0x4000_5c00),
    unsupported('ADC', 0x4001_2000),
    unsupported('SDIO', 0x4001_2c00),
    unsupported('SPI1', 0x4001_3000),
    unsupported('DMA1', 0x4002_6000),
    unsupported('DMA2', 0x4002_6400),
    unsupported('FSMC', 0xa000_0000, 0x1000),
    unsupported('QUADSPI', 0xa000_1000, 0x1000),
    debugIdentity(0xe004_2000, 0x3000_0441),
  ],
};
