/**
 * Tables of the functions of int16, which TensorFlow Lite reads between their entries: the same for every network. Each
 * entry is moved towards its curve by half of what the straight line to the next one lies off in the middle.
 */
import { roundHalfAway } from './fixed-point.ts';
import { clampTo } from './quantisation.ts';

const pieces = 512;
const int16 = { min: -(2 ** 15), max: 2 ** 15 - 1 };
/** Steps from the lowest int16 to the highest. */
const steps = 2 ** 16 - 1;
const { fround } = Math;

/** 2^16 / (1 + e^-x) - 2^15 of x = 0, 1/24 ... 255/24. */
export function logisticTable(): Int16Array {
  const curve = (place: number): number => 2 ** 16 / (1 + Math.exp(-place / 24));
  const table = Int16Array.from({ length: 256 }, (_, place) => {
    const between = (curve(place) + curve(place + 1)) / 2;
    return Math.round(curve(place) + (curve(place + 0.5) - between) / 2) - 2 ** 15;
  });
  // Nothing is read beyond the last: it stands for 1.
  table[255] = int16.max;
  return table;
}

/** e^x of x = -10 ... 0, 1 being 2^15. */
export function exponentialTable(): Int16Array {
  return tableOf((x) => fround(Math.exp(x)), fround(10 / steps), int16.max);
}

/** 1 / (1 + x) of x = 0 ... 1, 1 being 2^15. */
export function reciprocalTable(): Int16Array {
  return tableOf((x) => fround(1 / fround(1 + x)), fround(1 / steps), int16.min);
}

/** 512 pieces over all int16 of this scale and zero point, in float32 as TensorFlow Lite fills its own. */
function tableOf(curve: (x: number) => number, scale: number, zeroPoint: number): Int16Array {
  const lowest = fround(scale * (int16.min - zeroPoint));
  const highest = fround(scale * (int16.max - zeroPoint));
  const step = fround(fround(highest - lowest) / pieces);
  const outputScale = fround(2 / steps);
  const range = fround(fround(outputScale * int16.max) - fround(outputScale * int16.min));
  const inverse = fround(2 ** 16 / range);
  const level = (x: number): number => fround(curve(fround(x)) * inverse);
  const table = Int16Array.from({ length: pieces + 1 }, (_, piece) => {
    const from = fround(lowest + fround(piece * step));
    const value = roundHalfAway(level(from));
    const next = level(lowest + fround((piece + 1) * step));
    const line = roundHalfAway(fround(fround(next + value) / 2));
    const off = line - roundHalfAway(level(from + fround(step / 2)));
    return clampTo(value - roundHalfAway(off / 2), int16);
  });
  table[pieces] = clampTo(roundHalfAway(level(highest)), int16);
  return table;
}

/** A function of an int16 by its 512 pieces. */
export function inPieces(table: Int16Array, value: number): number {
  const piece = 256 + (value >> 7);
  const from = table[piece] ?? 0;
  return from + ((((table[piece + 1] ?? 0) - from) * (value & 127) + 64) >> 7);
}
