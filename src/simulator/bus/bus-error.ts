/** What the bus throws where nothing answers; the processor turns it into a fault. */

export type Access = 'read' | 'write' | 'fetch';

/** Caught by the processor at the instruction that made the access; never seen by users. */
export class BusError extends Error {
  readonly address: number;
  readonly access: Access;
  readonly kind: 'bus' | 'unaligned' | 'memory-protection';

  constructor(address: number, access: Access, kind: BusError['kind']) {
    super(`${kind} error: ${access} of 0x${(address >>> 0).toString(16)}`);
    this.address = address >>> 0;
    this.access = access;
    this.kind = kind;
  }
}
