/** Writing FlatBuffers tables by the names of their fields, with slots, types and defaults from the one schema. */
import type { Builder } from 'flatbuffers';
import { fields } from './schema.ts';

type FieldName = keyof typeof fields;

/** Numbers and truth values as they are; strings, vectors and tables as the offsets that writing them gave. */
export type FieldValues = { readonly [Name in FieldName]?: number | boolean };

/** Offset of a new table. Fields that have their default are left out, as every writer does. */
export function writeTable(builder: Builder, values: FieldValues): number {
  const entries = Object.entries(values) as [FieldName, number | boolean][];
  const slots = entries.map(([name]) => fields[name][0]);
  builder.startObject(Math.max(0, ...slots.map((slot) => slot + 1)));
  for (const [name, value] of entries) writeField(builder, name, Number(value));
  return builder.endObject();
}

function writeField(builder: Builder, name: FieldName, value: number): void {
  const [slot, type, absent = 0]: readonly [slot: number, type: string, absent?: number] = fields[name];
  if (type === 'bool' || type === 'int8' || type === 'uint8') builder.addFieldInt8(slot, value, absent);
  else if (type === 'int32' || type === 'uint32') builder.addFieldInt32(slot, value, absent);
  else if (type === 'float32') builder.addFieldFloat32(slot, value, absent);
  else builder.addFieldOffset(slot, value, 0);
}

/** Offset of a vector of offsets. */
export function writeTables(builder: Builder, offsets: readonly number[]): number {
  return writeVector(builder, 4, offsets, (offset) => builder.addOffset(offset));
}

export function writeInt32s(builder: Builder, values: readonly number[]): number {
  return writeVector(builder, 4, values, (value) => builder.addInt32(value));
}

export function writeInt64s(builder: Builder, values: readonly number[]): number {
  return writeVector(builder, 8, values, (value) => builder.addInt64(BigInt(value)));
}

export function writeFloat32s(builder: Builder, values: readonly number[]): number {
  return writeVector(builder, 4, values, (value) => builder.addFloat32(value));
}

/** Bytes that begin at a multiple of `alignment` in the file. */
export function writeBytes(builder: Builder, bytes: Uint8Array, alignment: number): number {
  builder.prep(alignment, bytes.length);
  return builder.createByteVector(bytes);
}

/** Builders write backwards, hence the reversal. */
function writeVector(
  builder: Builder,
  elementBytes: number,
  values: readonly number[],
  add: (value: number) => void,
): number {
  builder.startVector(elementBytes, values.length, elementBytes);
  for (const value of values.toReversed()) add(value);
  return builder.endVector();
}
