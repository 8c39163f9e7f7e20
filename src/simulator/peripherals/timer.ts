/** General-purpose timers, counting up (RM0385 chapters 22 to 26): counter, prescaler, update and compare events. */
import type { TimerPlace } from '../chips/types.ts';
import { peripheralUnsupported } from '../failures.ts';
import type { Clock } from './clock.ts';
import { merge, type Peripheral, type PeripheralContext } from './types.ts';

const offsets = {
  cr1: 0x00,
  smcr: 0x08,
  dier: 0x0c,
  sr: 0x10,
  egr: 0x14,
  cnt: 0x24,
  psc: 0x28,
  arr: 0x2c,
  ccr1: 0x34,
} as const;

const enabled = 1;
const onePulse = 8;
const countsDown = 0x70;
const interruptFlags = 0x1f;

export function createTimer(place: TimerPlace, clock: Clock, context: PeripheralContext): Peripheral {
  const maximum = 2 ** place.counterBits - 1;
  const registers = new Map<number, number>([[offsets.arr, maximum]]);
  const get = (offset: number): number => registers.get(offset) ?? 0;
  const limitOf = (): number => (get(offsets.arr) >>> 0) % (maximum + 1);
  let count = 0;
  /** Cycle at which `count` was reached. */
  let reachedAt = 0;
  /** PSC as it took effect at the last update. */
  let prescaler = 0;

  const cyclesPerTick = (): number => {
    const frequencies = clock.frequencies();
    return (frequencies.core / frequencies.timers[place.branch]) * (prescaler + 1);
  };
  const isRunning = (): boolean => (get(offsets.cr1) & enabled) !== 0;

  /** Ticks until the counter is 0 again; a counter beyond the limit runs to its end first. */
  const ticksToUpdate = (): number => (count > limitOf() ? maximum : limitOf()) + 1 - count;
  const ticksToCompare = (channel: number): number => {
    const compare = get(offsets.ccr1 + 4 * channel) >>> 0;
    if (compare > limitOf()) return Number.POSITIVE_INFINITY;
    return compare > count ? compare - count : ticksToUpdate() + compare;
  };

  const update = (): void => {
    prescaler = get(offsets.psc);
    registers.set(offsets.sr, get(offsets.sr) | 1);
    if ((get(offsets.cr1) & onePulse) !== 0) registers.set(offsets.cr1, get(offsets.cr1) & ~enabled);
  };

  /** Counts whole rounds at once; a new prescaler or the end of a pulse ends the round. */
  const sync = (): void => {
    while (isRunning()) {
      const perTick = cyclesPerTick();
      const ticks = Math.floor((context.now() - reachedAt) / perTick);
      if (ticks <= 0) return;
      const untilUpdate = ticksToUpdate();
      for (let channel = 0; channel < place.channels; channel += 1) {
        if (ticksToCompare(channel) <= ticks) registers.set(offsets.sr, get(offsets.sr) | (2 << channel));
      }
      if (ticks < untilUpdate) {
        count += ticks;
        reachedAt += ticks * perTick;
        return;
      }
      const isSteady = prescaler === get(offsets.psc) && (get(offsets.cr1) & onePulse) === 0;
      const rounds = isSteady ? Math.floor((ticks - untilUpdate) / (limitOf() + 1)) : 0;
      reachedAt += (untilUpdate + rounds * (limitOf() + 1)) * perTick;
      count = 0;
      update();
    }
  };
  clock.onChange(sync);

  const driveLines = (): void => {
    const requests = get(offsets.sr) & get(offsets.dier) & interruptFlags;
    if (place.compareInterrupt === undefined) {
      context.setLine(place.interrupt, requests !== 0);
    } else {
      context.setLine(place.interrupt, (requests & 1) !== 0);
      context.setLine(place.compareInterrupt, (requests & ~1) !== 0);
    }
  };

  const advance = (): number => {
    sync();
    driveLines();
    if (!isRunning()) return Number.POSITIVE_INFINITY;
    const waiting = get(offsets.dier) & ~get(offsets.sr);
    let ticks = (waiting & 1) !== 0 ? ticksToUpdate() : Number.POSITIVE_INFINITY;
    for (let channel = 0; channel < place.channels; channel += 1) {
      if ((waiting & (2 << channel)) !== 0) ticks = Math.min(ticks, ticksToCompare(channel));
    }
    return reachedAt + ticks * cyclesPerTick();
  };

  const write = (offset: number, value: number, mask: number): void => {
    sync();
    const old = get(offset);
    const next = merge(old, value, mask);
    if (offset === offsets.sr) {
      registers.set(offset, old & (value | ~mask));
    } else if (offset === offsets.egr) {
      generate(value);
    } else if (offset === offsets.cnt) {
      count = (merge(count, value, mask) >>> 0) % (maximum + 1);
      reachedAt = context.now();
    } else {
      if (offset === offsets.cr1 && (next & countsDown) !== 0)
        throw peripheralUnsupported(`${place.name} counting down`, 'write', place.start + offset);
      if (offset === offsets.smcr && (next & 7) !== 0)
        throw peripheralUnsupported(`${place.name} in slave mode`, 'write', place.start + offset);
      if (offset === offsets.cr1 && (old & enabled) === 0) reachedAt = context.now();
      registers.set(offset, next);
    }
  };

  /** EGR: UG restarts the counter with the new prescaler, CCxG set their flags. */
  const generate = (events: number): void => {
    if ((events & 1) !== 0) {
      count = 0;
      reachedAt = context.now();
      prescaler = get(offsets.psc);
      // With URS set, only an overflow raises the flag.
      if ((get(offsets.cr1) & 4) === 0) registers.set(offsets.sr, get(offsets.sr) | 1);
    }
    registers.set(offsets.sr, get(offsets.sr) | (events & 0x1e));
  };

  const read = (offset: number): number => {
    if (offset === offsets.cnt || offset === offsets.sr) sync();
    return offset === offsets.cnt ? count | 0 : get(offset);
  };

  return { read, write, advance };
}
