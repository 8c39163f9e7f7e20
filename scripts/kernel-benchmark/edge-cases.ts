/**
 * Operators of other types than int8, of weights of four bits, over one dimension, and on images of few pixels: each is
 * appended to a network.
 */

import { elementCount, quantizeMultiplier, rangeOf, type TensorType } from '../../src/graph/index.ts';
import { seededRandom } from '../../test/kernels/random.ts';
import { type BenchmarkNetwork, zeroPointOf } from './network-types.ts';
import type { OperatorCase } from './side-by-side.ts';

const { integer, choose } = seededRandom(9);

export function argMax(network: BenchmarkNetwork, shape: readonly number[], axis: number): void {
  const input = network.input(shape);
  network.append<'argMax' | 'argMin'>(
    { kind: 'argMax', inputs: [input], axis },
    shape.toSpliced(axis, 1),
    0,
    'int32',
  );
}

export function cast(network: BenchmarkNetwork, elements: number, from: TensorType, to: TensorType): void {
  const shape = [1, elements];
  network.append<'cast'>({ kind: 'cast', inputs: [network.input(shape, from)] }, shape, 0, to);
}

/** From one type to another, with about as much of its range times `factor`. */
export function convert(
  network: BenchmarkNetwork,
  elements: number,
  [from, to]: readonly [TensorType, TensorType],
  factor = 0.7,
): void {
  const shape = [1, elements];
  const gain = elementBits[to] - elementBits[from];
  network.append<'requantize'>(
    {
      kind: 'requantize',
      inputs: [network.input(shape, from)],
      multiplier: quantizeMultiplier(factor * 2 ** gain),
      clamp: rangeOf(to),
    },
    shape,
    zeroPointOf(to),
    to,
  );
}

const elementBits: Readonly<Record<TensorType, number>> = { int8: 8, uint8: 8, int16: 16, int32: 24 };

export function logSoftmax(network: BenchmarkNetwork, shape: readonly number[]): void {
  const multiplier = quantizeMultiplier(2 ** 22);
  network.append<'logSoftmax'>(
    {
      kind: 'logSoftmax',
      inputs: [network.input(shape)],
      multiplier,
      diffMin: -Math.floor((31 * 2 ** 26) / 2 ** multiplier.shift),
      reverseMultiplier: quantizeMultiplier(2 ** (31 - multiplier.shift) / multiplier.multiplier),
    },
    shape,
    127,
  );
}

export function l2Normalise(network: BenchmarkNetwork, shape: readonly number[]): void {
  network.append<'l2Normalise'>({ kind: 'l2Normalise', inputs: [network.input(shape)] }, shape, 0);
}

const forms = ['rectified', 'rectified', 'signed', 'any'] as const;

function packedConvolution(): OperatorCase {
  const depth = choose([1, 3, 4, 8, 10, 16, 24, 32, 64]);
  const channels = choose([3, 4, 8, 10, 16, 24, 32, 48, 64]);
  const filter = depth > 16 ? choose([1, 1, 3]) : choose([1, 3, 3, 5, { height: 1, width: 3 }]);
  const options = { filter, stride: choose([1, 1, 2]), form: choose(forms), weightBits: 4 } as const;
  const most = Math.min(24, Math.floor(Math.sqrt(7000 / Math.max(depth, channels))));
  const [height, width] = [integer(1, most), integer(1, most)];
  return (network) => {
    network.conv2d(network.input([1, height, width, depth]), channels, options);
  };
}

function packedDense(): OperatorCase {
  const inputSize = choose([8, 30, 64, 64, 128, 256, 490, 640, 1000]);
  const outputs = choose([2, 10, 12, 8, 128, 64, 32, 100]);
  const form = choose(forms);
  return (network) => {
    network.fullyConnected(network.input([1, inputSize]), outputs, { form, weightBits: 4 });
  };
}

/** A vector, or an image along one of its sides. */
function argMaxCase(): OperatorCase {
  const [height, width, channels] = [integer(4, 16), integer(4, 16), choose([2, 3, 10, 16, 21])];
  const isVector = choose([true, false]);
  const shape = isVector ? [1, choose([10, 100, 1000])] : [1, height, width, channels];
  const axis = isVector ? 1 : choose([3, 3, 1, 2]);
  return (network) => argMax(network, shape, axis);
}

const castTypes: readonly TensorType[] = ['int8', 'uint8', 'int16', 'int32'];

/** Of every type to every other; a cast to the same is none. */
function castCases(): OperatorCase[] {
  return castTypes.flatMap((from) =>
    castTypes
      .filter((to) => to !== from)
      .flatMap((to) =>
        [10, 300, 1000].map((most): OperatorCase => {
          const elements = integer(Math.ceil(most / 4), most);
          return (network) => cast(network, elements, from, to);
        }),
      ),
  );
}

/** Pairs that no other kernel converts. */
const convertedTypes: readonly (readonly [TensorType, TensorType])[] = [
  ...castTypes.flatMap((type) => [[type, 'int32'] as const, ['int32', type] as const]),
  ['uint8', 'int16'],
  ['int16', 'uint8'],
];

function conversionCases(): OperatorCase[] {
  return convertedTypes.flatMap((types) =>
    [0.7, 0.1, 3].map((factor): OperatorCase => {
      const elements = choose([10, 100, 500, 1000, 2000]);
      return (network) => convert(network, elements, types, factor);
    }),
  );
}

/** Images of fewer pixels than a block of products has: all are left over. */
function groupedAndTiny(): OperatorCase {
  const groups = choose([2, 3, 4, 8]);
  const [inputs, outputs] = [groups * choose([2, 3, 4, 8, 16]), groups * choose([1, 2, 3, 4, 5, 8])];
  const [height, width] = [choose([1, 2, 3]), 1];
  const options = { filter: choose([1, 1, 3]), form: choose(['any', ...forms] as const) };
  return (network) => {
    network.grouped(network.input([1, height, width, inputs]), outputs, groups, options);
  };
}

function inRows(append: (network: BenchmarkNetwork, shape: readonly number[]) => void): () => OperatorCase {
  return () => {
    const shape = [1, choose([1, 1, 4, 20]), choose([2, 10, 12, 64, 100])];
    return (network) => append(network, elementCount(shape) > 1000 ? shape.with(1, 4) : shape);
  };
}

const made: readonly { readonly make: () => OperatorCase; readonly count: number }[] = [
  { make: packedConvolution, count: 44 },
  { make: packedDense, count: 16 },
  { make: argMaxCase, count: 16 },
  { make: inRows(logSoftmax), count: 10 },
  { make: inRows(l2Normalise), count: 10 },
  { make: groupedAndTiny, count: 28 },
];

export function edgeCases(): OperatorCase[] {
  const own = made.flatMap(({ make, count }) => Array.from({ length: count }, () => make()));
  return [...own, ...castCases(), ...conversionCases()];
}
