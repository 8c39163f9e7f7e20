/** BatchNormalization that stands by itself: a factor and an offset for each channel, as a depthwise convolution of 1 x 1. */
import { at, roundHalfEven } from '../../../base/index.ts';
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
export type ChannelLine = { readonly factors: readonly number[]; readonly offsets: readonly number[] };

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
    [...factors, ...offsets].every(Number.isFinite),
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

/** The largest int8: a factor is 127 steps of its channel's scale, exact but for the scale's own rounding. */
const mostSteps = 127;
/** Steps that the offset of a channel without a factor is made of. */
const offsetSteps = 2 ** 20;

function int8Constants(
  draft: Draft,
  name: string,
  { factors, offsets }: ChannelLine,
  input: Parameters,
): number[] {
  const scales = factors.map((factor, channel) => {
    const scale = Math.fround(Math.abs(factor) / mostSteps);
    const offset = Math.abs(at(offsets, channel)) || 1;
    return scale > 0 ? scale : Math.fround(offset / (offsetSteps * input.scale));
  });
  const biases = offsets.map((offset, channel) => {
    const steps = roundHalfEven(offset / (input.scale * at(scales, channel)));
    demand(
      Math.abs(steps) < 2 ** 31,
      `its offset ${channel} does not fit an int32`,
      'train it with weight decay; its factors all but vanish',
    );
    return steps;
  });
  const weights = Int8Array.from(factors, (factor) => mostSteps * Math.sign(Math.fround(factor)));
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
