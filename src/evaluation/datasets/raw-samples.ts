/** Samples that are inputs of a network as they are. */
import { datasetMismatch } from '../failures.ts';
import type { Dataset, LabelledFile, RawSamples, ScoredSteps } from '../types.ts';
import { labelsOfSteps } from './labels-of-steps.ts';

/**
 * Puts the files behind each other.
 *
 * @param setBytes size of one input set of the network; every file must have it
 * @param classes scores that the network gives for a sample
 */
export function encodeRaw(
  { path, files }: RawSamples,
  setBytes: number,
  classes: number,
  scored: ScoredSteps | undefined,
): Dataset {
  const steps = scored === undefined ? 1 : stepsOf(files, setBytes);
  const inputs = new Uint8Array(files.length * steps * setBytes);
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
    if (file.bytes.length !== steps * setBytes) {
      const times = scored === undefined ? '' : `, ${steps} of which are a sequence`;
      throw datasetMismatch(
        file.path,
        `the sample has ${file.bytes.length} bytes, the network's input ${setBytes}${times}`,
        'samples are raw inputs, little-endian row-major, of the network’s own type and shape',
      );
    }
    inputs.set(file.bytes, sample * steps * setBytes);
  }
  const labels = labelsOfSteps(
    Int32Array.from(files, ({ label }) => label),
    files.length,
    steps,
    scored,
  );
  return { path, inputs, labels, samples: labels.length, sequence: scored && { steps, scored } };
}

/** As many as the first file has inputs; every other has to have as many. */
function stepsOf([first]: readonly LabelledFile[], setBytes: number): number {
  return Math.max(1, Math.floor((first?.bytes.length ?? 0) / setBytes));
}
