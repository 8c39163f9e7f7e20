/** Operators of usual shapes, at least one for each kernel of the catalogue, none of which coefficients are fitted to. */

import { argMax, cast, convert, l2Normalise, logSoftmax } from './edge-cases.ts';
import { maximum, mirrorPad, prelu, reduceMax, slice } from './further-cases.ts';
import type { BenchmarkNetwork, Volume } from './network-types.ts';
import { lstm, svdf } from './recurrent-cases.ts';
import type { OperatorCase } from './side-by-side.ts';

export type CatalogueCase = OperatorCase & { readonly title: string };

function named(title: string, append: OperatorCase): CatalogueCase {
  return Object.assign((network: BenchmarkNetwork) => append(network), { title });
}

const times = (image: Volume): string => image.join('x');

function pointwise(image: Volume, channels: number): CatalogueCase {
  return named(`1x1, ${times(image)} to ${channels}`, (network) => {
    network.conv2d(network.input([1, ...image]), channels, { filter: 1 });
  });
}

function convolution(image: Volume, channels: number, height: number, width: number, stride: number) {
  return named(`${height}x${width}/${stride}, ${times(image)} to ${channels}`, (network) => {
    network.conv2d(network.input([1, ...image]), channels, { filter: { height, width }, stride });
  });
}

function grouped(image: Volume, channels: number, groups: number, filter: number): CatalogueCase {
  return named(`${filter}x${filter}, ${times(image)} to ${channels} in ${groups} groups`, (network) => {
    network.grouped(network.input([1, ...image]), channels, groups, { filter });
  });
}

function transposed(image: Volume, channels: number, filter: number): CatalogueCase {
  return named(`${filter}x${filter}, ${times(image)} to ${channels}, twice as large`, (network) => {
    network.transposed(network.input([1, ...image]), channels, { filter, stride: 2 });
  });
}

function depthwise(image: Volume, filter: number, stride: number, depthMultiplier = 1): CatalogueCase {
  const multiplied = depthMultiplier === 1 ? '' : ` times ${depthMultiplier}`;
  return named(`${filter}x${filter}/${stride}, ${times(image)}${multiplied}`, (network) => {
    network.depthwise(network.input([1, ...image]), { filter, stride, depthMultiplier });
  });
}

function dense(inputSize: number, outputSize: number): CatalogueCase {
  return named(`${inputSize} to ${outputSize}`, (network) => {
    network.fullyConnected(network.input([1, inputSize]), outputSize, { form: 'signed' });
  });
}

function pool(kind: 'averagePool2d' | 'maxPool2d', image: Volume, filter: number, stride: number) {
  return named(`${filter}x${filter}/${stride}, ${times(image)}`, (network) => {
    network.pool(kind, network.input([1, ...image]), filter, stride, true);
  });
}

const image: Volume = [12, 12, 32];

/** Of int16 there is room for less. */
const smallImage: Volume = [8, 8, 16];

type Append = (network: BenchmarkNetwork, input: number) => void;

function onImage(append: Append, title = '', volume = image): CatalogueCase {
  return named(`${times(volume)}${title}`, (network) => append(network, network.input([1, ...volume])));
}

function onSmallImage(append: Append, title = ''): CatalogueCase {
  return onImage(append, title, smallImage);
}

export const catalogueCases: readonly CatalogueCase[] = [
  pointwise([12, 12, 64], 64),
  pointwise([24, 24, 16], 8),
  pointwise([6, 6, 192], 48),
  pointwise([5, 5, 30], 90),
  convolution([16, 16, 16], 16, 3, 3, 1),
  convolution([32, 32, 3], 16, 3, 3, 2),
  convolution([49, 10, 1], 64, 10, 4, 2),
  grouped([12, 12, 64], 64, 8, 3),
  grouped([12, 12, 64], 64, 4, 1),
  transposed([8, 8, 32], 16, 2),
  transposed([8, 8, 32], 16, 3),
  transposed([8, 8, 32], 16, 4),
  depthwise([14, 14, 48], 3, 1),
  depthwise([15, 15, 48], 3, 2),
  depthwise([11, 11, 64], 5, 1),
  depthwise([11, 11, 64], 7, 1),
  depthwise([12, 12, 8], 3, 1, 4),
  dense(640, 128),
  dense(64, 12),
  pool('averagePool2d', [8, 8, 64], 8, 1),
  pool('averagePool2d', [12, 12, 32], 2, 2),
  pool('maxPool2d', [12, 12, 32], 3, 2),
  onImage((network, input) => network.add(input, network.input([1, ...image]))),
  onImage((network, input) => network.mul(input, network.input([1, ...image]))),
  onImage((network, input) => network.mul(input, network.input([1, 1, 1, image[2]])), ' by 1x1x32'),
  onImage(maximum),
  onImage(prelu),
  onImage(slice),
  onImage(reduceMax),
  onImage(mirrorPad),
  onImage((network, input) => network.mean(input)),
  onImage((network, input) => network.requantize(input)),
  onImage((network, input) => network.logistic(input)),
  onImage((network, input) => network.pad(input, 1, 1), ' by 1'),
  onImage((network, input) => network.transpose(input, [0, 2, 1, 3])),
  onImage((network, input) => network.concatenation([input, network.input([1, ...image])]), ' twice'),
  onImage((network, input) => network.resize('resizeBilinear', input, 2), ' by 2'),
  onImage((network, input) => network.resize('resizeNearest', input, 2), ' by 2'),
  named('12', (network) => network.softmax(network.input([1, 12]))),
  named('12', (network) => logSoftmax(network, [1, 12])),
  named('4x32', (network) => l2Normalise(network, [4, 32])),
  named('12x12 of 32', (network) => argMax(network, [1, ...image], 3)),
  named('uint8 to int16, 1000', (network) => cast(network, 1000, 'uint8', 'int16')),
  named('int32 to int8, 1000', (network) => convert(network, 1000, ['int32', 'int8'])),
  named('3x3/1, 8x8x16 to 16', (network) => {
    network.conv2d(network.input([1, 8, 8, 16]), 16, { filter: 3, weightBits: 4 });
  }),
  named('256 to 32', (network) => {
    network.fullyConnected(network.input([1, 256]), 32, { form: 'signed', weightBits: 4 });
  }),
  named('40 to 16 of rank 2, 10 kept', (network) => {
    svdf(network, { inputSize: 40, units: 16, rank: 2, memory: 10 }, 'int16');
  }),
  named('5 steps of 28 to 20', (network) => lstm(network, { steps: 5, inputSize: 28, units: 20 })),
  named('5 steps of 28 to 20 of int16', (network) => {
    lstm(network, { steps: 5, inputSize: 28, units: 20 }, 'int16');
  }),
];

/** The same of int16, before they are made so. */
export const int16CatalogueCases: readonly CatalogueCase[] = [
  convolution([8, 8, 16], 16, 3, 3, 1),
  grouped([8, 8, 32], 32, 4, 3),
  transposed([6, 6, 16], 8, 3),
  transposed([6, 6, 16], 8, 4),
  depthwise([12, 12, 16], 3, 1),
  dense(256, 32),
  pool('averagePool2d', [12, 12, 16], 2, 2),
  pool('maxPool2d', [13, 13, 16], 3, 2),
  onSmallImage((network, input) => network.add(input, network.input([1, ...smallImage]))),
  onSmallImage((network, input) => network.requantize(input)),
  onSmallImage((network, input) => network.logistic(input)),
  onSmallImage((network, input) => network.pad(input, 1, 1), ' by 1'),
  onSmallImage((network, input) => network.mean(input)),
  onSmallImage((network, input) => network.transpose(input, [0, 3, 1, 2])),
  named('100', (network) => network.softmax(network.input([1, 100]))),
];
