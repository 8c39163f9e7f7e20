/** The shape of data sets in `mcunet.yml`. */
import { z } from 'zod';
import { path } from './schema-parts.ts';
import type { DatasetConfig } from './types.ts';

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

const columnName = (description: string) =>
  z.string().min(1, 'a column name cannot be empty').max(200).meta({ description });

export const arrayName = (description: string): z.ZodString =>
  z.string().min(1, 'an array name cannot be empty').max(200).meta({ description });

export const dataset: z.ZodType<DatasetConfig | undefined> = z
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
      z.strictObject({
        format: z.literal('csv'),
        path: path('Table: a line of column names, then one sample a line, with commas between.'),
        metric,
        labels: columnName('Column of the class indices; all others are values, row-major.'),
        normalisation,
      }),
    ],
    { error: ({ input }) => datasetFormatProblem(input) },
  )
  .optional()
  .meta({ description: 'Labelled samples that accuracy is measured on.' })
  .transform((value): DatasetConfig | undefined => value);

function datasetFormatProblem(input: unknown): string {
  const allowed = 'mlperf-tiny, npz or csv';
  if (typeof input !== 'object' || input === null) return `expected a data set with format ${allowed}`;
  const format: unknown = (input as { format?: unknown }).format;
  if (format === 'image-folder') return 'image-folder data sets cannot be read yet; convert the data to npz';
  return `expected ${allowed}`;
}
