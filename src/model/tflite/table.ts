/**
 * Bounds-checked access to FlatBuffers tables: the library reads bytes but verifies nothing, so every offset,
 * vtable and vector length is checked here before it is followed.
 */
import type { ByteBuffer } from 'flatbuffers';
import { malformed } from '../failures.ts';
import { fields } from './schema.ts';

/** A table whose vtable and extent have been checked. One that is absent in the file has no fields at all. */
export type Table = {
  readonly file: ByteBuffer;
  readonly position: number;
  readonly byteLength: number;
  readonly vtable: number;
  readonly vtableBytes: number;
};

/** Elements are read when asked for, so that a vector's claimed length costs nothing. */
export type Vector<T> = {
  readonly length: number;
  get(index: number): T;
};

/** What the field types of the schema become. */
type Values = {
  bool: boolean;
  int8: number;
  uint8: number;
  int32: number;
  uint32: number;
  /** As a double, hence exact only up to 2^53: enough to tell what is out of range. */
  uint64: number;
  float32: number;
  int32s: Vector<number>;
  /** As doubles, hence exact only up to 2^53. */
  int64s: Vector<number>;
  float32s: Vector<number>;
  /** A view of the file's own bytes; text too, since its length has to be judged before it is decoded. */
  bytes: Uint8Array;
  table: Table | undefined;
  /** Each is opened when asked for. */
  tables: Vector<Table>;
};

type FieldName = keyof typeof fields;

/** Names of the fields of one type. */
export type FieldOf<Type extends keyof Values> = {
  [Name in FieldName]: (typeof fields)[Name][1] extends Type ? Name : never;
}[FieldName];

type Value<Name extends FieldName> = Values[(typeof fields)[Name][1]];

type Reader<T> = {
  readonly inlineBytes: number;
  readonly absent: T;
  readonly read: (file: ByteBuffer, position: number, name: string) => T;
};

const readers: { readonly [Type in keyof Values]: Reader<Values[Type]> } = {
  bool: { inlineBytes: 1, absent: false, read: (file, position) => file.readUint8(position) !== 0 },
  int8: { inlineBytes: 1, absent: 0, read: (file, position) => file.readInt8(position) },
  uint8: { inlineBytes: 1, absent: 0, read: (file, position) => file.readUint8(position) },
  int32: { inlineBytes: 4, absent: 0, read: (file, position) => file.readInt32(position) },
  uint32: { inlineBytes: 4, absent: 0, read: (file, position) => file.readUint32(position) },
  uint64: { inlineBytes: 8, absent: 0, read: readUint64 },
  float32: { inlineBytes: 4, absent: 0, read: (file, position) => file.readFloat32(position) },
  int32s: vectorOf(4, (file, position) => file.readInt32(position)),
  int64s: vectorOf(8, readInt64),
  float32s: vectorOf(4, (file, position) => file.readFloat32(position)),
  bytes: { inlineBytes: 4, absent: new Uint8Array(0), read: readBytes },
  table: { inlineBytes: 4, absent: undefined, read: readTable },
  tables: vectorOf(4, readTable),
};

/** Value of a field, or the schema's default where the table does not store it. */
export function get<Name extends FieldName>(table: Table, name: Name): Value<Name> {
  const field: readonly [slot: number, type: keyof Values, absent?: number] = fields[name];
  const [slot, type, absent] = field;
  const reader = readers[type] as Reader<Values[keyof Values]>;
  const offset = fieldOffset(table, slot);
  if (offset === 0) return (absent ?? reader.absent) as Value<Name>;
  if (offset < 4 || offset + reader.inlineBytes > table.byteLength) {
    throw malformed(`${name} lies outside its table`);
  }
  return reader.read(table.file, table.position + offset, name) as Value<Name>;
}

/** Where the vtable says that the field is, from the start of the table; 0 for a field that is not stored. */
function fieldOffset(table: Table, slot: number): number {
  const entry = 4 + 2 * slot;
  return entry + 2 > table.vtableBytes ? 0 : table.file.readUint16(table.vtable + entry);
}

/** The table that the first offset of the file points to. */
export function rootTable(file: ByteBuffer): Table {
  return readTable(file, 0, 'the root table');
}

/** Stands for a table that a file leaves out: every field has its default. */
export function absentTable({ file }: Table): Table {
  return { file, position: 0, byteLength: 0, vtable: 0, vtableBytes: 0 };
}

function readInt64(file: ByteBuffer, position: number): number {
  return file.readInt32(position + 4) * 2 ** 32 + file.readUint32(position);
}

function readUint64(file: ByteBuffer, position: number): number {
  return file.readUint32(position + 4) * 2 ** 32 + file.readUint32(position);
}

function readBytes(file: ByteBuffer, position: number, name: string): Uint8Array {
  const start = vectorStart(file, position, 1, name);
  return file.bytes().subarray(start, start + file.readUint32(start - 4));
}

function vectorOf<T>(elementBytes: number, read: Reader<T>['read']): Reader<Vector<T>> {
  return {
    inlineBytes: 4,
    absent: {
      length: 0,
      get: (index) => {
        throw malformed(`index ${index} is outside an absent vector`);
      },
    },
    read: (file, position, name) => {
      const start = vectorStart(file, position, elementBytes, name);
      const length = file.readUint32(start - 4);
      return {
        length,
        get: (index) => {
          if (index < 0 || index >= length) {
            throw malformed(`index ${index} is outside ${name}, which has ${length} elements`);
          }
          return read(file, start + index * elementBytes, name);
        },
      };
    },
  };
}

/** Where the elements start, once all of them are known to lie inside the file. */
function vectorStart(file: ByteBuffer, position: number, elementBytes: number, name: string): number {
  const start = follow(file, position, name) + 4;
  const length = file.readUint32(start - 4);
  if (length * elementBytes > file.capacity() - start) {
    throw malformed(`${name} claims ${length} elements, which run past the end of the file`);
  }
  return start;
}

function readTable(file: ByteBuffer, position: number, name: string): Table {
  const start = follow(file, position, name);
  const vtable = start - file.readInt32(start);
  if (vtable < 0 || vtable + 4 > file.capacity()) {
    throw malformed(`${name} has its field list outside the file`);
  }
  const vtableBytes = file.readUint16(vtable);
  const byteLength = file.readUint16(vtable + 2);
  if (vtableBytes < 4 || vtableBytes % 2 !== 0 || vtable + vtableBytes > file.capacity()) {
    throw malformed(`${name} has a field list of impossible length (${vtableBytes} B)`);
  }
  if (byteLength < 4 || start + byteLength > file.capacity()) {
    throw malformed(`${name} runs past the end of the file`);
  }
  return { file, position: start, byteLength, vtable, vtableBytes };
}

/** Target of a forward offset, with at least four bytes of file behind it. */
function follow(file: ByteBuffer, position: number, name: string): number {
  const offset = file.readUint32(position);
  const target = position + offset;
  if (offset === 0 || target + 4 > file.capacity()) throw malformed(`${name} points outside the file`);
  return target;
}
