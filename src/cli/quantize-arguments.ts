/** The options of `mcunet quantize`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ImagePreparation } from '../evaluation/index.ts';
import { type QuantizeOptions, quantize } from './commands/quantize.ts';
import { type Accept, type CommonOptions, collect, common } from './common-options.ts';

type QuantizeWords = Omit<QuantizeOptions, 'edges' | 'equalise' | 'mean' | 'std' | 'pictures'> & {
  readonly resize?: ImagePreparation['resize'];
  readonly fit: ImagePreparation['fit'];
  readonly equalise?: true;
  readonly floatEdges?: true;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
};

export function addQuantize(program: Command, accept: Accept): void {
  common(program.command('quantize').description('a float32 network and typical inputs to an int8 network'))
    .requiredOption('--model <file>', 'float32 .tflite or .onnx file')
    .requiredOption(
      '--calibration <data.npz[:array]|folder>',
      'typical inputs, samples first, in the array `images` unless one is named, or a folder of PNG or JPEG files; once for each input',
      collect,
    )
    .requiredOption('--out <file>', 'where to write the int8 .tflite file')
    .addOption(
      new Option('--resize <method>', 'how pictures of a folder get the size of the input').choices([
        'nearest',
        'bilinear',
        'bilinear-antialias',
        'bicubic-antialias',
      ]),
    )
    .addOption(
      new Option(
        '--fit <fit>',
        'pictures of other proportions: stretch, crop, or the pixels of the shorter side before the middle is taken',
      )
        .argParser(parseFit)
        .default({ kind: 'stretch' }, 'stretch'),
    )
    .addOption(
      new Option('--method <method>', 'how the range of an activation follows from the values that it takes')
        .choices(['minmax', 'percentile', 'mse'])
        .default('minmax'),
    )
    .option('--percentile <percent>', 'share of the values within the range', parsePercent, 99.99)
    .option('--mean <numbers>', 'taken from the inputs, one number or one a channel', parseNumbers)
    .option('--std <numbers>', 'divides the inputs after that, one number or one a channel', parseDivisors)
    .option('--equalise', 'scale channels between layers first (cross-layer equalisation)')
    .option('--no-bias-correction', 'leave biases as they are')
    .option('--float-edges', 'float32 inputs and outputs around the int8 network')
    .action((options: CommonOptions & QuantizeWords) =>
      accept(options, (context) =>
        quantize(
          {
            ...options,
            pictures: options.resize && { resize: options.resize, fit: options.fit },
            mean: options.mean,
            std: options.std,
            equalise: options.equalise === true,
            edges: options.floatEdges === true ? 'float32' : 'int8',
          },
          context,
        ),
      ),
    );
}

function parsePercent(text: string): number {
  const percent = Number(text);
  if (!(percent > 50 && percent <= 100)) throw new InvalidArgumentError('a number above 50, up to 100.');
  return percent;
}

function parseFit(text: string): ImagePreparation['fit'] {
  if (text === 'stretch' || text === 'crop') return { kind: text };
  const pixels = Number(text);
  if (Number.isInteger(pixels) && pixels > 0 && pixels < 65_536) return { kind: 'shorter-side', pixels };
  throw new InvalidArgumentError('stretch, crop, or a number of pixels.');
}

function parseNumbers(text: string): readonly number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!numbers.every(Number.isFinite)) throw new InvalidArgumentError('numbers with commas between them.');
  return numbers;
}

function parseDivisors(text: string): readonly number[] {
  const numbers = parseNumbers(text);
  if (!numbers.every((number) => number > 0)) throw new InvalidArgumentError('numbers above 0.');
  return numbers;
}
