/** Makes small 32-bit ELF executables: program headers, and a symbol table where there are functions. */

export type ElfContent = {
  readonly segments: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly functions?: readonly { readonly name: string; readonly address: number; readonly bytes: number }[];
  /** EM_*: Arm by default. */
  readonly machine?: number;
};

const headerBytes = 52;
const segmentHeaderBytes = 32;
const sectionHeaderBytes = 40;
const symbolBytes = 16;

export function elfFile({ segments, functions = [], machine = 40 }: ElfContent): Uint8Array {
  const names = ['', ...functions.map(({ name }) => name)];
  const strings = new TextEncoder().encode(`${names.join('\0')}\0.text\0`);
  const textName = strings.length - 6;
  const dataStart = headerBytes + segments.length * segmentHeaderBytes;
  const dataBytes = segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const symbolsStart = Math.ceil((dataStart + dataBytes) / 4) * 4;
  const stringsStart = symbolsStart + (functions.length + 1) * symbolBytes;
  const sectionsStart = Math.ceil((stringsStart + strings.length) / 4) * 4;
  const file = new Uint8Array(sectionsStart + 4 * sectionHeaderBytes);
  const view = new DataView(file.buffer);
  const words = (offset: number, values: readonly number[]): void => {
    values.forEach((value, index) => {
      view.setUint32(offset + 4 * index, value, true);
    });
  };

  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, machine, true);
  words(20, [1, 0, headerBytes, sectionsStart, 0x0500_0400]);
  [headerBytes, segmentHeaderBytes, segments.length, sectionHeaderBytes, 4, 3].forEach((value, index) => {
    view.setUint16(40 + 2 * index, value, true);
  });

  let offset = dataStart;
  segments.forEach(({ address, bytes }, index) => {
    const place = headerBytes + index * segmentHeaderBytes;
    words(place, [1, offset, address, address, bytes.length, bytes.length, 5, 4]);
    file.set(bytes, offset);
    offset += bytes.length;
  });

  let nameOffset = 1;
  functions.forEach(({ name, address, bytes }, index) => {
    const place = symbolsStart + (index + 1) * symbolBytes;
    words(place, [nameOffset, address | 1, bytes, 0x0001_0012]);
    nameOffset += name.length + 1;
  });
  file.set(strings, stringsStart);

  const codeStart = segments[0]?.address ?? 0;
  const codeBytes = segments[0]?.bytes.length ?? 0;
  const sections = [
    [],
    [textName, 1, 6, codeStart, dataStart, codeBytes, 0, 0, 4, 0],
    [0, 2, 0, 0, symbolsStart, (functions.length + 1) * symbolBytes, 3, 1, 4, symbolBytes],
    [0, 3, 0, 0, stringsStart, strings.length, 0, 0, 1, 0],
  ];
  sections.forEach((values, index) => {
    words(sectionsStart + index * sectionHeaderBytes, values);
  });
  return file;
}
