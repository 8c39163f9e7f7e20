/** `figures.json`: which images to run, and what hardware said of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const imageSchema = z.strictObject({
  name: z.string(),
  /** Raw flash image or ELF, relative to the folder. */
  image: z.string(),
  /** A chip that the simulator knows. */
  chip: z.string(),
  /** The UART that the image speaks the MLPerf Tiny protocol on. */
  uart: z.string().default('USART1'),
  clockHz: z.number().int().positive(),
  /** As published, in the device's own time. */
  measuredInferencesPerSecond: z.number().positive(),
  /** Whether the model's constants were fitted to this image; all others check it. */
  isCalibration: z.boolean().default(false),
  inputBytes: z.number().int().positive(),
  /** Timed inferences: the difference of two runs, so that what is printed between does not count. */
  iterations: z.number().int().min(2).default(4),
  /** Log of the runner's accuracy mode, for the functional check; relative to the folder. */
  accuracyLog: z.string().optional(),
  /** Folder of the inputs that the log names; relative to the folder or absolute. */
  inputs: z.string().optional(),
  /** How many inputs of the log to check. */
  checkedInputs: z.number().int().nonnegative().default(5),
});

const figuresSchema = z.strictObject({
  /** Where the figures come from. */
  source: z.string(),
  images: z.array(imageSchema).min(1),
});

export type MeasuredImage = z.infer<typeof imageSchema>;
export type Figures = z.infer<typeof figuresSchema>;

export function readFigures(folder: string): Figures {
  return figuresSchema.parse(JSON.parse(readFileSync(join(folder, 'figures.json'), 'utf8')));
}
