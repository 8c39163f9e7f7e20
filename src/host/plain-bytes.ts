/** Node's buffers as plain byte arrays. */
import type { Buffer } from 'node:buffer';

/** The same bytes without Node's own methods: `Buffer.slice` shares memory where `Uint8Array.slice` copies. */
export function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
