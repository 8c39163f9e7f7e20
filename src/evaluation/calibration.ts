/** Typical inputs of a network without labels, for calibration. */
import { at, type Host } from '../base/index.ts';
import { normalise } from './datasets/input-encoding.ts';
import { readArrays } from './datasets/npz.ts';
import { datasetMismatch } from './failures.ts';
import type { Normalisation } from './types.ts';

/** An array of a NumPy archive, samples first. */
export type CalibrationSource = {
  readonly path: string;
  readonly array: string;
  readonly normalisation: Normalisation | undefined;
};

/**
 * Real values for an input of `shape`, normalised, samples back to back. Dimensions of 1 may be left out.
 *
 * @throws Failure `DATASET_UNREADABLE`, `DATASET_MISMATCH`
 */
export async function readCalibration(
  { path, array, normalisation }: CalibrationSource,
  shape: readonly number[],
  host: Host,
): Promise<Float32Array> {
  const { shape: found, values } = at(await readArrays(path, [array], host), 0);
  const where = `${path}: ${array}`;
  const significant = (sizes: readonly number[]): string => sizes.filter((size) => size !== 1).join(' x ');
  if (significant(found.slice(1)) !== significant(shape)) {
    throw datasetMismatch(
      where,
      `samples of ${found.slice(1).join(' x ')}, the network takes ${shape.join(' x ')}`,
      'save the samples in the shape that the network takes (dimensions of 1 may be left out)',
    );
  }
  if (normalisation === undefined) return Float32Array.from(values);
  const channels = shape.at(-1) ?? 1;
  for (const { length } of [normalisation.mean, normalisation.std]) {
    if (length === 1 || length === channels) continue;
    throw datasetMismatch(
      where,
      `normalisation by ${length} channels, the network's input has ${channels}`,
      'give one value for all channels, or one for each',
    );
  }
  return normalise(values, normalisation);
}
