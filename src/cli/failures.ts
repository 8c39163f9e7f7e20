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
