/** What a debug probe says of a chip, and which programmer settings it needs. */

export type Chip = {
  /** Bits 0 to 11 of DBGMCU_IDCODE. */
  readonly deviceId: number;
  readonly idcodeAddress: number;
  /** OpenOCD's script for the family. */
  readonly openOcdTarget: string;
};

/** By target. Sources: RM0385 section 40.6.1, OpenOCD's tcl/target. */
export const chips: Readonly<Record<string, Chip>> = {
  stm32f746: { deviceId: 0x449, idcodeAddress: 0xe004_2000, openOcdTarget: 'target/stm32f7x.cfg' },
};

const families: Readonly<Record<number, string>> = {
  1043: 'STM32F405/407/415/417',
  1049: 'STM32F42x/43x',
  1089: 'STM32F412',
  1097: 'STM32F74x/75x',
  1104: 'STM32H742/743/750/753',
  1105: 'STM32F76x/77x',
  1106: 'STM32F72x/73x',
};

export function familyOf(deviceId: number): string {
  return `${families[deviceId] ?? 'an unknown chip'} (device id 0x${deviceId.toString(16)})`;
}
