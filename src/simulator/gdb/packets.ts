/** Packets of GDB's remote protocol: framing, checksums and escapes (GDB manual, appendix E.1). Text here is Latin-1. */

export type PacketEvent =
  | { readonly kind: 'packet'; readonly payload: string }
  /** A packet whose checksum is wrong. */
  | { readonly kind: 'corrupt' }
  /** The user asks a running target to stop. */
  | { readonly kind: 'interrupt' }
  /** The other side asks for the last packet again. */
  | { readonly kind: 'again' };

const interruptByte = '\x03';
const escapeByte = '}';
const escapeMask = 0x20;

/** Gives back what is complete in all that was fed to it so far. */
export function createPacketReader(): (text: string) => readonly PacketEvent[] {
  let waiting = '';
  return (text) => {
    waiting += text;
    const events: PacketEvent[] = [];
    while (waiting !== '') {
      const end = waiting.startsWith('$') ? waiting.indexOf('#') + 3 : 1;
      // The checksum is two digits behind the hash.
      if (end < 3 ? waiting.startsWith('$') : end > waiting.length) break;
      const event = eventOf(waiting.slice(0, end));
      if (event !== undefined) events.push(event);
      waiting = waiting.slice(end);
    }
    return events;
  };
}

function eventOf(text: string): PacketEvent | undefined {
  if (text === interruptByte) return { kind: 'interrupt' };
  if (text === '-') return { kind: 'again' };
  if (!text.startsWith('$')) return undefined;
  const body = text.slice(1, -3);
  const isWhole = Number.parseInt(text.slice(-2), 16) === checksum(body);
  return isWhole ? { kind: 'packet', payload: plainText(body) } : { kind: 'corrupt' };
}

export function encodePacket(payload: string): string {
  const body = payload.replaceAll(
    /[#$}*]/g,
    (character) => escapeByte + String.fromCharCode(character.charCodeAt(0) ^ escapeMask),
  );
  return `$${body}#${hexByte(checksum(body))}`;
}

function plainText(body: string): string {
  return body.replaceAll(/\}([\s\S])/g, (_, character: string) =>
    String.fromCharCode(character.charCodeAt(0) ^ escapeMask),
  );
}

function checksum(body: string): number {
  let sum = 0;
  for (let index = 0; index < body.length; index += 1) sum += body.charCodeAt(index);
  return sum & 0xff;
}

const hexByte = (value: number): string => value.toString(16).padStart(2, '0');

export const toHex = (bytes: Iterable<number>): string => Array.from(bytes, hexByte).join('');

export const textToHex = (text: string): string => toHex(new TextEncoder().encode(text));

/** `undefined` where the text is not pairs of hexadecimal digits. */
export function fromHex(text: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2})*$/i.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Words go over the wire as the target holds them: little-endian. */
export const wordToHex = (value: number): string =>
  toHex([value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24]);
