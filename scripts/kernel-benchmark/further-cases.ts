/** Operators beside those of mobile networks, drawn with a seed of their own: each is appended to a network. */
import { quantizeMultiplier, type TensorId } from '../../src/graph/index.ts';
import { seededRandom } from '../../test/kernels/random.ts';
import type { BenchmarkNetwork, Volume } from './network-types.ts';
import type { OperatorCase } from './side-by-side.ts';

const { integer, choose } = seededRandom(8);

type Append = (network: BenchmarkNetwork, input: TensorId) => TensorId;

/** Rows, columns and channels of at most so many bytes. */
function volume(bytes = 6000, least = 4): Volume {
  const channels = choose([3, 7, 8, 16, 24, 32, 48, 64]);
  const most = Math.max(least, Math.floor(Math.sqrt(bytes / channels)));
  return [integer(least, Math.min(most, 28)), integer(least, Math.min(most, 28)), channels];
}

function shapeOf(network: BenchmarkNetwork, tensor: TensorId): readonly number[] {
  return [1, ...network.volume(tensor)];
}

/** Like the first operand, or one value a channel. */
function second(network: BenchmarkNetwork, input: TensorId): TensorId {
  const [, , channels] = network.volume(input);
  return network.input(choose([shapeOf(network, input), [1, 1, 1, channels]]));
}

export const maximum: Append = (network, input) =>
  network.append<'maximum' | 'minimum'>(
    { kind: 'maximum', inputs: [input, second(network, input)] },
    shapeOf(network, input),
  );

export const prelu: Append = (network, input) =>
  network.append<'prelu'>(
    {
      kind: 'prelu',
      inputs: [input, second(network, input)],
      positiveMultiplier: quantizeMultiplier(0.9),
      negativeMultiplier: quantizeMultiplier(0.01),
    },
    shapeOf(network, input),
  );

/** Every other column, or the inside of the image. */
export const slice: Append = (network, input) => {
  const [height, width, channels] = network.volume(input);
  const stride = choose([1, 1, 2]);
  return network.append<'slice'>(
    { kind: 'slice', inputs: [input], begin: [0, 1, 1, 0], stride: [1, 1, stride, 1] },
    [1, height - 1, Math.ceil((width - 1) / stride), choose([channels, Math.ceil(channels / 2)])],
  );
};

/** Over rows and columns, or over channels. */
export const reduceMax: Append = (network, input) => {
  const [height, width, channels] = network.volume(input);
  const isOverPixels = choose([true, true, false]);
  return network.append<'reduceMax' | 'reduceMin'>(
    { kind: 'reduceMax', inputs: [input], axes: isOverPixels ? [1, 2] : [3] },
    isOverPixels ? [1, 1, 1, channels] : [1, height, width, 1],
  );
};

/** Every other channel. */
const stridedSlice: Append = (network, input) => {
  const [height, width, channels] = network.volume(input);
  return network.append<'slice'>(
    { kind: 'slice', inputs: [input], begin: [0, 0, 0, 1], stride: [1, 1, 1, 2] },
    [1, height, width, Math.floor(channels / 2)],
  );
};

export const mirrorPad: Append = (network, input) => {
  const [height, width, channels] = network.volume(input);
  const around = (size: number): number[] => [1, ...Array.from({ length: size }, (_, i) => i), size - 2];
  return network.append<'take'>(
    {
      kind: 'take',
      function: 'MIRROR_PAD',
      inputs: [input],
      sources: [undefined, around(height), around(width), undefined],
    },
    [1, height + 2, width + 2, channels],
  );
};

const gatherChannels: Append = (network, input) => {
  const [height, width, channels] = network.volume(input);
  const sources = Array.from({ length: channels }, (_, i) => channels - 1 - i);
  return network.append<'take'>(
    {
      kind: 'take',
      function: 'GATHER',
      inputs: [input],
      sources: [undefined, undefined, undefined, sources],
    },
    [1, height, width, channels],
  );
};

const forms = ['rectified', 'rectified', 'signed', 'any'] as const;

function grouped(): OperatorCase {
  const groups = choose([2, 4, 4, 8]);
  const [inputs, outputs] = [groups * choose([2, 3, 4, 8, 8, 16]), groups * choose([1, 4, 5, 8, 16])];
  const most = Math.floor(Math.sqrt(7000 / Math.max(inputs, outputs)));
  const [height, width] = [integer(4, Math.min(most, 20)), integer(4, Math.min(most, 20))];
  const options = { filter: choose([1, 3, 3, 5]), stride: choose([1, 1, 2]), form: choose(forms) };
  return (network) => {
    network.grouped(network.input([1, height, width, inputs]), outputs, groups, options);
  };
}

/** Rows of fewer pixels than a block of products has. */
function groupedAndNarrow(): OperatorCase {
  const groups = choose([2, 3, 4]);
  const [inputs, outputs] = [groups * choose([2, 3, 4, 8]), groups * choose([1, 4, 5, 8])];
  const [height, width] = [integer(3, 12), integer(1, 3)];
  const options = { filter: choose([1, 3]), stride: 1, form: choose(['any', ...forms] as const) };
  return (network) => {
    network.grouped(network.input([1, height, width, inputs]), outputs, groups, options);
  };
}

function transposed(): OperatorCase {
  const stride = choose([2, 2, 2, 1, 3]);
  const [inputs, outputs] = [choose([3, 8, 16, 32, 48]), choose([1, 3, 8, 16, 24])];
  const [height, width] = [integer(3, 10), integer(3, 10)];
  const options = { filter: choose([2, 3, 4, 5]), stride, form: choose(forms) };
  return (network) => {
    network.transposed(network.input([1, height, width, inputs]), outputs, options);
  };
}

function bilinear(): OperatorCase {
  const [height, width, channels] = volume(2000, 3);
  const factor = choose([1, 2, 2, 3]);
  return (network) => {
    network.resize('resizeBilinear', network.input([1, height, width, channels]), factor);
  };
}

function drawn(append: Append): OperatorCase {
  const shape = volume();
  return (network) => {
    append(network, network.input([1, ...shape]));
  };
}

const appended: readonly { readonly append: Append; readonly count: number }[] = [
  { append: maximum, count: 10 },
  { append: prelu, count: 10 },
  { append: slice, count: 12 },
  { append: stridedSlice, count: 8 },
  { append: mirrorPad, count: 8 },
  { append: reduceMax, count: 10 },
  { append: gatherChannels, count: 4 },
];

/** After the others, so that those stay as they are. */
const made: readonly { readonly make: () => OperatorCase; readonly count: number }[] = [
  { make: grouped, count: 20 },
  { make: transposed, count: 20 },
  { make: bilinear, count: 12 },
  { make: groupedAndNarrow, count: 24 },
];

export function furtherCases(): OperatorCase[] {
  const own = (): OperatorCase[] =>
    made.flatMap(({ make, count }) => Array.from({ length: count }, () => make()));
  return [...appendedCases(), ...own()];
}

function appendedCases(): OperatorCase[] {
  return appended.flatMap(({ append, count }) => Array.from({ length: count }, () => drawn(append)));
}
