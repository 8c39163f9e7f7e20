/** The shape of section `search` in `mcunet.yml`. */
import { z } from 'zod';
import { familySchema } from '../search/index.ts';
import { arrayName, dataset, fit, resize } from './dataset-schema.ts';
import { path, ratio, size, time } from './schema-parts.ts';
import type { SearchAccuracyConfig, SearchConfig } from './types.ts';

const wholeNumber = (least: number, most: number, description: string) =>
  z
    .int('expected a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
    .meta({ description });

const limits = z
  .strictObject({
    sram: size('Most RAM: arena, static data and stack.'),
    flash: size('Most flash.'),
    latency: time('Most time of one inference.'),
  })
  .default({})
  .transform(({ sram, flash, latency }) => ({ sramBytes: sram, flashBytes: flash, latencyMs: latency }))
  .meta({ description: 'What the network may cost; none is taken that needs more.' });

const calibration = z
  .strictObject({
    path: path('NumPy archive, or a folder of PNG or JPEG files.'),
    inputs: arrayName('Array of samples, first dimension; images unless told.').optional(),
    resize: resize.optional(),
    fit,
    method: z
      .enum(['minmax', 'percentile', 'mse'])
      .default('mse')
      .meta({ description: 'How ranges follow from the values of activations.' }),
    percent: z
      .number()
      .min(90, 'must be at least 90')
      .max(100, 'must be at most 100')
      .default(99.99)
      .meta({ description: 'Of values that a range holds, for method percentile.' }),
  })
  .refine(({ inputs, resize }) => inputs === undefined || resize === undefined, {
    path: ['inputs'],
    message: 'names an array of an archive; pictures, for which resize is, have none',
  })
  .refine(({ fit, resize }) => fit.kind === 'stretch' || resize !== undefined, {
    path: ['fit'],
    message: 'is for pictures, which need resize too',
  })
  .transform(({ path, inputs = 'images', resize, fit, method, percent }) => ({
    path,
    from: resize === undefined ? { array: inputs } : { resize, fit },
    method: method === 'percentile' ? { kind: method, percent } : { kind: method },
  }))
  .meta({ description: 'Samples from which candidates are quantised; labels are not needed.' });

const sources = ['supernet', 'predictor', 'command', 'flops'] as const;
type Source = (typeof sources)[number];

const fields = z.strictObject({
  target: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'The board; the first of targets unless told.' }),
  space: familySchema
    .prefault('mcunet')
    .meta({ description: 'Widths, resolutions and stages to choose from; mcunet: 108 spaces for ImageNet.' }),
  limits,
  samples: wholeNumber(10, 100_000, 'Networks drawn from each space to compare spaces by.').default(1000),
  choose: z.enum(['mean', 'p80']).default('mean').meta({
    description:
      'Spaces are compared by the mean or the 80th percentile of the MACs of networks within limits.',
  }),
  share: ratio('Spaces of which fewer networks keep the limits are not taken.'),
  accuracy: z.enum(sources).optional().meta({
    description:
      'Where accuracies are from: shared weights, a predictor fitted on measured networks, a command, or MACs in their stead.',
  }),
  supernet: path('The super-network’s JSON file; tensors lie beside it.').optional(),
  calibration: calibration.optional(),
  dataset,
  evaluation: dataset,
  pairs: path('JSON file of measured networks, for the predictor.').optional(),
  command: z.array(z.string().min(1).max(4096)).min(1, 'name a program').max(100).optional().meta({
    description:
      'Program and arguments that print an accuracy; {network} stands for a net configuration’s path.',
  }),
  population: wholeNumber(4, 10_000, 'Networks of a generation.').default(100),
  generations: wholeNumber(0, 10_000, 'Generations after the first, which is random.').default(30),
  islands: wholeNumber(1, 256, 'Populations on their own, which shards divide among them.').default(4),
  seed: wholeNumber(0, 2 ** 32 - 1, 'Seed of all randomness.').default(1),
});

type Fields = z.output<typeof fields>;
type Complain = (key: keyof Fields, message: string) => void;

type SearchOfAnyTarget = Omit<SearchConfig, 'target'> & { readonly target: string | undefined };

/** Absent: nothing is searched. */
export const search: z.ZodType<SearchOfAnyTarget | undefined> = fields
  .transform((written, context): SearchOfAnyTarget => {
    const complain: Complain = (key, message) => context.addIssue({ code: 'custom', path: [key], message });
    const { target, space, limits, samples, choose, share, evaluation, population, islands } = written;
    if (population < 4 * islands) complain('population', 'must be at least 4 networks for each island');
    return {
      target,
      family: space,
      limits,
      survey: { samples, rule: { by: choose, leastShare: share ?? 0.05 } },
      accuracy: accuracyOf(written, complain),
      evaluation,
      evolution: {
        strategy: 'evolution',
        population,
        generations: written.generations,
        islands,
        parentShare: 0.25,
        mutationShare: 0.5,
        mutationProbability: 0.1,
        seed: written.seed,
      },
    };
  })
  .nullish()
  .transform((value) => value ?? undefined)
  .meta({ description: 'Search a network under limits: TinyNAS.' });

/** What each source needs; a key that the source does not use is a mistake. */
const needs = {
  supernet: ['supernet', 'calibration', 'dataset'],
  predictor: ['pairs'],
  command: ['command'],
  flops: [],
} as const;

function accuracyOf(written: Fields, complain: Complain): SearchAccuracyConfig | undefined {
  const { supernet, calibration, dataset, pairs, command } = written;
  const from = written.accuracy ?? (supernet === undefined ? undefined : 'supernet');
  for (const source of sources)
    for (const key of needs[source]) checkNeed(written, key, source, from, complain);
  switch (from) {
    case 'supernet':
      return supernet === undefined || calibration === undefined || dataset === undefined
        ? undefined
        : { from, path: supernet, calibration, dataset };
    case 'predictor':
      return pairs === undefined ? undefined : { from, path: pairs };
    case 'command':
      return command && { from, argv: command };
    case 'flops':
      return { from };
    default:
      return undefined;
  }
}

function checkNeed(
  written: Fields,
  key: keyof Fields,
  source: Source,
  from: Source | undefined,
  complain: Complain,
): void {
  const isThere = written[key] !== undefined;
  if (source === from && !isThere) complain(key, `accuracy from ${source} needs ${key}`);
  if (source !== from && isThere)
    complain(key, from === undefined ? 'say with `accuracy` what this is for' : `accuracy is from ${from}`);
}
