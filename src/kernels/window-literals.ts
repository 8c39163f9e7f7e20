/** The literals that kernels with a sliding window have in common, in the order of the C parameters. */
import { literals } from './definition.ts';
import type { Image, SlidingWindow } from './geometry.ts';
import type { Argument } from './types.ts';

/** `input_height` ... `output_width`: the output's channels have names of their own. */
export function imageLiterals({
  input,
  output,
}: {
  readonly input: Image;
  readonly output: Image;
}): Argument[] {
  return literals({
    input_height: input.height,
    input_width: input.width,
    input_channels: input.channels,
    output_height: output.height,
    output_width: output.width,
  });
}

/** `filter_height` ... `padding_left`. */
export function filterLiterals(
  filter: { readonly height: number; readonly width: number },
  { stride, dilation, padding }: Pick<SlidingWindow, 'stride' | 'dilation' | 'padding'>,
): Argument[] {
  return literals({
    filter_height: filter.height,
    filter_width: filter.width,
    stride_height: stride.height,
    stride_width: stride.width,
    dilation_height: dilation.height,
    dilation_width: dilation.width,
    padding_top: padding.top,
    padding_left: padding.left,
  });
}
