/** Samples of numbers: held to a network's input and classes, normalised, quantised with its scale. */
import { at, type Failure } from '../../base/index.ts';
import { type Edge, type Tensor, type TensorType, zeros } from '../../graph/index.ts';
import { datasetMismatch } from '../failures.ts';
import type { Dataset, NumericSamples, ScoredSteps } from '../types.ts';
import { encodeInput } from './input-encoding.ts';
import { labelsOfSteps } from './labels-of-steps.ts';

/** Values of the input's own type without normalisation are taken as quantised already; all others are real numbers. */
export function encodeNumbers(
  samples: NumericSamples,
  edge: Edge,
  tensor: Tensor,
  classes: number,
  scored: ScoredSteps | undefined,
): Dataset {
  const { path, values, normalisation } = samples;
  checkClasses(samples, classes);
  const stated = toLabels(samples, classes);
  const { count, steps } = checkShape(samples, edge, scored);
  const labels = labelsOfSteps(stated, count, steps, scored);
  const isQuantised = samples.storedAs === edge.type && normalisation === undefined;
  const inputs = isQuantised
    ? asStored(values, samples.storedAs)
    : encodeInput(values, edge, tensor, normalisation);
  const sequence = scored && { steps, scored };
  return { path, inputs, labels, samples: labels.length, classes: samples.classes, sequence };
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

/** How many samples there are, and of how many inputs each is made. */
type Extent = { readonly count: number; readonly steps: number };

function checkShape(samples: NumericSamples, edge: Edge, scored: ScoredSteps | undefined): Extent {
  const { inputsAt, shape, values, labels } = samples;
  const elements = edge.shape.reduce((product, size) => product * size, 1);
  const [count = 0, ...sizes] = shape ?? flatShape(labels.length, values.length, elements, scored);
  const [steps = 1, ...stepSizes] = scored === undefined ? [1, ...sizes] : sizes;
  const isLabelled = count === labels.length || (scored === 'each' && count * steps === labels.length);
  if (!isLabelled) {
    throw datasetMismatch(
      inputsAt,
      `${count} inputs but ${labels.length} labels`,
      scored === 'each'
        ? 'labels are one for each sequence, or sequences x steps'
        : 'both arrays have one row a sample',
    );
  }
  const significant = (dimensions: readonly number[]): string =>
    dimensions.filter((size) => size !== 1).join(' x ');
  const wanted = shape === undefined ? [elements] : edge.shape;
  if (significant(stepSizes) !== significant(wanted) || steps < 1) {
    throw shapeMismatch(samples, edge, sizes, scored);
  }
  checkNormalisation(samples, edge.shape.at(-1) ?? 1);
  return { count, steps };
}

/** Of samples whose values lie row-major in any shape. */
function flatShape(
  samples: number,
  values: number,
  elements: number,
  scored: ScoredSteps | undefined,
): readonly number[] {
  const own = values / samples;
  return scored !== undefined && own % elements === 0 ? [samples, own / elements, elements] : [samples, own];
}

function shapeMismatch(
  { inputsAt, shape }: NumericSamples,
  edge: Edge,
  sizes: readonly number[],
  scored: ScoredSteps | undefined,
): Failure {
  const taken = edge.shape.join(' x ');
  if (scored !== undefined) {
    return datasetMismatch(
      inputsAt,
      `sequences of ${sizes.join(' x ')}, the network takes ${taken} at each step`,
      'a sequence has its steps first, and each step the shape that the network takes (dimensions of 1 may be left out)',
    );
  }
  return datasetMismatch(
    inputsAt,
    `samples of ${sizes.join(' x ')}, the network takes ${taken}`,
    shape === undefined
      ? 'a sample has as many values as the network’s input, row-major'
      : 'save the samples in the shape that the network takes (dimensions of 1 may be left out)',
  );
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
