/** Which input rows or columns each output row or column of a bilinear resize lies between. */
import type { ResizeBilinear } from './types.ts';

/** Parts into which the distance of two neighbours is divided. */
export const bilinearSteps = 1024;

export type BilinearSource = {
  readonly first: number;
  /** 0 ... 1023: how much of the neighbour behind the first counts, which there is where it is not 0. */
  readonly weight: number;
};

/** Along one axis, in the fixed point of TensorFlow Lite's integer kernel; all sizes in positions. */
export function bilinearSource(
  position: number,
  inputSize: number,
  outputSize: number,
  { alignCorners, halfPixelCenters }: Pick<ResizeBilinear, 'alignCorners' | 'halfPixelCenters'>,
): BilinearSource {
  const isAligned = alignCorners && outputSize > 1;
  const [from, to] = isAligned ? [inputSize - 1, outputSize - 1] : [inputSize, outputSize];
  const scale = Math.floor((bilinearSteps * from + Math.floor(to / 2)) / to);
  const offset = halfPixelCenters ? Math.floor(scale / 2) - bilinearSteps / 2 : 0;
  const place = Math.max(0, position * scale + offset);
  const first = Math.floor(place / bilinearSteps);
  return { first, weight: first + 1 < inputSize ? place % bilinearSteps : 0 };
}
