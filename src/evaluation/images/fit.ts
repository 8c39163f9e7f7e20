/** Pictures of any proportions on the input of a network. */
import type { ImageFit, ResizeMethod } from '../types.ts';
import { crop, type Picture, resize } from './resize.ts';

/**
 * - `stretch`: the whole picture, its proportions changed.
 * - `crop`: the largest part in the middle that has the input's proportions (Keras: `crop_to_aspect_ratio`).
 * - `shorter-side`: resized to so many pixels on its shorter side, of which the middle is taken (torchvision: `Resize`,
 *   then `CenterCrop`).
 */
export function fitOnto(
  picture: Picture,
  width: number,
  height: number,
  method: ResizeMethod,
  fit: ImageFit,
): Picture {
  if (fit.kind === 'stretch') return resize(picture, width, height, method);
  if (fit.kind === 'crop') return resize(largestPart(picture, width, height), width, height, method);
  const shorter = Math.min(picture.width, picture.height);
  const scaled = (side: number): number => Math.trunc((fit.pixels * side) / shorter);
  const whole = resize(picture, scaled(picture.width), scaled(picture.height), method);
  const [left, top] = [halfOf(whole.width - width), halfOf(whole.height - height)];
  return crop(whole, left, top, width, height);
}

function largestPart(picture: Picture, width: number, height: number): Picture {
  const partWidth = Math.max(1, Math.min(picture.width, Math.trunc((picture.height * width) / height)));
  const partHeight = Math.max(1, Math.min(picture.height, Math.trunc((picture.width * height) / width)));
  const left = Math.trunc((picture.width - partWidth) / 2);
  const top = Math.trunc((picture.height - partHeight) / 2);
  return crop(picture, left, top, partWidth, partHeight);
}

/** Halves go to the even neighbour, as Python rounds. */
function halfOf(pixels: number): number {
  const half = Math.floor(pixels / 2);
  return half + (pixels % 2) * (half % 2);
}
