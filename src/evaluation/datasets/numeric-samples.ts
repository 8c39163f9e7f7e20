/** Samples of numbers: held to a network's input and classes, normalised, quantised with its scale. */
import { at } from '../../base/index.ts';
import { type Edge, type Tensor, type TensorType, zeros } from '../../graph/index.ts';
import { datasetMismatch } from '../failures.ts';
import type { Dataset, NumericSamples } from '../types.ts';
import { encodeInput } from './input-encoding.ts';

/** Values of the input's own type without normalisation are taken as quantised already; all others are real numbers. */
export function encodeNumbers(samples: NumericSamples, edge: Edge, tensor: Tensor, classes: number): Dataset {
  const { path, values, normalisation } = samples;
  checkClasses(samples, classes);
  const labels = toLabels(samples, classes);
  checkShape(samples, edge);
  const isQuantised = samples.storedAs === edge.type && normalisation === undefined;
  const inputs = isQuantised
    ? asStored(values, samples.storedAs)
    : encodeInput(values, edge, tensor, normalisation);
  return { path, inputs, labels, samples: labels.length, classes: samples.classes };
}

function checkClasses({ path, classes: names }: NumericSamples, classes: number): void {
  if (names === undefined || names.length === classes) return;
  throw datasetMismatch(
    path,
    `the data set has ${names.length} classes, the network gives ${classes} scores`,
    'use the data set that the network was trained on; where some classes have no samples, number the sub-folders',
  );
}

function asStored(values: ArrayLike<number>, type: TensorType): Uint8Array {
  const stored = zeros(type, values.length);
  stored.set(values);
  return new Uint8Array(stored.buffer);
}

function checkShape(samples: NumericSamples, edge: Edge): void {
  const { inputsAt, shape, values } = samples;
  const elements = edge.shape.reduce((product, size) => product * size, 1);
  const [count = 0, ...sizes] = shape ?? [samples.labels.length, values.length / samples.labels.length];
  if (count !== samples.labels.length) {
    throw datasetMismatch(
      inputsAt,
      `${count} inputs but ${samples.labels.length} labels`,
      'both arrays have one row a sample',
    );
  }
  const significant = (dimensions: readonly number[]): string =>
    dimensions.filter((size) => size !== 1).join(' x ');
  const wanted = shape === undefined ? [elements] : edge.shape;
  if (significant(sizes) !== significant(wanted)) {
    throw datasetMismatch(
      inputsAt,
      `samples of ${sizes.join(' x ')}, the network takes ${edge.shape.join(' x ')}`,
      shape === undefined
        ? 'a sample has as many values as the network’s input, row-major'
        : 'save the samples in the shape that the network takes (dimensions of 1 may be left out)',
    );
  }
  checkNormalisation(samples, edge.shape.at(-1) ?? 1);
}

function checkNormalisation({ inputsAt, normalisation }: NumericSamples, channels: number): void {
  const { mean, std } = normalisation ?? { mean: [0], std: [1] };
  for (const entries of [mean, std]) {
    if (entries.length === 1 || entries.length === channels) continue;
    throw datasetMismatch(
      inputsAt,
      `normalisation by ${entries.length} channels, the network's input has ${channels}`,
      'give one value for all channels, or one for each',
    );
  }
}

function toLabels({ labels: values, labelsAt }: NumericSamples, classes: number): Int32Array {
  const labels = Int32Array.from(values);
  for (let sample = 0; sample < labels.length; sample++) {
    const label = at(values, sample);
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw datasetMismatch(
      `${labelsAt}: sample ${sample}`,
      `label ${label} is not a class index below ${classes}`,
      'labels are whole numbers that count from 0',
    );
  }
  return labels;
}
