/** What STM32H743 and STM32H7A3 have in common. Sources: RM0433 and RM0455, memory map, RCC and vector table. */
import { commonTimers, gpioPorts, storage, timer, unsupported } from './places.ts';
import type { KernelClock, PeripheralPlace, UsartPlace } from './types.ts';

/** RCC_D2CCIP2R (RM0433 8.7.19), RCC_CDCCIP2R (RM0455 8.7.20): three bits for each of two groups. */
const usart = (name: string, start: number, interrupt: number, bus: 'apb1' | 'apb2'): UsartPlace => {
  const sources: KernelClock[] = [bus, 'pll2q', 'pll3q', 'hsi', 'csi', 'lse', 'none', 'none'];
  return {
    kind: 'usart',
    name,
    start,
    interrupt,
    clock: { registerOffset: 0x54, shift: bus === 'apb2' ? 3 : 0, width: 3, sources },
  };
};

/** RM0433 table 8 (memory map), table 150 (interrupts); RM0455 tables 6 and 120 agree for these. */
export const stm32h7Peripherals: readonly PeripheralPlace[] = [
  ...commonTimers,
  timer('TIM15', 0x4001_4000, 116, { counterBits: 16, channels: 2 }),
  timer('TIM16', 0x4001_4400, 117, { counterBits: 16, channels: 1 }),
  timer('TIM17', 0x4001_4800, 118, { counterBits: 16, channels: 1 }),
  usart('USART1', 0x4001_1000, 37, 'apb2'),
  usart('USART2', 0x4000_4400, 38, 'apb1'),
  usart('USART3', 0x4000_4800, 39, 'apb1'),
  usart('UART4', 0x4000_4c00, 52, 'apb1'),
  usart('UART5', 0x4000_5000, 53, 'apb1'),
  usart('USART6', 0x4001_1400, 71, 'apb2'),
  usart('UART7', 0x4000_7800, 82, 'apb1'),
  usart('UART8', 0x4000_7c00, 83, 'apb1'),
  ...gpioPorts('ABCDEFGHIJK', 0x5802_0000),
  { kind: 'rcc', name: 'RCC', start: 0x5802_4400 },
  { kind: 'pwr', name: 'PWR', start: 0x5802_4800 },
  { kind: 'flash-interface', name: 'FLASH', start: 0x5200_2000 },
  { kind: 'rng', name: 'RNG', start: 0x4802_1800 },
  storage('SYSCFG', 0x5800_0400),
  storage('EXTI', 0x5800_0000),
  storage('RTC', 0x5800_4000, 0x400, [[0x0c, 0x7]]),
  storage('IWDG', 0x5800_4800, 0x400, [[0x08, 0xfff]]),
  storage('AXI interconnect', 0x5100_0000, 0x10_0000),
  // Start-up code switches off the memory controller's speculative reads; nobody here has memory behind it.
  storage('FMC', 0x5200_4000, 0x1000),
  storage('HSEM', 0x5802_6400),
  storage('CRS', 0x4000_8400),
  unsupported('DMA', 0x4002_0000, 0x800),
  unsupported('ADC', 0x4002_2000, 0x400),
  unsupported('MDMA', 0x5200_0000, 0x1000),
  unsupported('LPUART1', 0x5800_0c00, 0x400),
];
