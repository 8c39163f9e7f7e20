/** The shape of data sets in `mcunet.yml`. */
import { z } from 'zod';
import { path } from './schema-parts.ts';
import type { DatasetConfig, ImageFitConfig, ImagePreparationConfig } from './types.ts';

type ResizeMethod = ImagePreparationConfig['resize'];

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

export const resize: z.ZodEnum<{ [Method in ResizeMethod]: Method }> = z
  .enum(['nearest', 'bilinear', 'bilinear-antialias', 'bicubic-antialias'])
  .meta({
    description:
      'How pictures get the size of the input: bilinear as tf.image.resize, with antialias as Pillow and torchvision.',
  });

/** What `fit` says, and `stretch` where it says nothing. */
export const fit: z.ZodType<ImageFitConfig, unknown> = z
  .union(
    [
      z.enum(['stretch', 'crop']),
      z.strictObject({
        shorterSide: z.int().min(1, 'must be at least 1').max(65_535, 'must be at most 65535').meta({
          description: 'Pixels of the shorter side after resizing; the middle is taken.',
        }),
      }),
    ],
    { error: 'expected stretch, crop, or { shorterSide: pixels }' },
  )
  .default('stretch')
  .meta({
    description:
      'Pictures of other proportions: stretch them, crop the largest part in the middle, or resize the shorter side and take the middle.',
  })
  .transform(
    (value): ImageFitConfig =>
      typeof value === 'string' ? { kind: value } : { kind: 'shorter-side', pixels: value.shorterSide },
  );

const classes = z
  .union([z.enum(['sorted', 'numbered']), z.array(z.string().min(1).max(200)).min(1).max(100_000)], {
    error: 'expected sorted, numbered, or a list of the sub-folders in the order of the class indices',
  })
  .refine((value) => typeof value === 'string' || new Set(value).size === value.length, {
    message: 'names a class twice',
  })
  .meta({
    description:
      'Class index of a sub-folder: its place in the order of names (10 before 2), the number it is called, or its place in this list.',
  });

const sequence = z.enum(['last', 'each'], { error: 'expected last or each' }).optional().meta({
  description:
    'For networks that keep state between inferences: a sample is a sequence of inputs, before which the state is reset; the prediction behind its last input is scored, or that behind each.',
});

export const dataset: z.ZodType<DatasetConfig | undefined> = z
  .discriminatedUnion(
    'format',
    [
      z.strictObject({
        format: z.literal('mlperf-tiny'),
        path: path('Folder of raw input files and y_labels.csv.'),
        metric,
        sequence,
      }),
      z.strictObject({
        format: z.literal('npz'),
        path: path('NumPy archive.'),
        metric,
        inputs: arrayName('Array of samples, first dimension.'),
        labels: arrayName('Array of one class index a sample, or one for each input of a sequence.'),
        normalisation,
        sequence,
      }),
      z.strictObject({
        format: z.literal('csv'),
        path: path('Table: a line of column names, then one sample a line, with commas between.'),
        metric,
        labels: columnName('Column of the class indices; all others are values, row-major.'),
        normalisation,
        sequence,
      }),
      z.strictObject({
        format: z.literal('image-folder'),
        path: path('Folder with one sub-folder for each class, PNG or JPEG files in it.'),
        metric,
        classes,
        resize,
        fit,
        normalisation,
      }),
    ],
    { error: ({ input }) => datasetFormatProblem(input) },
  )
  .optional()
  .meta({ description: 'Labelled samples that accuracy is measured on.' })
  .transform((value): DatasetConfig | undefined => value);

function datasetFormatProblem(input: unknown): string {
  const allowed = 'mlperf-tiny, npz, csv or image-folder';
  const isObject = typeof input === 'object' && input !== null;
  return isObject ? `expected ${allowed}` : `expected a data set with format ${allowed}`;
}
