/** ONNX files of a few operators, written byte by byte. */

/** A field of a protocol buffer whose value is bytes. */
export function field(number: number, value: Uint8Array | string): number[] {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
}

export function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

export const message = (...fields: readonly number[][]): Uint8Array => Uint8Array.from(fields.flat());
export const node = (operator: string, inputs: readonly string[], output: string): number[] =>
  field(1, message(...inputs.map((name) => field(1, name)), field(2, output), field(4, operator)));
const sizes = (shape: readonly number[]): Uint8Array =>
  message(...shape.map((size) => field(1, message([8, ...varint(size)]))));
export const edge = (number: number, name: string, shape: readonly number[]): number[] =>
  field(
    number,
    message(field(1, name), field(2, message(field(1, message([8, 1], field(2, sizes(shape))))))),
  );
export const float32 = (name: string, shape: readonly number[], values: readonly number[]): number[] =>
  field(
    5,
    message(
      ...shape.map((size) => [8, ...varint(size)]),
      [16, 1],
      field(8, name),
      field(9, new Uint8Array(Float32Array.from(values).buffer)),
    ),
  );
/** An attribute of an operator. */
export const integer = (name: string, value: number): number[] =>
  field(5, message(field(1, name), [0x18, ...varint(value)]));
/** A constant of int64. */
export const integers = (name: string, shape: readonly number[], values: readonly number[]): number[] =>
  field(
    5,
    message(
      ...shape.map((size) => [8, ...varint(size)]),
      [16, 7],
      field(8, name),
      field(9, new Uint8Array(BigInt64Array.from(values, BigInt).buffer)),
    ),
  );
export const network = (...parts: readonly number[][]): Uint8Array =>
  message([8, 8], field(7, message(...parts)), field(8, message([16, 17])));
