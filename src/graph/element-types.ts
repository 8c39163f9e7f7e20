/** Types of elements: their sizes, their ranges, and arrays of them. */
import type { Clamp, EdgeType, TensorType, TensorValues } from './types.ts';

const bytes: Readonly<Record<EdgeType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  float32: 4,
};

const ranges: Readonly<Record<TensorType, Clamp>> = {
  int8: { min: -128, max: 127 },
  uint8: { min: 0, max: 255 },
  int16: { min: -(2 ** 15), max: 2 ** 15 - 1 },
  int32: { min: -(2 ** 31), max: 2 ** 31 - 1 },
};

/** Bytes of one element. */
export function elementBytes(type: EdgeType): number {
  return bytes[type];
}

/** Least and largest value. */
export function rangeOf(type: TensorType): Clamp {
  return ranges[type];
}

/** The values that these little-endian bytes hold. */
export function valuesIn(type: TensorType, buffer: ArrayBuffer): TensorValues {
  switch (type) {
    case 'int8':
      return new Int8Array(buffer);
    case 'uint8':
      return new Uint8Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
  }
}

/** So many zeros. */
export function zeros(type: TensorType, count: number): TensorValues {
  return valuesIn(type, new ArrayBuffer(count * bytes[type]));
}

/** The type of an array's elements. */
export function typeOfValues(values: TensorValues): TensorType {
  if (values instanceof Int8Array) return 'int8';
  if (values instanceof Uint8Array) return 'uint8';
  return values instanceof Int16Array ? 'int16' : 'int32';
}
