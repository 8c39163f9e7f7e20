/** JPEG files as 8-bit red, green and blue: libjpeg-turbo's own code in WebAssembly, so the bytes are Pillow's. */
import openDecoder, { type MozJPEGModule } from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { unzlibSync } from 'fflate';
import { at } from '../../base/index.ts';
import { jpegDecoder } from './jpeg-decoder.generated.ts';
import type { Picture } from './resize.ts';

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** Width and height from the first frame header (ITU-T T.81, B.2.2), without decoding. */
export function jpegSize(bytes: Uint8Array): readonly [width: number, height: number] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let place = 2; place + 9 < bytes.length; ) {
    const marker = at(bytes, place + 1);
    if (at(bytes, place) !== 0xff) return undefined;
    const isFill = marker === 0xff;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return [view.getUint16(place + 7), view.getUint16(place + 5)];
    place += isFill ? 1 : 2 + view.getUint16(place + 2);
  }
  return undefined;
}

/** Decodes one file; throws an error that says what is wrong with it. */
export type JpegDecoder = (bytes: Uint8Array) => Promise<Picture>;

/** What the decoder answers: red, green, blue and opacity. */
type Decoded = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

/**
 * Orientation tags are not followed, as TensorFlow and Pillow leave them unless told. A file that ends too early is an
 * error; other damage that the decoder mends is not.
 */
export function openJpegDecoder(): JpegDecoder {
  const complaints: string[] = [];
  let instance: MozJPEGModule | undefined;
  return async (bytes) => {
    instance ??= await instantiate((line) => complaints.push(line));
    complaints.length = 0;
    let decoded: Decoded | null = null;
    try {
      decoded = instance.decode(bytes, false);
    } catch (error) {
      // It has ended like a program, with whatever was in its memory.
      instance = undefined;
      throw new Error(complaints.at(-1) ?? 'the decoder gave up', { cause: error });
    }
    const problem = complaints.find((line) => line.startsWith('Premature end'));
    if (decoded === null || problem !== undefined) throw new Error(problem ?? 'no picture in it');
    return withoutOpacity(decoded);
  };
}

function instantiate(complain: (line: string) => void): Promise<MozJPEGModule> {
  const wasmBinary = unzlibSync(Buffer.from(jpegDecoder, 'base64')).slice().buffer;
  return openDecoder({ noInitialRun: true, wasmBinary, print: complain, printErr: complain });
}

function withoutOpacity({ width, height, data }: Decoded): Picture {
  const values = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let colour = 0; colour < 3; colour++) values[pixel * 3 + colour] = at(data, pixel * 4 + colour);
  return { width, height, channels: 3, values };
}
