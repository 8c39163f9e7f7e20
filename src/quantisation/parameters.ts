/** Scale and zero point of a range, and int8 values under them. */
import type { Parameters, Range } from './types.ts';

/**
 * 255 steps from the range's ends, 0 among them; the range is widened to hold 0, which must have an exact int8 (padding
 * and relu rest on it). The scale is a float32, as files hold it.
 */
export function parametersOf(range: Range): Parameters {
  const min = Math.min(range.min, 0);
  const max = Math.max(range.max, 0);
  const scale = Math.fround((max - min) / 255);
  // Nothing but zeros was seen, or less than a float32 can tell from it: any scale holds them.
  if (scale === 0) return { scale: 1, zeroPoint: 0 };
  return { scale, zeroPoint: clampToInt8(Math.round(-128 - min / scale)) };
}

export function sameParameters(a: Parameters, b: Parameters): boolean {
  return a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

export function quantiseValues(values: Float32Array, { scale, zeroPoint }: Parameters): Int8Array {
  return Int8Array.from(values, (value) => clampToInt8(roundHalfAway(value / scale) + zeroPoint));
}

function clampToInt8(value: number): number {
  return Math.min(Math.max(value, -128), 127);
}

/** As TensorFlow Lite rounds; `Math.round` takes halves up. */
export function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}
