/**
 * Logistic function and hyperbolic tangent of int16, as TensorFlow Lite's recurrent cells take them: from one table of
 * the logistic function, between whose entries they go along straight lines.
 */
import { at } from '../base/index.ts';

const curve = (place: number): number => 2 ** 16 / (1 + Math.exp(-place / 24));

/**
 * 2^16 / (1 + e^-x) of x = 0, 1/24 ... 255/24. Each entry is moved towards the curve by half of what the straight line
 * to the next one lies off in the middle; the last stands for 1.
 */
export const gateTable: Uint16Array = Uint16Array.from({ length: 256 }, (_, place) => {
  const between = (curve(place) + curve(place + 1)) / 2;
  return place === 255 ? 2 ** 16 - 1 : Math.round(curve(place) + (curve(place + 0.5) - between) / 2);
});

/** 2^bits times the table's value at magnitude / 2^bits, which is less than 255. */
function alongTable(magnitude: number, bits: number): number {
  const place = magnitude >> bits;
  const [start, end] = [at(gateTable, place), at(gateTable, place + 1)];
  return start * 2 ** bits + (magnitude & (2 ** bits - 1)) * (end - start);
}

/** Of an argument in Q3.12, in Q0.15. */
export function gateLogistic(value: number): number {
  const argument = 3 * value;
  const magnitude = Math.abs(argument);
  const result = magnitude >> 9 >= 255 ? 0x7fff << 10 : alongTable(magnitude, 9);
  return (argument >= 0 ? result + 2 ** 9 : 2 ** 25 - result + 2 ** 9 - 1) >> 10;
}

/** Of an argument whose scale is 2^power, in Q0.15. */
export function gateTanh(value: number, power: number): number {
  const shift = 12 + power;
  const argument = shift >= 0 ? value * 3 * 2 ** shift : (value * 3 + 2 ** (-shift - 1)) >> -shift;
  const magnitude = Math.abs(argument);
  const result = magnitude >> 8 >= 255 ? 0xffff << 8 : alongTable(magnitude, 8);
  return (argument >= 0 ? result - 2 ** 23 + 2 ** 7 : -result + 2 ** 23 + 2 ** 7 - 1) >> 8;
}
