/** What STM32F74x and STM32F76x have in common. Sources: RM0385 and RM0410, memory map, RCC and vector table. */
import type { KernelClockSelector, PeripheralPlace, TimerPlace, UsartPlace } from './types.ts';

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

const timer = (
  name: string,
  start: number,
  interrupt: number,
  rest: Pick<TimerPlace, 'counterBits' | 'channels'> & { readonly compareInterrupt?: number },
): TimerPlace => ({
  kind: 'timer',
  name,
  start,
  interrupt,
  branch: start < 0x4001_0000 ? 'apb1' : 'apb2',
  ...rest,
});

const gpioPorts: readonly PeripheralPlace[] = [...'ABCDEFGHIJK'].map((port, index) => ({
  kind: 'gpio',
  name: `GPIO${port}`,
  start: 0x4002_0000 + index * 0x400,
}));

const unsupported = (name: string, start: number, bytes = 0x400): PeripheralPlace => ({
  kind: 'unsupported',
  name,
  start,
  bytes,
});

/** RM0385 table 1 (memory map), table 46 (interrupts); RM0410 tables 1 and 46 agree for these. */
export const stm32f7Peripherals: readonly PeripheralPlace[] = [
  timer('TIM2', 0x4000_0000, 28, { counterBits: 32, channels: 4 }),
  timer('TIM3', 0x4000_0400, 29, { counterBits: 16, channels: 4 }),
  timer('TIM4', 0x4000_0800, 30, { counterBits: 16, channels: 4 }),
  timer('TIM5', 0x4000_0c00, 50, { counterBits: 32, channels: 4 }),
  timer('TIM6', 0x4000_1000, 54, { counterBits: 16, channels: 0 }),
  timer('TIM7', 0x4000_1400, 55, { counterBits: 16, channels: 0 }),
  timer('TIM12', 0x4000_1800, 43, { counterBits: 16, channels: 2 }),
  timer('TIM13', 0x4000_1c00, 44, { counterBits: 16, channels: 1 }),
  timer('TIM14', 0x4000_2000, 45, { counterBits: 16, channels: 1 }),
  timer('TIM1', 0x4001_0000, 25, { counterBits: 16, channels: 4, compareInterrupt: 27 }),
  timer('TIM8', 0x4001_0400, 44, { counterBits: 16, channels: 4, compareInterrupt: 46 }),
  timer('TIM9', 0x4001_4000, 24, { counterBits: 16, channels: 2 }),
  timer('TIM10', 0x4001_4400, 25, { counterBits: 16, channels: 1 }),
  timer('TIM11', 0x4001_4800, 26, { counterBits: 16, channels: 1 }),
  usart('USART1', 0x4001_1000, 37, 0, 'apb2'),
  usart('USART2', 0x4000_4400, 38, 2, 'apb1'),
  usart('USART3', 0x4000_4800, 39, 4, 'apb1'),
  usart('UART4', 0x4000_4c00, 52, 6, 'apb1'),
  usart('UART5', 0x4000_5000, 53, 8, 'apb1'),
  usart('USART6', 0x4001_1400, 71, 10, 'apb2'),
  usart('UART7', 0x4000_7800, 82, 12, 'apb1'),
  usart('UART8', 0x4000_7c00, 83, 14, 'apb1'),
  ...gpioPorts,
  { kind: 'rcc', name: 'RCC', start: 0x4002_3800 },
  { kind: 'pwr', name: 'PWR', start: 0x4000_7000 },
  { kind: 'flash-interface', name: 'FLASH', start: 0x4002_3c00 },
  { kind: 'rng', name: 'RNG', start: 0x5006_0800 },
  { kind: 'storage', name: 'SYSCFG', start: 0x4001_3800, bytes: 0x400 },
  { kind: 'storage', name: 'EXTI', start: 0x4001_3c00, bytes: 0x400 },
  // A calendar that stands still: start-up code reads and writes its backup registers and locks.
  { kind: 'storage', name: 'RTC', start: 0x4000_2800, bytes: 0x400, resetValues: [[0x0c, 0x7]] },
  { kind: 'storage', name: 'IWDG', start: 0x4000_3000, bytes: 0x400, resetValues: [[0x08, 0xfff]] },
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
  unsupported('CRC', 0x4002_3000),
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

/** DBGMCU (RM0385 40.6): IDCODE first; the rest is kept for the debugger. */
export const debugIdentity = (idcode: number): PeripheralPlace => ({
  kind: 'storage',
  name: 'DBGMCU',
  start: 0xe004_2000,
  bytes: 0x400,
  resetValues: [[0, idcode]],
});
