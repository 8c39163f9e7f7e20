/** The shape of `mcunet.yml`: what is allowed, what it means, and how it becomes a `Config`. */
import { z } from 'zod';
import type { Config, DatasetConfig, RegressionLimits } from './types.ts';
import { type Quantity, readPoints, readRatio, readSize, readTime } from './units.ts';

const defaultTarget = 'stm32f746';

/** A quantity as text or number, read by `read`, whose words say what is allowed. */
function quantity(
  read: (input: string | number) => Quantity,
  description: string,
  examples: readonly string[],
) {
  return z
    .union([z.string(), z.number()], { error: `expected a text such as ${examples[0]}` })
    .transform((input, context) => {
      const result = read(input);
      if ('value' in result) return result.value;
      context.addIssue({ code: 'custom', message: result.problem });
      return z.NEVER;
    })
    .optional()
    .meta({ description: `${description} For example ${examples.join(', ')}.` });
}

const size = (description: string) => quantity(readSize, description, ['64KiB', '200KB', '0.5MiB']);
const time = (description: string) => quantity(readTime, description, ['20ms', '1.5s', '800us']);
const ratio = (description: string) => quantity(readRatio, description, ['85%', '0.85']);
const share = (description: string) => quantity(readRatio, description, ['2%', '0.02']);
const points = (description: string) => quantity(readPoints, description, ['0.5pp']);

const path = (description: string) =>
  z
    .string()
    .min(1, 'a path cannot be empty')
    .max(1000, 'a path has at most 1000 characters')
    .regex(/^[^\0\r\n]*$/, 'a path is one line')
    .meta({ description });

const budgets = z
  .strictObject({
    sram: size('Most RAM: arena, static data and worst-case stack.'),
    flash: size('Most flash: code, weights and everything else of the image.'),
    latency: time('Most time of one inference.'),
    accuracy: ratio('Least accuracy in the metric of the data set.'),
  })
  .default({})
  .meta({ description: 'Limits of this model; exceeding one fails the check.' })
  .transform(({ sram, flash, latency, accuracy }) => ({
    sramBytes: sram,
    flashBytes: flash,
    latencyMs: latency,
    accuracy,
  }));

const regression = z
  .strictObject({
    sram: share('Most growth of RAM against the base branch.'),
    flash: share('Most growth of flash against the base branch.'),
    latency: share('Most growth of latency against the base branch.'),
    accuracy: points('Most loss of accuracy against the base branch, in percentage points.'),
  })
  .default({})
  .meta({ description: 'How much worse than the base branch this model may get.' })
  .transform(({ sram, flash, latency, accuracy }): RegressionLimits => ({ sram, flash, latency, accuracy }));

const metric = z
  .enum(['top1', 'top5', 'auc'])
  .meta({ description: 'top1 or top5: share of right classes; auc: area under the ROC curve.' });

const numbers = (entry: z.ZodNumber) =>
  z
    .union([entry, z.array(entry).min(1, 'expected at least one number').max(4096)], {
      error: 'expected a number, or one for each channel',
    })
    .transform((value) => (typeof value === 'number' ? [value] : value));

const normalisation = z
  .union(
    [
      z.literal('none'),
      z
        .strictObject({
          mean: numbers(z.number()).meta({ description: 'Subtracted from the raw values.' }),
          std: numbers(z.number().positive('must be above 0')).meta({
            description: 'Divides what is left; above 0.',
          }),
        })
        .refine(({ mean, std }) => mean.length === std.length || mean.length === 1 || std.length === 1, {
          message: 'mean and std have different numbers of channels',
        }),
    ],
    {
      error: 'expected none, or mean and std as numbers (std above 0), one for all channels or one for each',
    },
  )
  .meta({ description: 'How raw values become the real values that the network was trained on.' })
  .transform((value) => (value === 'none' ? undefined : value));

const arrayName = (description: string) =>
  z.string().min(1, 'an array name cannot be empty').max(200).meta({ description });

const dataset = z
  .discriminatedUnion(
    'format',
    [
      z.strictObject({
        format: z.literal('mlperf-tiny'),
        path: path('Folder of raw input files and y_labels.csv.'),
        metric,
      }),
      z.strictObject({
        format: z.literal('npz'),
        path: path('NumPy archive.'),
        metric,
        inputs: arrayName('Array of samples, first dimension.'),
        labels: arrayName('Array of one class index a sample.'),
        normalisation,
      }),
    ],
    { error: ({ input }) => datasetFormatProblem(input) },
  )
  .optional()
  .meta({ description: 'Labelled samples that accuracy is measured on.' })
  .transform((value): DatasetConfig | undefined => value);

function datasetFormatProblem(input: unknown): string {
  const allowed = 'mlperf-tiny or npz';
  if (typeof input !== 'object' || input === null) return `expected a data set with format ${allowed}`;
  const format: unknown = (input as { format?: unknown }).format;
  if (format === 'image-folder' || format === 'csv')
    return `${format} data sets cannot be read yet; convert the data to npz`;
  return `expected ${allowed}`;
}

const model = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/,
        'a name has 1 to 80 letters, digits, dots, dashes or underscores and starts with a letter or digit',
      )
      .meta({ description: 'Names the model in reports and its folder of outputs.' }),
    path: path('The .tflite file, or a glob; relative to this file.'),
    budgets,
    objective: z.enum(['auto', 'memory', 'speed']).default('auto').meta({
      description:
        'auto: the fastest plan within the SRAM budget; memory: the smallest arena that costs at most a tenth more time; speed: the fastest plan.',
    }),
    regression,
    dataset,
  })
  .meta({ description: 'A quantised network, or several that a glob matches.' });

const board = z
  .strictObject({
    port: path(
      "Serial port of the board, for example /dev/ttyACM0; the ST-LINK's own unless told.",
    ).optional(),
    programmer: z
      .enum(['auto', 'openocd', 'stm32programmer'])
      .default('auto')
      .meta({ description: 'auto takes OpenOCD where it is installed, else STM32_Programmer_CLI.' }),
    probe: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}$/, 'a serial number has letters and digits alone')
      .optional()
      .meta({ description: 'Serial number of the debug probe, where several are connected.' }),
  })
  .optional()
  .meta({ description: 'The board that `latency: board` measures on.' });

const nonEmptySearch = 'searching networks is not part of this version; leave search empty';

export const configSchema: z.ZodType<Config> = z
  .strictObject({
    targets: z
      .array(z.string().max(100).meta({ description: 'A board, for example stm32f746.' }))
      .min(1, 'name at least one target')
      .max(16, 'name at most 16 targets')
      .default([defaultTarget])
      .meta({ description: 'Boards that firmware is built for.' }),
    models: z
      .array(model)
      .min(1, 'name at least one model')
      .max(500, 'name at most 500 models')
      .meta({ description: 'The networks to check.' }),
    search: z
      .strictObject({}, { error: nonEmptySearch })
      .nullish()
      .meta({ description: 'Reserved; must be empty.' }),
    latency: z.enum(['simulated', 'board']).default('simulated').meta({
      description:
        'simulated: counted by executing the firmware on a model of the chip; board: by a board that is connected to this machine, beside the simulated figure.',
    }),
    board,
    toolchain: z
      .enum(['auto', 'container', 'local'])
      .default('auto')
      .meta({ description: 'auto takes the container when an engine works, else the local compiler.' }),
  })
  .transform(({ targets, models, toolchain, latency, board }): Config => {
    const { port, programmer = 'auto', probe } = board ?? {};
    return {
      targets,
      models,
      toolchain,
      board: latency === 'board' ? { port, programmer, probe } : undefined,
    };
  });
