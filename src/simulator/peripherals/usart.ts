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

/** RQR.RXFRQ: forget the byte that was received. */
const flushRequest = 8;
/** CR3.DMAT and DMAR. */
const dmaRequests = 0xc0;
const control = {
  ue: 1,
  re: 4,
  te: 8,
  rxneie: 0x20,
  tcie: 0x40,
  txeie: 0x80,
  over8: 0x8000,
  nineBits: 0x1000,
  sevenBits: 0x1000_0000,
} as const;
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
  return new UsartRegisters(place, surroundings);
}

class UsartRegisters implements Usart {
  readonly name: string;
  readonly #place: UsartPlace;
  readonly #surroundings: UsartSurroundings;
  readonly #registers = new Map<number, number>();
  readonly #queue: number[] = [];
  #queueHead = 0;
  #received = 0;
  /** RXNE and ORE of ISR; its other flags follow from times. */
  #flags = 0;
  /** When the line was last busy, or the last byte was read. */
  #receiveFrom = 0;
  #transmitFree = 0;

  constructor(place: UsartPlace, surroundings: UsartSurroundings) {
    this.name = place.name;
    this.#place = place;
    this.#surroundings = surroundings;
  }

  receive(bytes: Uint8Array): void {
    this.#sync();
    if (this.pendingBytes() === 0) this.#receiveFrom = Math.max(this.#receiveFrom, this.#now());
    for (const byte of bytes) this.#queue.push(byte);
    this.#surroundings.context.changed();
  }

  pendingBytes(): number {
    return this.#queue.length - this.#queueHead;
  }

  read(offset: number): number {
    this.#sync();
    if (offset === offsets.isr) return this.#status();
    return offset === offsets.rdr ? this.#readData() : this.#get(offset);
  }

  write(offset: number, value: number, mask: number): void {
    this.#sync();
    switch (offset) {
      case offsets.tdr:
        this.#transmit(value);
        return;
      case offsets.icr:
        this.#flags &= ~(value & status.ore);
        return;
      case offsets.rqr:
        if ((value & flushRequest) !== 0) this.#flags &= ~status.rxne;
        return;
      case offsets.isr:
      case offsets.rdr:
        return;
      default:
        this.#configure(offset, merge(this.#get(offset), value, mask));
    }
  }

  advance(): number {
    this.#sync();
    const bits = this.#status();
    const cr1 = this.#get(offsets.cr1);
    const hasReceived = (bits & (status.rxne | status.ore)) !== 0;
    const isRequested =
      ((cr1 & control.rxneie) !== 0 && hasReceived) || (cr1 & bits & (control.tcie | control.txeie)) !== 0;
    this.#surroundings.context.setLine(this.#place.interrupt, isRequested && this.#has(control.ue));
    const arrival = (cr1 & control.rxneie) !== 0 ? this.#nextArrival() : Number.POSITIVE_INFINITY;
    if ((cr1 & (control.tcie | control.txeie)) === 0) return arrival;
    const ends = [this.#transmitFree - this.#frameCycles(), this.#transmitFree];
    return Math.min(arrival, ...ends.filter((end) => end > this.#now()));
  }

  #get(offset: number): number {
    return this.#registers.get(offset) ?? 0;
  }

  #has(bits: number): boolean {
    return (this.#get(offsets.cr1) & bits) === bits;
  }

  #now(): number {
    return this.#surroundings.context.now();
  }

  /** Cycles of the core that a byte takes on the wire. */
  #frameCycles(): number {
    const { pace, clock, rccRegister } = this.#surroundings;
    if (pace !== 'baud') return 0;
    const { sources, registerOffset, shift, width } = this.#place.clock;
    const selected = (rccRegister(registerOffset) >>> shift) & ((1 << width) - 1);
    const frequencies = clock.frequencies();
    const prescaler = prescalers[this.#get(offsets.presc) & 15] ?? 256;
    const hz = kernelClockHz(frequencies, sources[selected] ?? 'none') / prescaler;
    const brr = this.#get(offsets.brr);
    const divider = this.#has(control.over8) ? ((brr & 0xfff0) | ((brr & 7) << 1)) / 2 : brr;
    const dataBits = this.#has(control.nineBits) ? 9 : this.#has(control.sevenBits) ? 7 : 8;
    const stopBits = ((this.#get(offsets.cr2) >>> 12) & 3) >= 2 ? 2 : 1;
    return hz === 0 ? 0 : Math.ceil(((1 + dataBits + stopBits) * divider * frequencies.core) / hz);
  }

  #nextArrival(): number {
    const canReceive = this.pendingBytes() > 0 && this.#has(control.ue | control.re);
    if (!canReceive) return Number.POSITIVE_INFINITY;
    const { pace } = this.#surroundings;
    if (pace === 'baud') return this.#receiveFrom + this.#frameCycles();
    const isFull = (this.#flags & status.rxne) !== 0;
    return isFull ? Number.POSITIVE_INFINITY : this.#receiveFrom + pace.gapCycles;
  }

  /** Takes the bytes off the line that have arrived by now. */
  #sync(): void {
    for (let arrival = this.#nextArrival(); arrival <= this.#now(); arrival = this.#nextArrival()) {
      const byte = this.#queue[this.#queueHead] ?? 0;
      this.#queueHead += 1;
      this.#receiveFrom = arrival;
      if ((this.#flags & status.rxne) !== 0) {
        this.#flags |= status.ore;
      } else {
        this.#flags |= status.rxne;
        this.#received = byte;
      }
    }
    if (this.#queueHead > 0 && this.#queueHead === this.#queue.length) {
      this.#queue.length = 0;
      this.#queueHead = 0;
    }
  }

  #status(): number {
    const now = this.#now();
    const isFree = now >= this.#transmitFree - this.#frameCycles();
    const sending = (isFree ? status.txe : 0) | (now >= this.#transmitFree ? status.tc : 0);
    const transmits = this.#has(control.ue | control.te) ? status.teack : 0;
    const receives = this.#has(control.ue | control.re) ? status.reack : 0;
    return this.#flags | sending | transmits | receives;
  }

  #transmit(byte: number): void {
    if (!this.#has(control.ue | control.te)) return;
    this.#transmitFree = Math.max(this.#now(), this.#transmitFree) + this.#frameCycles();
    this.#surroundings.onTransmit(this.name, byte & 0xff, this.#transmitFree);
  }

  #configure(offset: number, value: number): void {
    if (offset === offsets.cr3 && (value & dmaRequests) !== 0)
      throw peripheralUnsupported(`${this.name} with DMA`, 'write', this.#place.start + offset);
    const couldReceive = this.#has(control.ue | control.re);
    this.#registers.set(offset, value);
    if (!couldReceive) this.#receiveFrom = this.#now();
    if (!this.#has(control.ue)) this.#flags = 0;
  }

  #readData(): number {
    const wasFull = (this.#flags & status.rxne) !== 0;
    if (wasFull && this.#surroundings.pace !== 'baud') this.#receiveFrom = this.#now();
    this.#flags &= ~status.rxne;
    if (this.#has(control.rxneie)) this.#surroundings.context.changed();
    return this.#received;
  }
}
