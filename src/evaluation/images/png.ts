/** PNG files as 8-bit red, green and blue. */
import { type DecodedPng, decode } from 'fast-png';
import { at } from '../../base/index.ts';
import type { Picture } from './resize.ts';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

/** Width and height from the header, without decoding. */
export function pngSize(bytes: Uint8Array): readonly [width: number, height: number] | undefined {
  if (bytes.length < 24) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

/** Grey is repeated, transparency is left away, and of 16 bits the upper 8 stay, as TensorFlow and Pillow do. */
export function decodePng(bytes: Uint8Array): Picture {
  const png = decode(bytes, { checkCrc: true });
  const samples = samplesOf(png);
  const { width, height, palette, channels } = png;
  const values = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let colour = 0; colour < 3; colour++) {
      values[pixel * 3 + colour] =
        palette === undefined
          ? at(samples, pixel * channels + (channels < 3 ? 0 : colour))
          : at(at(palette, at(samples, pixel)), colour);
    }
  }
  return { width, height, channels: 3, values };
}

/** One value a sample: 0 ... 255, or the place in the palette. */
function samplesOf({ data, depth, width, height, channels, palette }: DecodedPng): Uint8Array {
  if (depth === 16) return Uint8Array.from(data, (value) => value >> 8);
  if (depth === 8) return Uint8Array.from(data);
  // Rows of smaller samples begin at whole bytes.
  const perRow = width * channels;
  const rowBytes = Math.ceil((perRow * depth) / 8);
  const most = 2 ** depth - 1;
  const scale = palette === undefined ? 255 / most : 1;
  return Uint8Array.from({ length: perRow * height }, (_, index) => {
    const bit = (index % perRow) * depth;
    const byte = at(data, Math.floor(index / perRow) * rowBytes + (bit >> 3));
    return ((byte >> (8 - depth - (bit & 7))) & most) * scale;
  });
}
