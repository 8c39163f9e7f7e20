/** A small Arm ELF file, written byte by byte from the specification and not with our reader in mind. */

type Section = {
  readonly name: string;
  readonly type: number;
  readonly flags?: number;
  readonly address?: number;
  readonly contents?: Uint8Array;
  readonly sizeBytes?: number;
  readonly link?: number;
};

const headerBytes = 52;

function strings(names: readonly string[]): { readonly bytes: Uint8Array; offsetOf(name: string): number } {
  const text = `\0${names.join('\0')}\0`;
  return {
    bytes: new TextEncoder().encode(text),
    offsetOf: (name) => text.indexOf(`\0${name}\0`) + 1,
  };
}

/** One function `main` of 6 bytes at 0x08000100, 12 bytes of code, 32 bytes of `.bss`, one loadable segment. */
export function smallElf(): Uint8Array {
  const symbolNames = strings(['main', 'startup.c']);
  const symbols = new DataView(new ArrayBuffer(3 * 16));
  const setSymbol = (index: number, fields: readonly [number, number, number, number, number]): void => {
    const [name, value, size, info, section] = fields;
    symbols.setUint32(index * 16, name, true);
    symbols.setUint32(index * 16 + 4, value, true);
    symbols.setUint32(index * 16 + 8, size, true);
    symbols.setUint8(index * 16 + 12, info);
    symbols.setUint16(index * 16 + 14, section, true);
  };
  setSymbol(1, [symbolNames.offsetOf('startup.c'), 0, 0, 0x04, 0xfff1]);
  setSymbol(2, [symbolNames.offsetOf('main'), 0x0800_0101, 6, 0x12, 1]);
  const sectionNames = strings(['.text', '.bss', '.symtab', '.strtab', '.shstrtab']);
  const code = Uint8Array.from({ length: 12 }, (_, index) => index + 1);
  return assemble(sectionNames.offsetOf, code.length, [
    { name: '', type: 0 },
    { name: '.text', type: 1, flags: 6, address: 0x0800_0100, contents: code },
    { name: '.bss', type: 8, flags: 3, address: 0x2000_0000, sizeBytes: 32 },
    { name: '.symtab', type: 2, contents: new Uint8Array(symbols.buffer), link: 4 },
    { name: '.strtab', type: 3, contents: symbolNames.bytes },
    { name: '.shstrtab', type: 3, contents: sectionNames.bytes },
  ]);
}

/** Header, one program header, the sections' contents, the section headers; names are in the last section. */
function assemble(
  offsetOf: (name: string) => number,
  segmentBytes: number,
  sections: readonly Section[],
): Uint8Array {
  const contentsStart = headerBytes + 32;
  const contentsBytes = sections.reduce((sum, section) => sum + (section.contents?.length ?? 0), 0);
  const tableStart = contentsStart + contentsBytes;
  const bytes = new Uint8Array(tableStart + 40 * sections.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const half = (offset: number, value: number): void => view.setUint16(offset, value, true);
  const word = (offset: number, value: number): void => view.setUint32(offset, value, true);
  half(16, 2);
  half(18, 40);
  word(20, 1);
  word(24, 0x0800_0101);
  word(28, headerBytes);
  word(32, tableStart);
  half(40, headerBytes);
  half(42, 32);
  half(44, 1);
  half(46, 40);
  half(48, sections.length);
  half(50, sections.length - 1);
  [1, contentsStart, 0x0800_0100, 0x0800_0100, segmentBytes, segmentBytes, 5, 4].forEach((value, index) => {
    word(headerBytes + 4 * index, value);
  });
  let offset = contentsStart;
  sections.forEach((section, index) => {
    const { name, type, flags = 0, address = 0, contents = new Uint8Array(), link = 0 } = section;
    bytes.set(contents, offset);
    const size = section.sizeBytes ?? contents.length;
    const nameOffset = name === '' ? 0 : offsetOf(name);
    [nameOffset, type, flags, address, offset, size, link, 0, 4, type === 2 ? 16 : 0].forEach(
      (value, field) => {
        word(tableStart + 40 * index + 4 * field, value);
      },
    );
    offset += contents.length;
  });
  return bytes;
}
