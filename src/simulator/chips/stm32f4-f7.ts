/** What the STM32F412 and the STM32F7 have at the same places. Sources: RM0402, RM0385 and RM0410, memory map and vector table. */
import { commonTimers, storage, timers9To11, unsupported } from './places.ts';
import type { PeripheralPlace, UsartPlace } from './types.ts';

/** A USART without what differs: its registers and the clocks that it may take. */
export type UsartRow = Pick<UsartPlace, 'name' | 'start' | 'interrupt'> & { readonly bus: 'apb1' | 'apb2' };

export const f4AndF7Usarts: readonly UsartRow[] = [
  { name: 'USART1', start: 0x4001_1000, interrupt: 37, bus: 'apb2' },
  { name: 'USART2', start: 0x4000_4400, interrupt: 38, bus: 'apb1' },
  { name: 'USART3', start: 0x4000_4800, interrupt: 39, bus: 'apb1' },
  { name: 'USART6', start: 0x4001_1400, interrupt: 71, bus: 'apb2' },
];

export const f4AndF7Peripherals: readonly PeripheralPlace[] = [
  ...commonTimers,
  ...timers9To11,
  { kind: 'rcc', name: 'RCC', start: 0x4002_3800 },
  { kind: 'pwr', name: 'PWR', start: 0x4000_7000 },
  { kind: 'flash-interface', name: 'FLASH', start: 0x4002_3c00 },
  { kind: 'rng', name: 'RNG', start: 0x5006_0800 },
  { kind: 'crc', name: 'CRC', start: 0x4002_3000 },
  storage('SYSCFG', 0x4001_3800),
  storage('EXTI', 0x4001_3c00),
  // A calendar that stands still: start-up code reads and writes its backup registers and locks.
  storage('RTC', 0x4000_2800, 0x400, [[0x0c, 0x7]]),
  storage('IWDG', 0x4000_3000, 0x400, [[0x08, 0xfff]]),
  unsupported('WWDG', 0x4000_2c00),
  unsupported('SPI1', 0x4001_3000),
  unsupported('SPI2', 0x4000_3800),
  unsupported('SPI3', 0x4000_3c00),
  unsupported('I2C1', 0x4000_5400),
  unsupported('I2C2', 0x4000_5800),
  unsupported('I2C3', 0x4000_5c00),
  unsupported('ADC', 0x4001_2000),
  unsupported('DMA1', 0x4002_6000),
  unsupported('DMA2', 0x4002_6400),
  unsupported('QUADSPI', 0xa000_1000, 0x1000),
];
