/** Files of pictures as values of a network's input: decoded, in its colours, in its size. */
import { at, type Host } from '../../base/index.ts';
import { datasetMismatch, datasetUnreadable } from '../failures.ts';
import type { ImagePreparation } from '../types.ts';
import { fitOnto } from './fit.ts';
import { isJpeg, type JpegDecoder, jpegSize, openJpegDecoder } from './jpeg.ts';
import { decodePng, isPng, pngSize } from './png.ts';
import type { Picture } from './resize.ts';

/** More pixels than cameras have are a mistake, or an attack. */
const mostPixels = 1 << 26;
/** A block of 8 x 8 pixels takes a bit at the very least: what states more is cut short, and would cost a gigabyte. */
const mostPixelsOfJpegByte = 1024;
/** Of all values together; more does not fit machines of continuous integration. */
const mostBytes = 1 << 30;

/** One channel is grey, three are red, green and blue. */
type Size = { readonly height: number; readonly width: number; readonly channels: number };

/**
 * All files as values 0 ... 255, back to back, each row-major with channels last.
 *
 * @param shape of the network's input, with or without the batch before it
 * @param where the data set, for messages
 * @throws Failure `DATASET_UNREADABLE` that names the file; `DATASET_MISMATCH` for a network that takes no pictures
 */
export async function readImages(
  paths: readonly string[],
  preparation: ImagePreparation,
  shape: readonly number[],
  where: string,
  host: Host,
): Promise<Uint8Array | Float32Array> {
  const { height, width, channels } = sizeOf(shape, preparation, where);
  const elements = height * width * channels;
  const isWhole = preparation.resize !== 'bilinear';
  const total = paths.length * elements;
  if (total * (isWhole ? 1 : 4) > mostBytes) {
    const message = `${paths.length} pictures of ${shape.join(' x ')} take more than 1 GiB`;
    throw datasetUnreadable(where, message, 'use fewer pictures');
  }
  const values = isWhole ? new Uint8Array(total) : new Float32Array(total);
  const decodeJpeg = openJpegDecoder();
  for (const [index, path] of paths.entries()) {
    const picture = inColours(await decode(await host.readFile(path), path, decodeJpeg), channels);
    const fitted = fitOnto(picture, width, height, preparation.resize, preparation.fit);
    values.set(fitted.values, index * elements);
  }
  return values;
}

function sizeOf(shape: readonly number[], { fit }: ImagePreparation, where: string): Size {
  const [height, width, channels] = shape.slice(-3);
  const taken = shape.join(' x ');
  if (height === undefined || width === undefined || channels === undefined || shape.length > 4) {
    throw datasetMismatch(
      where,
      `the network takes ${taken}, which is no picture`,
      'pictures are for inputs of height x width x channels; save these samples as npz',
    );
  }
  if (channels !== 1 && channels !== 3) {
    throw datasetMismatch(
      where,
      `the network takes ${taken}: ${channels} channels`,
      'pictures are for networks of 1 channel (grey) or 3 (red, green, blue); save these samples as npz',
    );
  }
  const longer = Math.max(height, width);
  if (fit.kind === 'shorter-side' && fit.pixels < longer) {
    throw datasetMismatch(
      where,
      `pictures with a shorter side of ${fit.pixels} pixels do not cover the network's ${taken}`,
      `make shorterSide at least ${longer}`,
    );
  }
  return { height, width, channels };
}

const fileHint = 'it must be a whole PNG or JPEG file, grey or RGB; convert it, or remove it';

async function decode(bytes: Uint8Array, path: string, decodeJpeg: JpegDecoder): Promise<Picture> {
  const format = formatOf(bytes);
  if (format === undefined)
    throw datasetUnreadable(path, 'neither PNG nor JPEG by its first bytes', fileHint);
  const [width, height] = (format === 'png' ? pngSize(bytes) : jpegSize(bytes)) ?? [0, 0];
  if (width * height === 0) throw datasetUnreadable(path, 'no size in its header', fileHint);
  if (width * height > mostPixels) {
    throw datasetUnreadable(path, `${width} x ${height} pixels, over the limit of ${mostPixels}`, fileHint);
  }
  if (format === 'jpeg' && width * height > bytes.length * mostPixelsOfJpegByte) {
    throw datasetUnreadable(path, `${bytes.length} bytes cannot hold ${width} x ${height} pixels`, fileHint);
  }
  try {
    return format === 'png' ? decodePng(bytes) : await decodeJpeg(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw datasetUnreadable(path, `cannot be decoded: ${reason}`, fileHint, error);
  }
}

function formatOf(bytes: Uint8Array): 'png' | 'jpeg' | undefined {
  if (isPng(bytes)) return 'png';
  return isJpeg(bytes) ? 'jpeg' : undefined;
}

/** Grey by ITU-R BT.601 in fixed point, as Pillow makes it. */
function inColours(picture: Picture, channels: number): Picture {
  if (channels === picture.channels) return picture;
  const { width, height, values } = picture;
  const grey = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const red = at(values, pixel * 3);
    const green = at(values, pixel * 3 + 1);
    const blue = at(values, pixel * 3 + 2);
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  });
  return { width, height, channels, values: grey };
}
