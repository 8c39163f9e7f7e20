/** Operators of usual shapes, at least one for each kernel of the catalogue, none of which coefficients are fitted to. */
import type { BenchmarkNetwork, Volume } from './benchmark-network.ts';
import { maximum, mirrorPad, prelu, reduceMax, slice } from './further-cases.ts';
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
    network.fullyConnected(network.input([1, inputSize]), outputSize, 'signed');
  });
}

function pool(kind: 'averagePool2d' | 'maxPool2d', image: Volume, filter: number, stride: number) {
  return named(`${filter}x${filter}/${stride}, ${times(image)}`, (network) => {
    network.pool(kind, network.input([1, ...image]), filter, stride, true);
  });
}

const image: Volume = [12, 12, 32];

function onImage(append: (network: BenchmarkNetwork, input: number) => void, title = ''): CatalogueCase {
  return named(`${times(image)}${title}`, (network) => append(network, network.input([1, ...image])));
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
];
