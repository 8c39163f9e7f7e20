/** What STM32F74x and STM32F76x have in common. Sources: RM0385 and RM0410, memory map, RCC and vector table. */
import { gpioPorts, unsupported } from './places.ts';
import { f4AndF7Peripherals, f4AndF7Usarts, type UsartRow } from './stm32f4-f7.ts';
import type { PeripheralPlace, UsartPlace } from './types.ts';

const usarts: readonly UsartRow[] = [
  ...f4AndF7Usarts,
  { name: 'UART4', start: 0x4000_4c00, interrupt: 52, bus: 'apb1' },
  { name: 'UART5', start: 0x4000_5000, interrupt: 53, bus: 'apb1' },
  { name: 'UART7', start: 0x4000_7800, interrupt: 82, bus: 'apb1' },
  { name: 'UART8', start: 0x4000_7c00, interrupt: 83, bus: 'apb1' },
];

/** RCC_DCKCFGR2 (RM0385 5.3.26): two bits for each USART, in the order of their numbers. */
const usart = ({ bus, ...place }: UsartRow): UsartPlace => {
  const shift = 2 * (Number(place.name.slice(-1)) - 1);
  const clock = { registerOffset: 0x90, shift, width: 2, sources: [bus, 'system', 'hsi', 'lse'] } as const;
  return { kind: 'usart', ...place, clock };
};

/** RM0385 table 1 (memory map), table 46 (interrupts); RM0410 tables 1 and 46 agree for these. */
export const stm32f7Peripherals: readonly PeripheralPlace[] = [
  ...f4AndF7Peripherals,
  ...usarts.map(usart),
  ...gpioPorts('ABCDEFGHIJK', 0x4002_0000),
  unsupported('LPTIM1', 0x4000_2400),
  unsupported('SPDIFRX', 0x4000_4000),
  unsupported('I2C4', 0x4000_6000),
  unsupported('CAN1', 0x4000_6400),
  unsupported('CAN2', 0x4000_6800),
  unsupported('CEC', 0x4000_6c00),
  unsupported('DAC', 0x4000_7400),
  unsupported('SDMMC1', 0x4001_2c00),
  unsupported('SPI4', 0x4001_3400),
  unsupported('SPI5', 0x4001_5000),
  unsupported('SPI6', 0x4001_5400),
  unsupported('SAI1', 0x4001_5800),
  unsupported('SAI2', 0x4001_5c00),
  unsupported('LTDC', 0x4001_6800),
  unsupported('Ethernet MAC', 0x4002_8000, 0x1400),
  unsupported('DMA2D', 0x4002_b000, 0xc00),
  unsupported('USB OTG HS', 0x4004_0000, 0x4_0000),
  unsupported('USB OTG FS', 0x5000_0000, 0x4_0000),
  unsupported('DCMI', 0x5005_0000),
  unsupported('FMC', 0xa000_0000, 0x1000),
];
