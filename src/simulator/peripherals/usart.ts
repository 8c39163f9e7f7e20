/** USART of STM32F7 and H7 (RM0385 chapter 31, RM0433 chapter 48), polled or by interrupt, with time on the wire. */
import type { UsartPlace } from '../chips/types.ts';
import { peripheralUnsupported } from '../failures.ts';
import { type Clock, kernelClockHz } from './clock.ts';
import { merge, type Peripheral, type PeripheralContext } from './types.ts';

const offsets = {
  cr1: 0x00,
  cr2: 0x04,
  cr3: 0x08,
  brr: 0x0c,
  rqr: 0x18,
  isr: 0x1c,
  icr: 0x20,
  rdr: 0x24,
  tdr: 0x28,
  presc: 0x2c,
} as const;

const control = { ue: 1, re: 4, te: 8, rxneie: 0x20, tcie: 0x40, txeie: 0x80, over8: 0x8000 } as const;
const status = { ore: 0x08, rxne: 0x20, tc: 0x40, txe: 0x80, teack: 0x20_0000, reack: 0x40_0000 } as const;

/**
 * How fast bytes travel. `baud`: as the registers say, and a byte that is not read in time is lost.
 * Else both directions take no time on the wire, and a byte arrives so many cycles after the one before was read.
 */
export type UartPace = 'baud' | { readonly gapCycles: number };

export type Usart = Peripheral & {
  readonly name: string;
  /** Bytes to the firmware; they wait until the receiver is on. */
  readonly receive: (bytes: Uint8Array) => void;
  /** Bytes that have not arrived. */
  readonly pendingBytes: () => number;
};

export type UsartSurroundings = {
  readonly clock: Clock;
  readonly context: PeripheralContext;
  readonly pace: UartPace;
  /** A register of the RCC, which selects the clock. */
  readonly rccRegister: (offset: number) => number;
  /** A byte left; `cycles` is when its last bit was on the wire. */
  readonly onTransmit: (usart: string, byte: number, cycles: number) => void;
};

/** Divides the clock on the H7 (RM0433 48.7.12). */
const prescalers = [1, 2, 4, 6, 8, 10, 12, 16, 32, 64, 128, 256];

export function createUsart(place: UsartPlace, surroundings: UsartSurroundings): Usart {
  const { clock, context, pace } = surroundings;
  const registers = new Map<number, number>();
  const get = (offset: number): number => registers.get(offset) ?? 0;
  const has = (bits: number): boolean => (get(offsets.cr1) & bits) === bits;

  const queue: number[] = [];
  let queueHead = 0;
  let received = 0;
  let flags = 0;
  /** When the line was last busy, or the last byte was read. */
  let receiveFrom = 0;
  let transmitFree = 0;

  const frameCycles = (): number => {
    if (pace !== 'baud') return 0;
    const { sources, registerOffset, shift, width } = place.clock;
    const selected = (surroundings.rccRegister(registerOffset) >>> shift) & ((1 << width) - 1);
    const frequencies = clock.frequencies();
    const prescaler = prescalers[get(offsets.presc) & 15] ?? 256;
    const hz = kernelClockHz(frequencies, sources[selected] ?? 'none') / prescaler;
    const brr = get(offsets.brr);
    const divider = has(control.over8) ? ((brr & 0xfff0) | ((brr & 7) << 1)) / 2 : brr;
    const dataBits = has(0x1000) ? 9 : has(0x1000_0000) ? 7 : 8;
    const stopBits = ((get(offsets.cr2) >>> 12) & 3) >= 2 ? 2 : 1;
    return hz === 0 ? 0 : Math.ceil(((1 + dataBits + stopBits) * divider * frequencies.core) / hz);
  };

  const nextArrival = (): number => {
    const canReceive = queueHead < queue.length && has(control.ue | control.re);
    if (!canReceive) return Number.POSITIVE_INFINITY;
    if (pace === 'baud') return receiveFrom + frameCycles();
    return (flags & status.rxne) !== 0 ? Number.POSITIVE_INFINITY : receiveFrom + pace.gapCycles;
  };

  /** Takes the bytes off the line that have arrived by now. */
  const sync = (): void => {
    for (let arrival = nextArrival(); arrival <= context.now(); arrival = nextArrival()) {
      const byte = queue[queueHead] ?? 0;
      queueHead += 1;
      receiveFrom = arrival;
      if ((flags & status.rxne) !== 0) {
        flags |= status.ore;
      } else {
        flags |= status.rxne;
        received = byte;
      }
    }
    if (queueHead === queue.length) queueHead = queue.length = 0;
  };

  const isr = (): number => {
    const now = context.now();
    const isFree = now >= transmitFree - frameCycles();
    const sending = (isFree ? status.txe : 0) | (now >= transmitFree ? status.tc : 0);
    const acknowledged =
      (has(control.ue | control.te) ? status.teack : 0) | (has(control.ue | control.re) ? status.reack : 0);
    return flags | sending | acknowledged;
  };

  const transmit = (byte: number): void => {
    if (!has(control.ue | control.te)) return;
    const now = context.now();
    transmitFree = Math.max(now, transmitFree) + frameCycles();
    surroundings.onTransmit(place.name, byte & 0xff, transmitFree);
  };

  const advance = (): number => {
    sync();
    const bits = isr();
    const cr1 = get(offsets.cr1);
    const isRequested =
      ((cr1 & control.rxneie) !== 0 && (bits & (status.rxne | status.ore)) !== 0) ||
      (cr1 & bits & (control.tcie | control.txeie)) !== 0;
    context.setLine(place.interrupt, isRequested && has(control.ue));
    let next = (cr1 & control.rxneie) !== 0 ? nextArrival() : Number.POSITIVE_INFINITY;
    const sendingEnds = [transmitFree - frameCycles(), transmitFree];
    if ((cr1 & (control.tcie | control.txeie)) !== 0) {
      for (const end of sendingEnds) if (end > context.now()) next = Math.min(next, end);
    }
    return next;
  };

  const write = (offset: number, value: number, mask: number): void => {
    sync();
    if (offset === offsets.tdr) transmit(value);
    else if (offset === offsets.icr) flags &= ~(value & status.ore);
    else if (offset === offsets.rqr) flags &= (value & 8) !== 0 ? ~status.rxne : ~0;
    else if (offset !== offsets.isr && offset !== offsets.rdr) {
      const next = merge(get(offset), value, mask);
      if (offset === offsets.cr3 && (next & 0xc0) !== 0)
        throw peripheralUnsupported(`${place.name} with DMA`, 'write', place.start + offset);
      const couldReceive = has(control.ue | control.re);
      registers.set(offset, next);
      if (!couldReceive) receiveFrom = context.now();
      if ((next & control.ue) === 0 && offset === offsets.cr1) flags = 0;
    }
  };

  const readData = (): number => {
    if ((flags & status.rxne) !== 0 && pace !== 'baud') receiveFrom = context.now();
    flags &= ~status.rxne;
    if (has(control.rxneie)) context.changed();
    return received;
  };

  const read = (offset: number): number => {
    sync();
    if (offset === offsets.isr) return isr();
    return offset === offsets.rdr ? readData() : get(offset);
  };

  return {
    name: place.name,
    read,
    write,
    advance,
    receive: (bytes) => {
      sync();
      if (queueHead === queue.length) receiveFrom = Math.max(receiveFrom, context.now());
      for (const byte of bytes) queue.push(byte);
      context.changed();
    },
    pendingBytes: () => queue.length - queueHead,
  };
}
