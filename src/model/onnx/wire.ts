/** Messages of protocol buffers by field number, through the library's reader, which checks every bound. */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { malformed } from '../failures.ts';
import type { Allowance } from '../tflite/limits.ts';

/** Takes one occurrence of a field from the reader. */
export type Field = (reader: BinaryReader, wire: WireType) => void;

/** Hands every field to its taker; fields without one are skipped. Damage is a `Failure` (`MODEL_MALFORMED`). */
export function readMessage(bytes: Uint8Array, fields: Readonly<Record<number, Field>>): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wire] = fromLibrary(() => reader.tag());
    const take = fields[number];
    if (take === undefined) fromLibrary(() => reader.skip(wire, number));
    else take(reader, wire);
  }
}

/** What the library throws at damaged bytes, as a failure of the file. */
function fromLibrary<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw malformed(`its protocol buffer cannot be read: ${reason}`);
  }
}

function expectWire(wire: WireType, expected: WireType): void {
  if (wire !== expected)
    throw malformed(`a field of its protocol buffer has the wire type ${wire}, not ${expected}`);
}

/** A message, a text or bytes: a view, not a copy. */
export function bytesField(take: (bytes: Uint8Array) => void): Field {
  return (reader, wire) => {
    expectWire(wire, WireType.LengthDelimited);
    take(fromLibrary(() => reader.bytes()));
  };
}

export function integerField(take: (value: number) => void): Field {
  return (reader, wire) => {
    expectWire(wire, WireType.Varint);
    take(Number(fromLibrary(() => reader.int64())));
  };
}

export function floatField(take: (value: number) => void): Field {
  return (reader, wire) => {
    expectWire(wire, WireType.Bit32);
    take(fromLibrary(() => reader.float()));
  };
}

/** Repeated numbers, packed into one field or one a field; `spend` is asked for each. */
function repeatedField(
  element: WireType,
  read: (reader: BinaryReader) => number,
  into: number[],
  spend: Allowance,
): Field {
  const takeOne = (reader: BinaryReader): void => {
    spend(1);
    into.push(fromLibrary(() => read(reader)));
  };
  return (reader, wire) => {
    if (wire === element) {
      takeOne(reader);
      return;
    }
    expectWire(wire, WireType.LengthDelimited);
    const packed = new BinaryReader(fromLibrary(() => reader.bytes()));
    while (packed.pos < packed.len) takeOne(packed);
  };
}

export function integersField(into: number[], spend: Allowance): Field {
  return repeatedField(WireType.Varint, (reader) => Number(reader.int64()), into, spend);
}

export function floatsField(into: number[], spend: Allowance): Field {
  return repeatedField(WireType.Bit32, (reader) => reader.float(), into, spend);
}
