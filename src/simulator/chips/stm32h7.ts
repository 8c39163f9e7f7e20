/** What STM32H743 and STM32H7A3 have in common. Sources: RM0433 and RM0455, memory map, RCC and vector table. */
import type { KernelClock, PeripheralPlace, TimerPlace, UsartPlace } from './types.ts';

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
  start: 0x5802_0000 + index * 0x400,
}));

/** RM0433 table 8 (memory map), table 150 (interrupts); RM0455 tables 6 and 120 agree for these. */
export const stm32h7Peripherals: readonly PeripheralPlace[] = [
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
  ...gpioPorts,
  { kind: 'rcc', name: 'RCC', start: 0x5802_4400 },
  { kind: 'pwr', name: 'PWR', start: 0x5802_4800 },
  { kind: 'flash-interface', name: 'FLASH', start: 0x5200_2000 },
  { kind: 'rng', name: 'RNG', start: 0x4802_1800 },
  { kind: 'storage', name: 'SYSCFG', start: 0x5800_0400, bytes: 0x400 },
  { kind: 'storage', name: 'EXTI', start: 0x5800_0000, bytes: 0x400 },
  { kind: 'storage', name: 'RTC', start: 0x5800_4000, bytes: 0x400, resetValues: [[0x0c, 0x7]] },
  { kind: 'storage', name: 'IWDG', start: 0x5800_4800, bytes: 0x400, resetValues: [[0x08, 0xfff]] },
  { kind: 'storage', name: 'AXI interconnect', start: 0x5100_0000, bytes: 0x10_0000 },
  { kind: 'storage', name: 'HSEM', start: 0x5802_6400, bytes: 0x400 },
  { kind: 'storage', name: 'CRS', start: 0x4000_8400, bytes: 0x400 },
  { kind: 'unsupported', name: 'DMA', start: 0x4002_0000, bytes: 0x800 },
  { kind: 'unsupported', name: 'ADC', start: 0x4002_2000, bytes: 0x400 },
  { kind: 'unsupported', name: 'MDMA', start: 0x5200_0000, bytes: 0x1000 },
  { kind: 'unsupported', name: 'QUADSPI', start: 0x5200_5000, bytes: 0x1000 },
  { kind: 'unsupported', name: 'LPUART1', start: 0x5800_0c00, bytes: 0x400 },
];

/** DBGMCU (RM0433 60.5.8, RM0455 63.5.8): IDCODE first. */
export const debugIdentity = (idcode: number): PeripheralPlace => ({
  kind: 'storage',
  name: 'DBGMCU',
  start: 0x5c00_1000,
  bytes: 0x400,
  resetValues: [[0, idcode]],
});
