/** Damage to PNG and JPEG files that their checksums do not give away: sizes, depths, tables, parts removed and repeated. */
import { crc32 } from 'node:zlib';
import { at } from '../../src/base/index.ts';
import type { StructureEditor } from './flatbuffer-edits.ts';
import type { Random } from './mutations.ts';

/** A chunk of a PNG file or a segment of a JPEG file. */
type Part = { readonly tag: Uint8Array; readonly payload: Uint8Array };

const interesting = [0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 127, 128, 254, 255];

/** Makes copies of a sound picture with one to four edits to its parts. */
export function pictureEditor(bytes: Uint8Array): StructureEditor {
  const isPng = at(bytes, 0) === 0x89;
  const parts: readonly Part[] = isPng ? chunksOf(bytes) : segmentsOf(bytes);
  return (random) => {
    let edited: readonly Part[] = parts;
    for (let edit = random(random(2) === 0 ? 1 : 4); edit >= 0; edit -= 1) edited = withEdit(edited, random);
    return { kind: 'changed parts', bytes: isPng ? joinChunks(edited) : joinSegments(edited) };
  };
}

function withEdit(parts: readonly Part[], random: Random): readonly Part[] {
  const place = random(parts.length);
  const part = at(parts, place);
  switch (random(8)) {
    case 0:
      return parts.length === 1 ? parts : parts.toSpliced(place, 1);
    case 1:
      return parts.toSpliced(random(parts.length), 0, part);
    case 2:
      return parts.with(place, { ...part, payload: part.payload.slice(0, random(part.payload.length + 1)) });
    default:
      return parts.with(place, { ...part, payload: withByte(part.payload, random) });
  }
}

function withByte(payload: Uint8Array, random: Random): Uint8Array {
  const changed = payload.slice();
  if (changed.length === 0) return changed;
  const place = random(Math.min(changed.length, random(2) === 0 ? 16 : changed.length));
  changed[place] = random(2) === 0 ? random(256) : at(interesting, random(interesting.length));
  return changed;
}

function chunksOf(bytes: Uint8Array): Part[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const parts: Part[] = [];
  for (let place = 8; place < bytes.length; ) {
    const end = place + 8 + view.getUint32(place);
    parts.push({ tag: bytes.slice(place + 4, place + 8), payload: bytes.slice(place + 8, end) });
    place = end + 4;
  }
  return parts;
}

function joinChunks(parts: readonly Part[]): Uint8Array {
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const chunks = parts.map(({ tag, payload }) => {
    const chunk = new Uint8Array(12 + payload.length);
    const view = new DataView(chunk.buffer);
    view.setUint32(0, payload.length);
    chunk.set(tag, 4);
    chunk.set(payload, 8);
    view.setUint32(8 + payload.length, crc32(chunk.subarray(4, 8 + payload.length)));
    return chunk;
  });
  return new Uint8Array(Buffer.concat([signature, ...chunks]));
}

/** The last one, from the start of the scan on, goes to the end of the file. */
function segmentsOf(bytes: Uint8Array): Part[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const parts: Part[] = [];
  for (let place = 2; place < bytes.length; ) {
    const isScan = bytes[place + 1] === 0xda;
    const end = isScan ? bytes.length : place + 2 + view.getUint16(place + 2);
    parts.push({ tag: bytes.slice(place, place + 2), payload: bytes.slice(place + 4, end) });
    place = end;
  }
  return parts;
}

function joinSegments(parts: readonly Part[]): Uint8Array {
  const segments = parts.map(({ tag, payload }) => {
    // That of a scan counts its header only, which begins with the number of its components.
    const length = tag[1] === 0xda ? 6 + 2 * (payload[0] ?? 0) : payload.length + 2;
    return Buffer.concat([tag, Uint8Array.of(length >> 8, length & 255), payload]);
  });
  return new Uint8Array(Buffer.concat([Uint8Array.of(0xff, 0xd8), ...segments]));
}
