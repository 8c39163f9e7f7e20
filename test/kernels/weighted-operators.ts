/** Random convolutions and fully connected layers. */
import { at } from '../../src/base/index.ts';
import type { Graph, Size2d } from '../../src/graph/index.ts';
import type { Random } from './random.ts';
import {
  biases,
  clamp,
  factors,
  type Sliding,
  singleOperator,
  sizes,
  wholeRange,
  window,
} from './single-operator.ts';

export function conv2d(
  random: Random,
  filter: Size2d,
  inputChannels: number,
  slid: Sliding = window(random, filter, true),
): Graph {
  const channels = random.integer(1, 9);
  const { from, to, ...moves } = slid;
  const depth = filter.height * filter.width * inputChannels;
  const magnitude = 5000 * Math.sqrt(depth);
  return singleOperator(
    random,
    {
      kind: 'conv2d',
      filter,
      ...moves,
      weights: random.int8s(channels * depth),
      bias: biases(random, channels, magnitude),
      multipliers: factors(random, channels, magnitude),
      clamp: clamp(random),
    },
    [[1, from.height, from.width, inputChannels]],
    [1, to.height, to.width, channels],
  );
}

export function pointwise(random: Random): Graph {
  const image = sizes(random, 1, 7);
  const one = { height: 1, width: 1 };
  const padding = { top: 0, bottom: 0, left: 0, right: 0 };
  return conv2d(random, one, random.integer(1, 40), {
    from: image,
    to: image,
    stride: one,
    dilation: one,
    padding,
  });
}

/** Behind an activation: negative factors, factors too small for most of int8, and channels of one value. */
export function rectified(random: Random): Graph {
  const image = sizes(random, 1, 7);
  const [inputs, channels] = [random.integer(1, 40), random.integer(1, 9)];
  const magnitude = 5000 * Math.sqrt(inputs);
  const one = { height: 1, width: 1 };
  const shift = (): number => random.choose([-7, -8, -9, -14, -15, -16, -18, -25]);
  return singleOperator(
    random,
    {
      kind: 'conv2d',
      filter: one,
      stride: one,
      dilation: one,
      padding: { top: 0, bottom: 0, left: 0, right: 0 },
      // None is -128, as most converters keep it.
      weights: random.int8s(channels * inputs).map((weight) => Math.max(weight, -127)),
      bias: Int32Array.from({ length: channels }, () => random.integer(-magnitude, 20 * magnitude)),
      multipliers: Array.from({ length: channels }, () => ({
        multiplier: random.integer(2 ** 30, 2 ** 31 - 1) * random.choose([1, 1, 1, -1]),
        shift: shift(),
      })),
      clamp: wholeRange,
    },
    [[1, image.height, image.width, inputs]],
    [1, image.height, image.width, channels],
    { outputZeroPoint: -128 },
  );
}

/** Groups of few channels, as many of the input as of the output and not. */
export function grouped(random: Random): Graph {
  const filter = random.choose([sizes(random, 1, 3), { height: 3, width: 3 }, { height: 1, width: 1 }]);
  const { from, to, ...moves } = window(random, filter, true);
  const groups = random.integer(2, 4);
  const [inputs, outputs] = [random.choose([2, 3, 4, 8]), random.choose([1, 2, 3, 4, 5])];
  const depth = filter.height * filter.width * inputs;
  const magnitude = 5000 * Math.sqrt(depth);
  return singleOperator(
    random,
    {
      kind: 'groupedConv2d',
      filter,
      ...moves,
      groups,
      weights: random.int8s(groups * outputs * depth),
      bias: biases(random, groups * outputs, magnitude),
      multipliers: factors(random, groups * outputs, magnitude),
      clamp: clamp(random),
    },
    [[1, from.height, from.width, groups * inputs]],
    [1, to.height, to.width, groups * outputs],
  );
}

/** Of any output, also one with rows and columns that no input reaches. */
export function transposed(random: Random): Graph {
  const filter = random.choose([sizes(random, 1, 4), { height: 2, width: 2 }, { height: 3, width: 3 }]);
  const stride = random.choose([{ height: 2, width: 2 }, sizes(random, 1, 3)]);
  const [from, more] = [sizes(random, 1, 6), sizes(random, 0, 3)];
  const [inputs, channels] = [random.integer(1, 9), random.integer(1, 7)];
  const padding = { top: random.integer(0, filter.height - 1), left: random.integer(0, filter.width - 1) };
  const along = (side: 'height' | 'width', before: number): number =>
    Math.max(1, (from[side] - 1) * stride[side] + filter[side] - 2 * before + at([-1, 0, 0, 1], more[side]));
  const depth = filter.height * filter.width * inputs;
  const magnitude = 5000 * Math.sqrt(depth / stride.height / stride.width);
  return singleOperator(
    random,
    {
      kind: 'transposeConv2d',
      filter,
      stride,
      padding,
      weights: random.int8s(channels * depth),
      bias: biases(random, channels, magnitude),
      multipliers: factors(random, channels, magnitude),
      clamp: clamp(random),
    },
    [[1, from.height, from.width, inputs]],
    [1, along('height', padding.top), along('width', padding.left), channels],
  );
}

export function depthwise(random: Random): Graph {
  const filter = random.choose([sizes(random, 1, 4), { height: 3, width: 3 }, { height: 5, width: 5 }]);
  const depthMultiplier = random.choose([1, 1, 1, 2, 3]);
  const inputChannels = random.integer(1, 19);
  return filtered(random, filter, inputChannels, depthMultiplier, window(random, filter, true));
}

/** Usual filters on images of more than a few columns. */
export function wideDepthwise(random: Random): Graph {
  const columns = random.choose([3, 5, 7]);
  const filter = { height: random.choose([columns, columns, random.integer(1, 5)]), width: columns };
  const stride = random.choose([1, 1, 2]);
  const from = { height: random.integer(filter.height, 11), width: random.integer(13, 19) };
  const slid = window(random, filter, false, from, { height: random.choose([stride, 1, 3]), width: stride });
  const rectified = random.chance(0.5) ? { outputZeroPoint: -128 } : {};
  return filtered(random, filter, random.integer(1, 11), 1, slid, rectified);
}

function filtered(
  random: Random,
  filter: Size2d,
  inputChannels: number,
  depthMultiplier: number,
  { from, to, ...moves }: Sliding,
  fixed: { readonly outputZeroPoint?: number } = {},
): Graph {
  const channels = inputChannels * depthMultiplier;
  const taps = filter.height * filter.width;
  const magnitude = 5000 * Math.sqrt(taps);
  return singleOperator(
    random,
    {
      kind: 'depthwiseConv2d',
      filter,
      ...moves,
      depthMultiplier,
      weights: random.int8s(channels * taps),
      bias: biases(random, channels, magnitude),
      multipliers: factors(random, channels, magnitude),
      clamp: clamp(random),
    },
    [[1, from.height, from.width, inputChannels]],
    [1, to.height, to.width, channels],
    fixed,
  );
}

export function fullyConnected(random: Random): Graph {
  const [batches, inputSize, outputSize] = [
    random.integer(1, 3),
    random.integer(1, 70),
    random.choose([8, 16, random.integer(1, 13)]),
  ];
  // Most converters keep weights above -128.
  const least = random.chance(0.7) ? -127 : -128;
  const magnitude = 5000 * Math.sqrt(inputSize);
  return singleOperator(
    random,
    {
      kind: 'fullyConnected',
      batches,
      inputSize,
      outputSize,
      weights: random.int8s(inputSize * outputSize).map((weight) => Math.max(weight, least)),
      bias: biases(random, outputSize, magnitude),
      multipliers: factors(random, outputSize, magnitude),
      clamp: clamp(random),
    },
    [[batches, inputSize]],
    [batches, outputSize],
  );
}
