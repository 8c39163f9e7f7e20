/** Pools, pads, softmaxes and others, to be made int16, drawn with a seed of their own: each is appended to a network. */
import { seededRandom } from '../../test/kernels/random.ts';
import type { OperatorCase } from './side-by-side.ts';

const { integer, choose } = seededRandom(12);

/** Over an image of so few channels that several have room. */
function image(): readonly [height: number, width: number, channels: number] {
  const channels = choose([3, 8, 16, 30, 32]);
  const most = Math.min(24, Math.floor(Math.sqrt(4000 / channels)));
  return [integer(4, most), integer(4, most), channels];
}

function pool(): OperatorCase {
  const [height, width, channels] = image();
  const kind = choose(['averagePool2d', 'maxPool2d'] as const);
  const filter = choose([2, 2, 3, 3, 4, { height, width }]);
  const stride = choose([1, 2, 2]);
  const isValid = choose([true, false]);
  return (network) => {
    network.pool(kind, network.input([1, height, width, channels]), filter, stride, isValid);
  };
}

/** Windows of which the last of each row is cut, but none of a column. */
function poolCutRight(): OperatorCase {
  const [height, width, channels] = image();
  const kind = choose(['averagePool2d', 'maxPool2d'] as const);
  const shape = [1, height + (height % 2), width + 1 - (width % 2), channels];
  return (network) => {
    network.pool(kind, network.input(shape), 2, 2);
  };
}

function depthwise(): OperatorCase {
  const [height, width, channels] = image();
  const filter = choose([2, 3, 3, 3, 4, { height: 3, width: 1 }, { height: 1, width: 3 }, 5, 7]);
  const [stride, depthMultiplier] = [choose([1, 1, 2]), choose([1, 1, 1, 2])];
  const isValid = choose([true, false, false]) && (typeof filter !== 'number' || filter <= 4);
  return (network) => {
    const options = { filter, stride, depthMultiplier, isValid };
    network.depthwise(network.input([1, height, width, channels]), options);
  };
}

function pad(): OperatorCase {
  const shape = [1, ...image()];
  const [rows, columns] = [integer(0, 3), integer(0, 3)];
  return (network) => {
    network.pad(network.input(shape), rows, columns);
  };
}

function softmax(): OperatorCase {
  const shape = [1, choose([1, 1, 5, 20]), choose([2, 3, 10, 12, 64])];
  return behindWeights((network) => {
    network.softmax(network.input(shape));
  });
}

/** Behind a layer whose weights displace all that the cache has: as tables are read in networks. */
export function behindWeights(append: OperatorCase): OperatorCase {
  return (network) => {
    network.fullyConnected(network.input([1, 128]), 64);
    append(network);
  };
}

function transpose(): OperatorCase {
  const shape = [1, ...image()];
  const permutation = choose([
    [0, 3, 1, 2],
    [0, 2, 1, 3],
  ]);
  return (network) => {
    network.transpose(network.input(shape), permutation);
  };
}

function slice(): OperatorCase {
  const [height, width, channels] = image();
  return (network) => {
    network.append<'slice'>(
      {
        kind: 'slice',
        inputs: [network.input([1, height, width, channels])],
        begin: [0, 0, 0, 0],
        stride: [1, 1, 1, 2],
      },
      [1, height, width, Math.ceil(channels / 2)],
    );
  };
}

const made: readonly { readonly make: () => OperatorCase; readonly count: number }[] = [
  { make: pool, count: 40 },
  { make: pad, count: 20 },
  { make: softmax, count: 10 },
  { make: transpose, count: 8 },
  { make: slice, count: 6 },
  { make: poolCutRight, count: 10 },
  { make: depthwise, count: 60 },
];

export function furtherInt16Cases(): OperatorCase[] {
  return made.flatMap(({ make, count }) => Array.from({ length: count }, () => make()));
}
