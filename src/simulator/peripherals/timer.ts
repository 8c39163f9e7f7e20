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
const updateRequestSource = 4;
const onePulse = 8;
const countsDown = 0x70;
const interruptFlags = 0x1f;

export function createTimer(place: TimerPlace, clock: Clock, context: PeripheralContext): Peripheral {
  const timer = new UpCounter(place, clock, context);
  clock.onChange(() => timer.sync());
  return timer;
}

class UpCounter implements Peripheral {
  readonly #place: TimerPlace;
  readonly #clock: Clock;
  readonly #context: PeripheralContext;
  /** 2^16 or 2^32. */
  readonly #modulus: number;
  readonly #registers = new Map<number, number>();
  #count = 0;
  /** Cycle at which `#count` was reached. */
  #reachedAt = 0;
  /** PSC as it took effect at the last update. */
  #prescaler = 0;

  constructor(place: TimerPlace, clock: Clock, context: PeripheralContext) {
    this.#place = place;
    this.#clock = clock;
    this.#context = context;
    this.#modulus = 2 ** place.counterBits;
    this.#set(offsets.arr, this.#modulus - 1);
  }

  read(offset: number): number {
    if (offset === offsets.cnt || offset === offsets.sr) this.sync();
    return offset === offsets.cnt ? this.#count | 0 : this.#get(offset);
  }

  write(offset: number, value: number, mask: number): void {
    this.sync();
    const old = this.#get(offset);
    if (offset === offsets.sr) {
      // Zeros clear.
      this.#set(offset, old & (value | ~mask));
    } else if (offset === offsets.egr) {
      this.#generate(value);
    } else if (offset === offsets.cnt) {
      this.#count = (merge(this.#count, value, mask) >>> 0) % this.#modulus;
      this.#reachedAt = this.#context.now();
    } else {
      const next = merge(old, value, mask);
      this.#refuse(offset, next);
      if (offset === offsets.cr1 && !this.#isRunning()) this.#reachedAt = this.#context.now();
      this.#set(offset, next);
    }
  }

  advance(): number {
    this.sync();
    this.#driveLines();
    if (!this.#isRunning()) return Number.POSITIVE_INFINITY;
    const waiting = this.#get(offsets.dier) & ~this.#get(offsets.sr);
    let ticks = (waiting & 1) !== 0 ? this.#ticksToUpdate() : Number.POSITIVE_INFINITY;
    for (let channel = 0; channel < this.#place.channels; channel += 1) {
      if ((waiting & (2 << channel)) !== 0) ticks = Math.min(ticks, this.#ticksToCompare(channel));
    }
    return this.#reachedAt + ticks * this.#cyclesPerTick();
  }

  /** Counts up to now, whole rounds at once; a new prescaler or the end of a pulse ends the round. */
  sync(): void {
    while (this.#isRunning()) {
      const perTick = this.#cyclesPerTick();
      const ticks = Math.floor((this.#context.now() - this.#reachedAt) / perTick);
      if (ticks <= 0) return;
      const untilUpdate = this.#ticksToUpdate();
      this.#noteCompares(ticks);
      if (ticks < untilUpdate) {
        this.#count += ticks;
        this.#reachedAt += ticks * perTick;
        return;
      }
      const isSteady =
        this.#prescaler === this.#get(offsets.psc) && (this.#get(offsets.cr1) & onePulse) === 0;
      const round = this.#limit() + 1;
      const rounds = isSteady ? Math.floor((ticks - untilUpdate) / round) : 0;
      this.#reachedAt += (untilUpdate + rounds * round) * perTick;
      this.#update();
    }
  }

  #get(offset: number): number {
    return this.#registers.get(offset) ?? 0;
  }

  #set(offset: number, value: number): void {
    this.#registers.set(offset, value | 0);
  }

  #isRunning(): boolean {
    return (this.#get(offsets.cr1) & enabled) !== 0;
  }

  #cyclesPerTick(): number {
    const { core, timers } = this.#clock.frequencies();
    return (core / timers[this.#place.branch]) * (this.#prescaler + 1);
  }

  #limit(): number {
    return (this.#get(offsets.arr) >>> 0) % this.#modulus;
  }

  /** Ticks until the counter is 0 again; a counter beyond the limit runs to its end first. */
  #ticksToUpdate(): number {
    const limit = this.#limit();
    return (this.#count > limit ? this.#modulus : limit + 1) - this.#count;
  }

  #ticksToCompare(channel: number): number {
    const compare = this.#get(offsets.ccr1 + 4 * channel) >>> 0;
    if (compare > this.#limit()) return Number.POSITIVE_INFINITY;
    return compare > this.#count ? compare - this.#count : this.#ticksToUpdate() + compare;
  }

  #noteCompares(ticks: number): void {
    for (let channel = 0; channel < this.#place.channels; channel += 1) {
      if (this.#ticksToCompare(channel) <= ticks)
        this.#set(offsets.sr, this.#get(offsets.sr) | (2 << channel));
    }
  }

  #update(): void {
    this.#count = 0;
    this.#prescaler = this.#get(offsets.psc);
    this.#set(offsets.sr, this.#get(offsets.sr) | 1);
    if ((this.#get(offsets.cr1) & onePulse) !== 0) this.#set(offsets.cr1, this.#get(offsets.cr1) & ~enabled);
  }

  /** EGR: UG restarts the counter with the new prescaler, CCxG set their flags. */
  #generate(events: number): void {
    if ((events & 1) !== 0) {
      this.#count = 0;
      this.#reachedAt = this.#context.now();
      this.#prescaler = this.#get(offsets.psc);
      // With URS set, only an overflow raises the flag.
      if ((this.#get(offsets.cr1) & updateRequestSource) === 0)
        this.#set(offsets.sr, this.#get(offsets.sr) | 1);
    }
    this.#set(offsets.sr, this.#get(offsets.sr) | (events & 0x1e));
  }

  #refuse(offset: number, value: number): void {
    const { name, start } = this.#place;
    if (offset === offsets.cr1 && (value & countsDown) !== 0)
      throw peripheralUnsupported(`${name} counting down`, 'write', start + offset);
    if (offset === offsets.smcr && (value & 7) !== 0)
      throw peripheralUnsupported(`${name} in slave mode`, 'write', start + offset);
  }

  #driveLines(): void {
    const requests = this.#get(offsets.sr) & this.#get(offsets.dier) & interruptFlags;
    const { interrupt, compareInterrupt } = this.#place;
    if (compareInterrupt === undefined) {
      this.#context.setLine(interrupt, requests !== 0);
    } else {
      this.#context.setLine(interrupt, (requests & 1) !== 0);
      this.#context.setLine(compareInterrupt, (requests & ~1) !== 0);
    }
  }
}
