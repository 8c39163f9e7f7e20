/** A two-way stream of bytes to someone outside: standard input and output, a TCP client, a pseudo-terminal. */
import type { Readable, Writable } from 'node:stream';
import { plainBytes } from './plain-bytes.ts';

export type ByteLink = {
  /** `input-ended`: nothing more will come, but there may still be a reader. `closed`: nobody is there. */
  readonly state: () => 'open' | 'input-ended' | 'closed';
  /** Bytes that came since the last call. */
  take(): Uint8Array;
  write(bytes: Uint8Array): void;
  /** Resolves when bytes have come, when the state changes, and at the latest after this time. */
  wait(milliseconds: number): Promise<void>;
  /** Resolves when what was written is on its way or nobody is there. */
  flush(): Promise<void>;
  close(): void;
};

export type StreamPair = { readonly readable: Readable; readonly writable: Writable };

export type LinkOptions = {
  /** Bytes beyond this many that nobody has read are lost, as on a wire; default: all are kept. */
  readonly keepsBytes?: number;
  readonly onClose?: () => void;
};

export function linkStreams({ readable, writable }: StreamPair, options: LinkOptions = {}): ByteLink {
  let arrived: Uint8Array[] = [];
  let state: 'open' | 'input-ended' | 'closed' = 'open';
  const waiters = new Set<() => void>();
  const wake = (): void => {
    for (const waiter of waiters) waiter();
    waiters.clear();
  };
  const change = (next: typeof state): void => {
    if (state !== 'closed') state = next;
    wake();
  };
  readable.on('data', (chunk: Buffer) => {
    arrived.push(plainBytes(chunk));
    wake();
  });
  readable.on('end', () => change('input-ended'));
  for (const stream of [readable, writable]) stream.on('error', () => change('closed'));
  writable.on('close', () => change('closed'));
  writable.on('drain', wake);

  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        waiters.delete(done);
        resolve();
      }
      waiters.add(done);
    });

  return {
    state: () => state,
    take: () => {
      const taken = plainBytes(Buffer.concat(arrived));
      arrived = [];
      return taken;
    },
    write: (bytes) => {
      if (state === 'closed' || bytes.length === 0) return;
      if (writable.writableLength + bytes.length > (options.keepsBytes ?? Number.POSITIVE_INFINITY)) return;
      writable.write(bytes);
    },
    wait: (milliseconds) => (arrived.length > 0 ? nextTurn() : wait(milliseconds)),
    flush: async () => {
      if (options.keepsBytes !== undefined) return;
      while (state !== 'closed' && writable.writableNeedDrain) await wait(1000);
    },
    close: () => {
      readable.pause();
      options.onClose?.();
    },
  };
}

/** Lets the streams deliver what has come in the meantime. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
