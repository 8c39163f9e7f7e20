/** `figures.json`: which images to run, and what hardware said of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export type MeasuredImage = {
  readonly name: string;
  /** Raw flash image or ELF, relative to the folder. */
  readonly image: string;
  /** A chip that the simulator knows. */
  readonly chip: string;
  /** The UART that the image speaks the MLPerf Tiny protocol on. */
  readonly uart: string;
  readonly clockHz: number;
  /** As published, in the device's own time. */
  readonly measuredInferencesPerSecond: number;
  /** Whether the model's constants were fitted to this image; all others check it. */
  readonly isCalibration: boolean;
  readonly inputBytes: number;
  /** Timed inferences: the difference of two runs, so that what is printed between does not count. */
  readonly iterations: number;
  /** Log of the runner's accuracy mode, for the functional check; relative to the folder. */
  readonly accuracyLog?: string | undefined;
  /** Folder of the inputs that the log names; relative to the folder or absolute. */
  readonly inputs?: string | undefined;
  /** How many inputs of the log to check. */
  readonly checkedInputs: number;
};

export type Figures = {
  /** Where the figures come from. */
  readonly source: string;
  readonly images: readonly MeasuredImage[];
};

const imageSchema: z.ZodType<MeasuredImage> = z.strictObject({
  name: z.string(),
  image: z.string(),
  chip: z.string(),
  uart: z.string().default('USART1'),
  clockHz: z.number().int().positive(),
  measuredInferencesPerSecond: z.number().positive(),
  isCalibration: z.boolean().default(false),
  inputBytes: z.number().int().positive(),
  iterations: z.number().int().min(2).default(4),
  accuracyLog: z.string().optional(),
  inputs: z.string().optional(),
  checkedInputs: z.number().int().nonnegative().default(5),
});

const figuresSchema: z.ZodType<Figures> = z.strictObject({
  source: z.string(),
  images: z.array(imageSchema).min(1),
});

export function readFigures(folder: string): Figures {
  return figuresSchema.parse(JSON.parse(readFileSync(join(folder, 'figures.json'), 'utf8')));
}
