/** Typical inputs of a network without labels, for calibration. */
import { at, type Host } from '../base/index.ts';
import { listPictures } from './datasets/image-folder.ts';
import { normalise } from './datasets/input-encoding.ts';
import { readArrays } from './datasets/npz.ts';
import { datasetMismatch, datasetUnreadable } from './failures.ts';
import { readImages } from './images/read-images.ts';
import type { ImagePreparation, Normalisation } from './types.ts';

/** An array of a NumPy archive, samples first; or all PNG and JPEG files at any depth of a folder. */
export type CalibrationSource = {
  readonly path: string;
  readonly from: { readonly array: string } | ImagePreparation;
  readonly normalisation: Normalisation | undefined;
};

/**
 * Real values for an input of `shape`, normalised, samples back to back. Dimensions of 1 may be left out.
 *
 * @throws Failure `DATASET_UNREADABLE`, `DATASET_MISMATCH`
 */
export async function readCalibration(
  { path, from, normalisation }: CalibrationSource,
  shape: readonly number[],
  host: Host,
): Promise<Float32Array> {
  const isArray = 'array' in from;
  const values = isArray
    ? await arrayValues(path, from.array, shape, host)
    : await pictureValues(path, from, shape, host);
  checkChannels(normalisation, shape.at(-1) ?? 1, isArray ? `${path}: ${from.array}` : path);
  return normalise(values, normalisation);
}

async function pictureValues(
  path: string,
  preparation: ImagePreparation,
  shape: readonly number[],
  host: Host,
): Promise<ArrayLike<number>> {
  const files = (await listPictures(path, host)).map((file) => `${path}/${file}`);
  if (files.length > 0) return readImages(files, preparation, shape, path, host);
  throw datasetUnreadable(path, 'no PNG or JPEG files', 'name a folder with typical inputs');
}

async function arrayValues(
  path: string,
  array: string,
  shape: readonly number[],
  host: Host,
): Promise<ArrayLike<number>> {
  const { shape: found, values } = at(await readArrays(path, [array], host), 0);
  const significant = (sizes: readonly number[]): string => sizes.filter((size) => size !== 1).join(' x ');
  if (significant(found.slice(1)) === significant(shape)) return values;
  throw datasetMismatch(
    `${path}: ${array}`,
    `samples of ${found.slice(1).join(' x ')}, the network takes ${shape.join(' x ')}`,
    'save the samples in the shape that the network takes (dimensions of 1 may be left out)',
  );
}

function checkChannels(normalisation: Normalisation | undefined, channels: number, where: string): void {
  for (const { length } of normalisation === undefined ? [] : [normalisation.mean, normalisation.std]) {
    if (length === 1 || length === channels) continue;
    throw datasetMismatch(
      where,
      `normalisation by ${length} channels, the network's input has ${channels}`,
      'give one value for all channels, or one for each',
    );
  }
}
