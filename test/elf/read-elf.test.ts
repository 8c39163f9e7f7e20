/** ELF files are read as the specification says, and hostile ones end in a Failure. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import { readElf } from '../../src/elf/index.ts';
import { smallElf } from './elf-file.ts';

const headerFields = { type: 16, machine: 18, segmentTable: 28, sectionTable: 32, sectionCount: 48 };

function patched(offset: number, ...values: number[]): Uint8Array {
  const bytes = smallElf();
  bytes.set(values, offset);
  return bytes;
}

/** True where it was read, false where it was refused; anything else is thrown on. */
function isReadable(bytes: Uint8Array): boolean {
  try {
    readElf(bytes);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === 'ELF_MALFORMED') return false;
    throw error;
  }
}

test('reads sections, segments and symbols', () => {
  const elf = readElf(smallElf());
  expect(elf).toMatchObject({ kind: 'executable', entry: 0x0800_0101 });
  expect(elf.sections.map(({ name }) => name)).toEqual([
    '',
    '.text',
    '.bss',
    '.symtab',
    '.strtab',
    '.shstrtab',
  ]);
  expect(elf.sections[1]).toMatchObject({ flags: 6, address: 0x0800_0100, sizeBytes: 12 });
  expect([...(elf.sections[1]?.contents ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(elf.sections[2]).toMatchObject({ sizeBytes: 32, contents: new Uint8Array() });
  expect(elf.segments).toHaveLength(1);
  expect(elf.segments[0]).toMatchObject({ type: 1, physicalAddress: 0x0800_0100, memoryBytes: 12 });
  expect(elf.symbols.slice(1)).toEqual([
    { name: 'startup.c', value: 0, sizeBytes: 0, kind: 'file', binding: 'local', section: undefined },
    { name: 'main', value: 0x0800_0101, sizeBytes: 6, kind: 'function', binding: 'global', section: '.text' },
  ]);
});

test('reads a view that does not start at its buffer', () => {
  const elf = smallElf();
  const shifted = new Uint8Array(elf.length + 3);
  shifted.set(elf, 3);
  expect(readElf(shifted.subarray(3))).toEqual(readElf(elf));
});

describe('refuses', () => {
  test.each([
    ['an empty file', new Uint8Array()],
    ['a picture', Uint8Array.from({ length: 100 }, () => 0xff)],
    ['64 bits', patched(4, 2)],
    ['big-endian', patched(5, 2)],
    ['a shared library', patched(headerFields.type, 3)],
    ['another processor', patched(headerFields.machine, 62)],
    ['segments outside the file', patched(headerFields.segmentTable, 0xf0, 0xff, 0xff, 0xff)],
    ['sections outside the file', patched(headerFields.sectionTable, 0xf0, 0xff, 0xff, 0xff)],
    ['more sections than there are', patched(headerFields.sectionCount, 0xff, 0xff)],
    ['names from a section that holds none', patched(50, 1)],
    ['a segment beyond the address space', patched(52 + 8, 0xff, 0xff, 0xff, 0xff)],
  ])('%s', (_, bytes) => {
    expect(isReadable(bytes)).toBe(false);
  });

  test('every file that was cut short', () => {
    const whole = smallElf();
    expect(isReadable(whole)).toBe(true);
    for (let length = 0; length < whole.length; length++) {
      expect(isReadable(whole.subarray(0, length)), `${length} bytes`).toBe(false);
    }
  });

  test('names that overlap to exhaust memory', () => {
    const symbolCount = 2000;
    const nameBytes = 100_000;
    expect(isReadable(overlappingNames(symbolCount, nameBytes))).toBe(false);
  });
});

test('any change of bytes is read or refused, and never anything else', () => {
  const change = fc.tuple(fc.nat(smallElf().length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
      const bytes = smallElf();
      for (const [offset, value] of changes) bytes[offset] = value;
      isReadable(bytes);
    }),
    { seed: 746, numRuns: 5000 },
  );
});

/** Symbols whose names are all but the whole string table each. */
function overlappingNames(symbolCount: number, nameBytes: number): Uint8Array {
  const whole = smallElf();
  const view = new DataView(whole.buffer);
  const table = view.getUint32(32, true);
  const bytes = new Uint8Array(whole.length + symbolCount * 16 + nameBytes);
  bytes.set(whole);
  const grown = new DataView(bytes.buffer);
  const [symbols, names] = [3, 4];
  grown.setUint32(table + 40 * symbols + 16, whole.length, true);
  grown.setUint32(table + 40 * symbols + 20, symbolCount * 16, true);
  grown.setUint32(table + 40 * names + 16, whole.length + symbolCount * 16, true);
  grown.setUint32(table + 40 * names + 20, nameBytes, true);
  bytes.fill(0x61, whole.length + symbolCount * 16, bytes.length - 1);
  for (let index = 0; index < symbolCount; index++) grown.setUint32(whole.length + index * 16, index, true);
  return bytes;
}
