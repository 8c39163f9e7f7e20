/** The shape of a space and of a family of spaces as JSON or YAML: what is allowed, and how it becomes plain sizes. */
import { z } from 'zod';
import type { Size2d } from '../model/index.ts';
import { mcunetFamily } from './mcunet-family.ts';
import { spaceOf } from './space.ts';
import type { Space, SpaceFamily } from './types.ts';

const whole = (most: number, description: string) =>
  z.int('expected a whole number').min(1, 'must be at least 1').max(most, `must be at most ${most}`).meta({
    description,
  });

/** A number, or height and width; what a number means depends on the dimensions. */
const extent = (most: number, description: string) =>
  z
    .union([z.int().min(1).max(most), z.tuple([z.int().min(1).max(most), z.int().min(1).max(most)])], {
      error: `expected a whole number or [height, width], from 1 to ${most}`,
    })
    .meta({ description });

type Extent = number | [number, number];

/** At least one value, in ascending order, none twice. */
const choices = (entry: z.ZodType<number, number>, description: string) =>
  z
    .array(entry)
    .min(1, 'name at least one')
    .max(64, 'name at most 64')
    .refine((values) => new Set(values).size === values.length, 'names a value twice')
    .transform((values) => values.toSorted((a, b) => a - b))
    .meta({ description });

const stage = z
  .strictObject({
    width: whole(4096, 'Output channels before the width multiplier.'),
    stride: extent(8, 'Stride of the first block: a number, or [height, width].').default(1),
    depths: choices(whole(16, 'Blocks.'), 'Numbers of blocks to choose from.'),
    expands: choices(
      z.number('expected a number').min(1, 'must be at least 1').max(16, 'must be at most 16'),
      'Channels inside a block over its input channels; [1] for blocks without expansion.',
    ).refine((values) => values.length === 1 || !values.includes(1), {
      message:
        '1 means no expansion layer, so it cannot be chosen beside others; give those blocks their own stage',
    }),
    kernels: choices(
      whole(15, 'Kernel.').refine((kernel) => kernel % 2 === 1, 'a kernel must be odd'),
      'Extents of the depthwise kernels to choose from, odd.',
    ),
  })
  .meta({ description: 'Blocks of one width.' });

const shared = {
  stem: z
    .strictObject({
      width: whole(4096, 'Channels before the width multiplier.'),
      kernel: extent(15, 'Kernel: an odd number, or [height, width].')
        .refine((value) => [value].flat().every((size) => size % 2 === 1), 'a kernel must be odd')
        .default(3),
      stride: extent(8, 'Stride: a number, or [height, width].').default(2),
    })
    .meta({ description: 'The first convolution.' }),
  stages: z
    .array(stage)
    .min(1, 'name at least one stage')
    .max(32, 'name at most 32 stages')
    .meta({ description: 'Inverted residual blocks, stage by stage.' }),
  head: whole(
    8192,
    'Channels of a 1x1 convolution before the average; widths below 1 leave them as they are.',
  )
    .nullable()
    .default(null),
  classes: whole(100_000, 'Outputs of the classifier.'),
  dimensions: z
    .union([z.literal(1), z.literal(2)], { error: 'expected 1 or 2' })
    .default(2)
    .meta({
      description: '1: kernels span the height (time) alone, and single numbers mean the height.',
    }),
  divisor: whole(64, 'Channels are multiples of this.').default(8),
};

const channels = whole(4096, 'Channels of the input.');
const widthMultiplier = z
  .number('expected a number')
  .positive('must be above 0')
  .max(8, 'must be at most 8')
  .meta({ description: 'Width multiplier.' });

type Shared = { readonly [Key in keyof typeof shared]: z.output<(typeof shared)[Key]> };

/** `mcunet`, or a family of one's own. */
export const familySchema: z.ZodType<SpaceFamily> = z
  .union([
    z.literal('mcunet').meta({ description: "MCUNet's own 108 spaces for ImageNet." }),
    z.strictObject({
      input: z.strictObject({
        channels,
        resolutions: z
          .array(extent(4096, 'Rows and columns of the input: a number, or [height, width].'))
          .min(1, 'name at least one')
          .max(64, 'name at most 64')
          .meta({ description: 'Input sizes to choose from.' }),
      }),
      widths: choices(widthMultiplier, 'Width multipliers to choose from.').default([1]),
      ...shared,
    }),
  ])
  .transform((value, context): SpaceFamily => {
    if (value === 'mcunet') return mcunetFamily;
    const resolutions = value.input.resolutions.map((size) => sizeOf(size, value.dimensions));
    if (new Set(resolutions.map(({ height, width }) => `${height}x${width}`)).size < resolutions.length)
      context.addIssue({ code: 'custom', path: ['input', 'resolutions'], message: 'names a size twice' });
    const family = {
      ...sharedOf(value),
      input: { channels: value.input.channels, resolutions },
      widths: value.widths,
    };
    resolutions.forEach((resolution, index) => {
      const problem = strideProblem(family, resolution);
      if (problem !== undefined)
        context.addIssue({ code: 'custom', path: ['input', 'resolutions', index], message: problem });
    });
    return family;
  });

/** One space. */
export const spaceSchema: z.ZodType<Space> = z
  .strictObject({
    name: z
      .string()
      .max(100)
      .optional()
      .meta({ description: 'For readers; made from width and resolution.' }),
    input: z.strictObject({
      channels,
      resolution: extent(4096, 'Rows and columns of the input: a number, or [height, width].'),
    }),
    width: widthMultiplier.default(1),
    ...shared,
  })
  .transform((value, context): Space => {
    const resolution = sizeOf(value.input.resolution, value.dimensions);
    const family = {
      ...sharedOf(value),
      input: { channels: value.input.channels, resolutions: [resolution] },
      widths: [value.width],
    };
    const problem = strideProblem(family, resolution);
    if (problem !== undefined)
      context.addIssue({ code: 'custom', path: ['input', 'resolution'], message: problem });
    return spaceOf(family, value.width, resolution);
  });

function sharedOf({ stem, stages, head, classes, dimensions, divisor }: Shared) {
  const size = (value: Extent): Size2d => sizeOf(value, dimensions);
  return {
    stem: { width: stem.width, kernel: size(stem.kernel), stride: size(stem.stride) },
    stages: stages.map((entry) => ({ ...entry, stride: size(entry.stride) })),
    head: head ?? undefined,
    classes,
    dimensions,
    divisor,
  };
}

function sizeOf(value: Extent, dimensions: 1 | 2): Size2d {
  if (typeof value !== 'number') return { height: value[0], width: value[1] };
  return { height: value, width: dimensions === 1 ? 1 : value };
}

/** Strides that skip more than there is are mistakes: some layer would stride over a single row. */
function strideProblem({ stem, stages }: Pick<SpaceFamily, 'stem' | 'stages'>, resolution: Size2d) {
  const strides = [stem.stride, ...stages.map(({ stride }) => stride)];
  for (const side of ['height', 'width'] as const) {
    const total = strides.reduce((product, stride) => product * stride[side], 1);
    if (total > resolution[side])
      return `${side} ${resolution[side]} is too small for the strides, which make ${total} together`;
  }
  return undefined;
}
