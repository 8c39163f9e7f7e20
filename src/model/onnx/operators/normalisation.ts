/** BatchNormalization that stands by itself: a factor and an offset for each channel, as a depthwise convolution of 1 x 1. */
import { at, invariant, roundHalfEven } from '../../../base/index.ts';
import { type Draft, perTensor } from '../draft.ts';
import { reviewed, unflattened } from '../layout.ts';
import {
  constantAt,
  demand,
  floatAttribute,
  image,
  integerAttribute,
  numbersAt,
  real,
  type Site,
} from '../site.ts';
import { channelsLast, type Parameters, type Pending, type Stored } from '../values.ts';
import { overLine } from './line.ts';
import { pending } from './pending.ts';

/** result = value * factor + offset of its channel. */
type ChannelLine = { readonly factors: readonly number[]; readonly offsets: readonly number[] };

const exportIt = 'export the network in eval mode (model.eval())';

export function batchNormalization(site: Site): Pending {
  demand(integerAttribute(site, 'training_mode', 0) === 0, 'it computes statistics of its input', exportIt);
  const given = real(site, 0);
  if (given.shape.length === 3) return overLine(site, given, overImage);
  return given.shape.length === 2 ? overVector(site, given) : overImage(site);
}

/** [1, channels] as an image of one pixel. */
function overVector(site: Site, given: Stored): Pending {
  const { draft } = site;
  const value = unflattened(draft, given);
  const [batch = 0, channels = 0] = value.shape;
  const pixel = reviewed(draft, value, { shape: [batch, channels, 1, 1], order: channelsLast });
  const whole = overImage({ ...site, inputs: [pixel, ...site.inputs.slice(1)] });
  const finish: Pending['finish'] = (parameters, activation) =>
    reviewed(draft, whole.finish(parameters, activation), { shape: [batch, channels], order: [0, 1] });
  return { ...whole, finish };
}

function overImage(site: Site): Pending {
  const { draft, name } = site;
  const input = image(site, real(site, 0));
  const channels = at(input.shape, 1);
  const line = channelLine(site, channels);
  const parameters = draft.parametersOf(input.tensor);
  const constants =
    parameters === undefined
      ? floatConstants(draft, name, line)
      : int8Constants(draft, name, line, parameters);
  return pending(site, { shape: input.shape, order: channelsLast }, (output, activation) =>
    draft.operator(
      {
        op: 'DEPTHWISE_CONV_2D',
        padding: 'valid',
        strideHeight: 1,
        strideWidth: 1,
        dilationHeight: 1,
        dilationWidth: 1,
        depthMultiplier: 1,
        activation,
      },
      [input.tensor, ...constants],
      [output],
    ),
  );
}

/** Scale, bias, mean and variance in one. */
function channelLine(site: Site, channels: number): ChannelLine {
  const [scales, biases, means, variances] = [1, 2, 3, 4].map((position) => {
    constantAt(site, position);
    const numbers = numbersAt(site, position);
    demand(
      numbers.length === channels,
      `input ${position} has ${numbers.length} values for ${channels} channels`,
    );
    return numbers;
  });
  const epsilon = floatAttribute(site, 'epsilon', 1e-5);
  const factors = Array.from({ length: channels }, (_, channel) => {
    return at(scales ?? [], channel) / Math.sqrt(at(variances ?? [], channel) + epsilon);
  });
  const offsets = factors.map(
    (factor, channel) => at(biases ?? [], channel) - at(means ?? [], channel) * factor,
  );
  demand(
    // As float32, which is what they are kept in.
    [...factors, ...offsets].every((value) => Number.isFinite(Math.fround(value))),
    'some of its factors are infinite or no numbers',
    'train it again; its statistics diverged',
  );
  return { factors, offsets };
}

function floatConstants(draft: Draft, name: string, { factors, offsets }: ChannelLine): number[] {
  const shape = [1, 1, 1, factors.length];
  return [
    draft.constant(`${name}.factors`, shape, 'float32', () => Float32Array.from(factors)),
    draft.constant(`${name}.offsets`, [factors.length], 'float32', () => Float32Array.from(offsets)),
  ];
}

/** Weights to choose from: a factor is so many steps of its channel's scale. */
const [leastSteps, mostSteps] = [64, 127];
/** Steps that the offset of a channel without a factor is made of. */
const offsetSteps = 2 ** 20;

/** A channel in integers: its scale, its weight, and its offset in steps of both scales. */
type ChannelSteps = { readonly scale: number; readonly weight: number; readonly bias: number };

/** Of all weights that a factor can be, the one beside which the offset is most nearly a whole number of steps. */
function channelSteps(factor: number, offset: number, input: Parameters): ChannelSteps {
  const magnitude = Math.abs(Math.fround(factor));
  if (magnitude === 0) {
    const scale = Math.fround((Math.abs(offset) || 1) / (offsetSteps * input.scale));
    return { scale, weight: 0, bias: roundHalfEven(offset / (input.scale * scale)) };
  }
  let best: ChannelSteps | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let weight = mostSteps; weight >= leastSteps; weight -= 1) {
    const scale = Math.fround(magnitude / weight);
    const steps = offset / (input.scale * scale);
    const bias = roundHalfEven(steps);
    const lost = Math.abs(steps - bias) * scale;
    if (lost >= least) continue;
    least = lost;
    best = { scale, weight: weight * Math.sign(factor), bias };
  }
  invariant(best !== undefined, 'a weight of a finite factor and offset');
  return best;
}

function int8Constants(
  draft: Draft,
  name: string,
  { factors, offsets }: ChannelLine,
  input: Parameters,
): number[] {
  draft.spend((mostSteps - leastSteps) * factors.length);
  const all = factors.map((factor, channel) => channelSteps(factor, at(offsets, channel), input));
  const tooLarge = all.findIndex(({ bias }) => Math.abs(bias) >= 2 ** 31);
  demand(
    tooLarge === -1,
    `its offset ${tooLarge} does not fit an int32`,
    'train it with weight decay; its factors all but vanish',
  );
  const scales = all.map(({ scale }) => scale);
  const biases = all.map(({ bias }) => bias);
  const weights = Int8Array.from(all, ({ weight }) => weight);
  const channels = factors.length;
  const quantization = { scales, zeroPoints: scales.map(() => 0), dimension: channels === 1 ? 0 : 3 };
  return [
    draft.constant(
      `${name}.factors`,
      [1, 1, 1, channels],
      'int8',
      () => weights,
      channels === 1 ? perTensor({ scale: at(scales, 0), zeroPoint: 0 }) : quantization,
    ),
    draft.constant(`${name}.offsets`, [channels], 'int32', () => Int32Array.from(biases)),
  ];
}
