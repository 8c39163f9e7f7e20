/** What STM32F74x and STM32F76x have in common. Sources: RM0385 and RM0410, memory map, RCC and vector table. */
import { commonTimers, gpioPorts, storage, timers9To11, unsupported } from './places.ts';
import type { KernelClockSelector, PeripheralPlace, UsartPlace } from './types.ts';

/** RCC_DCKCFGR2 (RM0385 5.3.26): two bits for each USART. */
const usartClock = (shift: number, bus: 'apb1' | 'apb2'): KernelClockSelector => ({
  registerOffset: 0x90,
  shift,
  width: 2,
  sources: [bus, 'system', 'hsi', 'lse'],
});

const usart = (
  name: string,
  start: number,
  interrupt: number,
  shift: number,
  bus: 'apb1' | 'apb2',
): UsartPlace => ({ kind: 'usart', name, start, interrupt, clock: usartClock(shift, bus) });

/** RM0385 table 1 (memory map), table 46 (interrupts); RM0410 tables 1 and 46 agree for these. */
export const stm32f7Peripherals: readonly PeripheralPlace[] = [
  ...commonTimers,
  ...timers9To11,
  usart('USART1', 0x4001_1000, 37, 0, 'apb2'),
  usart('USART2', 0x4000_4400, 38, 2, 'apb1'),
  usart('USART3', 0x4000_4800, 39, 4, 'apb1'),
  usart('UART4', 0x4000_4c00, 52, 6, 'apb1'),
  usart('UART5', 0x4000_5000, 53, 8, 'apb1'),
  usart('USART6', 0x4001_1400, 71, 10, 'apb2'),
  usart('UART7', 0x4000_7800, 82, 12, 'apb1'),
  usart('UART8', 0x4000_7c00, 83, 14, 'apb1'),
  ...gpioPorts('ABCDEFGHIJK', 0x4002_0000),
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
  unsupported('LPTIM1', 0x4000_2400),
  unsupported('WWDG', 0x4000_2c00),
  unsupported('SPI2', 0x4000_3800),
  unsupported('SPI3', 0x4000_3c00),
  unsupported('SPDIFRX', 0x4000_4000),
  unsupported('I2C1', 0x4000_5400),
  unsupported('I2C2', 0x4000_5800),
  unsupported('I2C3', 0x4000_5c00),
  unsupported('I2C4', 0x4000_6000),
  unsupported('CAN1', 0x4000_6400),
  unsupported('CAN2', 0x4000_6800),
  unsupported('CEC', 0x4000_6c00),
  unsupported('DAC', 0x4000_7400),
  unsupported('ADC', 0x4001_2000),
  unsupported('SDMMC1', 0x4001_2c00),
  unsupported('SPI1', 0x4001_3000),
  unsupported('SPI4', 0x4001_3400),
  unsupported('SPI5', 0x4001_5000),
  unsupported('SPI6', 0x4001_5400),
  unsupported('SAI1', 0x4001_5800),
  unsupported('SAI2', 0x4001_5c00),
  unsupported('LTDC', 0x4001_6800),
  unsupported('DMA1', 0x4002_6000),
  unsupported('DMA2', 0x4002_6400),
  unsupported('Ethernet MAC', 0x4002_8000, 0x1400),
  unsupported('DMA2D', 0x4002_b000, 0xc00),
  unsupported('USB OTG HS', 0x4004_0000, 0x4_0000),
  unsupported('USB OTG FS', 0x5000_0000, 0x4_0000),
  unsupported('DCMI', 0x5005_0000),
  unsupported('FMC', 0xa000_0000, 0x1000),
  unsupported('QUADSPI', 0xa000_1000, 0x1000),
];
