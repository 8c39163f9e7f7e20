/** Samples that are inputs of a network as they are. */
import { datasetMismatch } from '../failures.ts';
import type { Dataset, RawSamples } from '../types.ts';

/**
 * Puts the files behind each other.
 *
 * @param setBytes size of one input set of the network; every file must have it
 * @param classes scores that the network gives for a sample
 */
export function encodeRaw({ path, files }: RawSamples, setBytes: number, classes: number): Dataset {
  const inputs = new Uint8Array(files.length * setBytes);
  for (const [sample, file] of files.entries()) {
    if (file.classes !== classes) {
      throw datasetMismatch(
        file.where,
        `the data set has ${file.classes} classes, the network gives ${classes} scores`,
        'use the data set that the network was trained on',
      );
    }
    if (file.label >= classes) {
      throw datasetMismatch(file.where, `label ${file.label} is not below ${classes}`, 'labels count from 0');
    }
    if (file.bytes.length !== setBytes) {
      throw datasetMismatch(
        file.path,
        `the sample has ${file.bytes.length} bytes, the network's input ${setBytes}`,
        'samples are raw inputs, little-endian row-major, of the network’s own type and shape',
      );
    }
    inputs.set(file.bytes, sample * setBytes);
  }
  return { path, inputs, labels: Int32Array.from(files, ({ label }) => label), samples: files.length };
}
