/** Reads 32-bit little-endian Arm ELF files; every offset and size is checked before it is used. */
import { elfMalformed } from './failures.ts';
import type { ElfFile, ElfSection, ElfSegment, ElfSymbol } from './types.ts';

const headerBytes = 52;
const sectionHeaderBytes = 40;
const segmentHeaderBytes = 32;
const symbolBytes = 16;
const machineArm = 40;
const sectionTypes = { symbols: 2, strings: 3, noBits: 8 } as const;

type RawSection = {
  readonly nameOffset: number;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly link: number;
  readonly alignmentBytes: number;
  readonly contents: Uint8Array;
};

/**
 * Sections, segments and symbols of an object or executable.
 * Throws a `Failure` (`ELF_MALFORMED`) for anything else, truncated files and offsets outside included; time and
 * memory are proportional to the file. Source: "ELF for the Arm Architecture" and the System V ABI, chapter 4.
 */
export function readElf(bytes: Uint8Array): ElfFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = checkHeader(bytes, view);
  const raw = readSectionHeaders(bytes, view);
  const readName = nameReader(bytes.length);
  const names = raw.length === 0 ? undefined : stringTable(raw, view.getUint16(50, true));
  const sections = raw.map(
    (section): ElfSection => ({
      name: names === undefined ? '' : readName(names, section.nameOffset),
      type: section.type,
      flags: section.flags,
      address: section.address,
      sizeBytes: section.sizeBytes,
      alignmentBytes: section.alignmentBytes,
      contents: section.contents,
    }),
  );
  const symbols = raw
    .filter((section) => section.type === sectionTypes.symbols)
    .flatMap((table) => readSymbols(table, raw, sections, readName));
  return { kind, entry: view.getUint32(24, true), sections, segments: readSegments(bytes, view), symbols };
}

function checkHeader(bytes: Uint8Array, view: DataView): ElfFile['kind'] {
  if (bytes.length < headerBytes) throw elfMalformed(`${bytes.length} bytes are fewer than its header has`);
  if (view.getUint32(0, false) !== 0x7f454c46) throw elfMalformed('it does not begin with 7f 45 4c 46');
  if (bytes[4] !== 1 || bytes[5] !== 1) throw elfMalformed('it is not 32-bit little-endian');
  if (view.getUint16(18, true) !== machineArm) {
    throw elfMalformed(`machine ${view.getUint16(18, true)} is not Arm`);
  }
  const type = view.getUint16(16, true);
  if (type === 1) return 'relocatable';
  if (type === 2) return 'executable';
  throw elfMalformed(`type ${type} is neither an object nor an executable`);
}

function slice(bytes: Uint8Array, offset: number, sizeBytes: number, what: string): Uint8Array {
  if (offset + sizeBytes > bytes.length) {
    throw elfMalformed(`${what} ends at ${offset + sizeBytes}, the file at ${bytes.length}`);
  }
  return bytes.subarray(offset, offset + sizeBytes);
}

/** One view for each entry of a table of `count` headers. */
function tableEntries(
  bytes: Uint8Array,
  offset: number,
  count: number,
  entry: { readonly bytes: number; readonly statedBytes: number; readonly what: string },
): DataView[] {
  if (count === 0) return [];
  if (entry.statedBytes !== entry.bytes) {
    throw elfMalformed(`${entry.what} entries have ${entry.statedBytes} bytes instead of ${entry.bytes}`);
  }
  const table = slice(bytes, offset, count * entry.bytes, entry.what);
  return Array.from(
    { length: count },
    (_, index) => new DataView(table.buffer, table.byteOffset + index * entry.bytes, entry.bytes),
  );
}

function readSectionHeaders(bytes: Uint8Array, view: DataView): RawSection[] {
  const entry = {
    bytes: sectionHeaderBytes,
    statedBytes: view.getUint16(46, true),
    what: 'the section header table',
  };
  return tableEntries(bytes, view.getUint32(32, true), view.getUint16(48, true), entry).map(
    (header, index) => {
      const type = header.getUint32(4, true);
      const offset = header.getUint32(16, true);
      const sizeBytes = header.getUint32(20, true);
      const isInFile = type !== sectionTypes.noBits && type !== 0;
      return {
        nameOffset: header.getUint32(0, true),
        type,
        flags: header.getUint32(8, true),
        address: header.getUint32(12, true),
        offset,
        sizeBytes,
        link: header.getUint32(24, true),
        alignmentBytes: header.getUint32(32, true),
        contents: isInFile ? slice(bytes, offset, sizeBytes, `section ${index}`) : bytes.subarray(0, 0),
      };
    },
  );
}

function readSegments(bytes: Uint8Array, view: DataView): ElfSegment[] {
  const entry = {
    bytes: segmentHeaderBytes,
    statedBytes: view.getUint16(42, true),
    what: 'the program header table',
  };
  return tableEntries(bytes, view.getUint32(28, true), view.getUint16(44, true), entry).map(
    (header, index) => {
      const fileBytes = header.getUint32(16, true);
      const memoryBytes = header.getUint32(20, true);
      const virtualAddress = header.getUint32(8, true);
      const physicalAddress = header.getUint32(12, true);
      if (fileBytes > memoryBytes)
        throw elfMalformed(`segment ${index} is larger in the file than in memory`);
      if (Math.max(virtualAddress, physicalAddress) + memoryBytes > 2 ** 32) {
        throw elfMalformed(`segment ${index} ends beyond the address space`);
      }
      return {
        type: header.getUint32(0, true),
        flags: header.getUint32(24, true),
        virtualAddress,
        physicalAddress,
        memoryBytes,
        contents: slice(bytes, header.getUint32(4, true), fileBytes, `segment ${index}`),
      };
    },
  );
}

function stringTable(raw: readonly RawSection[], index: number): Uint8Array {
  const table = raw[index];
  if (table === undefined || table.type !== sectionTypes.strings) {
    throw elfMalformed(`section ${index} is not the string table that it is said to be`);
  }
  return table.contents;
}

type NameReader = (table: Uint8Array, offset: number) => string;

/** Names may overlap in a file made to exhaust memory, so their sum is bounded by the file's size. */
function nameReader(fileBytes: number): NameReader {
  const decoder = new TextDecoder('latin1');
  let budgetBytes = 16 * fileBytes;
  return (table, offset) => {
    if (offset >= table.length && offset !== 0)
      throw elfMalformed(`a name lies at ${offset}, outside its table`);
    const end = table.indexOf(0, offset);
    if (end === -1 && table.length > 0) throw elfMalformed(`the name at ${offset} has no end`);
    budgetBytes -= Math.max(end, offset) - offset;
    if (budgetBytes < 0) throw elfMalformed('its names are longer than the file could hold');
    return decoder.decode(table.subarray(offset, Math.max(end, offset)));
  };
}

const symbolKinds = ['none', 'object', 'function', 'section', 'file'] as const;
const symbolBindings = ['local', 'global', 'weak'] as const;

function readSymbols(
  table: RawSection,
  raw: readonly RawSection[],
  sections: readonly ElfSection[],
  readName: NameReader,
): ElfSymbol[] {
  const names = stringTable(raw, table.link);
  if (table.sizeBytes % symbolBytes !== 0) throw elfMalformed('the symbol table ends within a symbol');
  const view = new DataView(table.contents.buffer, table.contents.byteOffset, table.contents.byteLength);
  const symbols: ElfSymbol[] = [];
  for (let offset = 0; offset < table.sizeBytes; offset += symbolBytes) {
    const info = view.getUint8(offset + 12);
    symbols.push({
      name: readName(names, view.getUint32(offset, true)),
      value: view.getUint32(offset + 4, true),
      sizeBytes: view.getUint32(offset + 8, true),
      kind: symbolKinds[info & 15] ?? 'other',
      binding: symbolBindings[info >> 4] ?? 'other',
      section: symbolSection(view.getUint16(offset + 14, true), sections),
    });
  }
  return symbols;
}

function symbolSection(index: number, sections: readonly ElfSection[]): string | undefined {
  const firstReservedIndex = 0xff00;
  if (index === 0 || index >= firstReservedIndex) return undefined;
  const section = sections[index];
  if (section === undefined) throw elfMalformed(`a symbol lies in section ${index} of ${sections.length}`);
  return section.name;
}
