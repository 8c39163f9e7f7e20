/** Failures of the command line itself. */
import { Failure } from '../base/index.ts';

export const usageError = (message: string, hint = 'see mcunet --help'): Failure =>
  new Failure({ code: 'USAGE', kind: 'usage', message, hint });

/** Nothing for an image that fits its chip. */
export function doesNotFit(
  model: string,
  target: string,
  overflow: { readonly flashBytes: number; readonly sramBytes: number },
): Failure | undefined {
  const parts = [
    overflow.flashBytes > 0 ? `flash over by ${overflow.flashBytes} B` : '',
    overflow.sramBytes > 0 ? `SRAM over by ${overflow.sramBytes} B` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return undefined;
  return new Failure({
    code: 'IMAGE_OVER_CHIP',
    kind: 'model',
    message: `${parts.join(', ')} on ${target}`,
    where: model,
    hint: 'reduce resolution or width; the image was linked with a larger memory map and cannot be flashed',
  });
}

/** The limit that the user set; where it was then tells which loop does not end. */
export const stillRunning = (maxCycles: number, place: string): Failure =>
  new Failure({
    code: 'SIMULATION_TOO_LONG',
    kind: 'model',
    message: `still running after ${maxCycles} cycles`,
    where: place,
    hint: 'allow more with --max-cycles, or look for a loop without an end there',
  });

export const symbolUnknown = (symbol: string, nearest: readonly string[]): Failure =>
  new Failure({
    code: 'SYMBOL_UNKNOWN',
    kind: 'usage',
    message: `the image has no symbol '${symbol}'`,
    hint:
      nearest.length === 0
        ? 'it has none at all: give an address, 0x and hexadecimal digits'
        : `the nearest are ${nearest.join(', ')}`,
  });

export const noModels = (): Failure =>
  new Failure({
    code: 'INIT_NO_MODELS',
    kind: 'usage',
    message: 'no .tflite or .onnx file lies here or below',
    hint: 'run this in the root of the repository that has the models',
  });

export const initExists = (path: string): Failure =>
  new Failure({
    code: 'INIT_EXISTS',
    kind: 'usage',
    message: 'exists already; nothing was written',
    where: path,
    hint: 'remove it, or say --force to write over it',
  });

export const notARepository = (path: string): Failure =>
  new Failure({
    code: 'NOT_A_REPOSITORY',
    kind: 'usage',
    message: 'a dry run shows the comment for a branch, and this is no git repository with a commit',
    where: path,
    hint: 'run it in a checkout, or leave --dry-run out',
  });
