/** SysTick (Armv7-M ARM, B3.3): 24 bits down, an exception at each 0. */
import { merge, type Peripheral, type PeripheralContext } from './types.ts';

const offsets = { control: 0x0, reload: 0x4, value: 0x8, calibration: 0xc } as const;
const flags = { enable: 1, interrupt: 2, coreClock: 4, counted: 0x1_0000 } as const;

/** Without CLKSOURCE it counts every eighth cycle, on the STM32 (RM0385 10.1.3). */
const externalDivider = 8;

export function createSysTick(now: PeripheralContext['now'], onZero: () => void): Peripheral {
  let control = 0;
  let reload = 0;
  let value = 0;
  let reachedAt = 0;

  const perTick = (): number => ((control & flags.coreClock) === 0 ? externalDivider : 1);
  /** A counter at 0 takes one tick to be loaded again. */
  const ticksToZero = (): number => (value === 0 ? reload + 1 : value);

  const sync = (): void => {
    if ((control & flags.enable) === 0) return;
    const ticks = Math.floor((now() - reachedAt) / perTick());
    if (ticks <= 0) return;
    reachedAt += ticks * perTick();
    const untilZero = ticksToZero();
    if (value === 0 && reload === 0) return;
    if (ticks < untilZero) {
      value = value === 0 ? reload + 1 - ticks : value - ticks;
      return;
    }
    control |= flags.counted;
    if ((control & flags.interrupt) !== 0) onZero();
    const beyond = reload === 0 ? 0 : (ticks - untilZero) % (reload + 1);
    value = beyond === 0 ? 0 : reload + 1 - beyond;
  };

  return {
    read: (offset) => {
      sync();
      if (offset === offsets.control) {
        const read = control;
        control &= ~flags.counted;
        return read;
      }
      if (offset === offsets.reload) return reload;
      // No reference clock: calibration is not given.
      return offset === offsets.value ? value : 0xc000_0000 | 0;
    },
    write: (offset, written, mask) => {
      sync();
      if (offset === offsets.control) {
        if ((control & flags.enable) === 0) reachedAt = now();
        control = (merge(control, written, mask) & 7) | (control & flags.counted);
      } else if (offset === offsets.reload) {
        reload = merge(reload, written, mask) & 0xff_ffff;
      } else if (offset === offsets.value) {
        value = 0;
        reachedAt = now();
        control &= ~flags.counted;
      }
    },
    advance: () => {
      sync();
      const wakes = (control & 3) === 3 && (reload !== 0 || value !== 0);
      return wakes ? reachedAt + ticksToZero() * perTick() : Number.POSITIVE_INFINITY;
    },
  };
}
