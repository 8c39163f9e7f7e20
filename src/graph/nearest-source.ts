/** Which input row or column each output row or column of a nearest-neighbour resize copies. */
import { roundHalfAway } from './fixed-point.ts';
import type { ResizeNearest } from './types.ts';

/** Index along one axis, in TensorFlow Lite's float32 arithmetic; all sizes in positions. */
export function nearestSource(
  position: number,
  inputSize: number,
  outputSize: number,
  { alignCorners, halfPixelCenters }: Pick<ResizeNearest, 'alignCorners' | 'halfPixelCenters'>,
): number {
  const scale =
    alignCorners && outputSize > 1
      ? Math.fround((inputSize - 1) / (outputSize - 1))
      : Math.fround(inputSize / outputSize);
  const scaled = Math.fround((position + (halfPixelCenters ? 0.5 : 0)) * scale);
  return Math.min(alignCorners ? roundHalfAway(scaled) : Math.floor(scaled), inputSize - 1);
}
