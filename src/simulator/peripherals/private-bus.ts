/** The processor's own peripherals at 0xE000E000: SysTick, NVIC, SCB and MPU share one page. */
import type { RegisterRange } from './nvic.ts';
import type { Peripheral } from './types.ts';

export type PrivateBusParts = {
  readonly sysTick: Peripheral;
  readonly nvic: RegisterRange;
  readonly mpu: RegisterRange;
  readonly systemControl: RegisterRange;
};

export function createPrivateBus(parts: PrivateBusParts): Peripheral {
  const rangeOf = (offset: number): RegisterRange => {
    if (offset >= 0x100 && offset < 0x500) return parts.nvic;
    if (offset >= 0xd90 && offset < 0xdc0) return parts.mpu;
    return parts.systemControl;
  };
  const isSysTick = (offset: number): boolean => offset >= 0x10 && offset < 0x20;
  return {
    read: (offset) => (isSysTick(offset) ? parts.sysTick.read(offset - 0x10) : rangeOf(offset).read(offset)),
    write: (offset, value, mask) => {
      if (isSysTick(offset)) parts.sysTick.write(offset - 0x10, value, mask);
      else rangeOf(offset).write(offset, value, mask);
    },
    advance: parts.sysTick.advance,
  };
}
