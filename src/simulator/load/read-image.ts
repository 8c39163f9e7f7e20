/** Reads an ELF file or a raw flash image, and says plainly what is wrong with one that no chip could run. */
import { at } from '../../base/index.ts';
import { type ElfFile, readElf } from '../../elf/index.ts';
import type { Chip } from '../chips/types.ts';
import { hex, imageNotForCore, imageNotLoadable } from '../failures.ts';
import type { Image, ImageSegment, ImageSymbol } from './image.ts';

const loadable = 1;
/** SHF_ALLOC. */
const allocatedFlag = 2;
/** SHF_EXECINSTR. */
const executableFlag = 4;

/**
 * Segments and symbols of an image. A file that begins like an ELF file is one; anything else is the content of flash
 * from the chip's boot address. Throws a `Failure`: `ELF_MALFORMED`, `IMAGE_NOT_FOR_CORE`, `IMAGE_NOT_LOADABLE`.
 */
export function readImage(bytes: Uint8Array, chip: Chip): Image {
  const isElf =
    bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
  const image = isElf ? readElfImage(bytes) : readRawImage(bytes, chip);
  checkOverlap(image.segments);
  return image;
}

function readRawImage(bytes: Uint8Array, chip: Chip): Image {
  if (bytes.length < 8) {
    throw imageNotLoadable(
      `${bytes.length} bytes are too few for a flash image`,
      'give an ELF file, or the whole content of flash',
    );
  }
  return { segments: [{ address: chip.bootAddress, bytes }], symbols: [], objects: [], allocated: [] };
}

function readElfImage(bytes: Uint8Array): Image {
  checkMachine(bytes);
  const elf = readElf(bytes);
  if (elf.kind !== 'executable') {
    throw imageNotLoadable('this ELF file is an object that is not linked', 'link it first');
  }
  const segments = elf.segments
    .filter(({ type, contents }) => type === loadable && contents.length > 0)
    .map(({ physicalAddress, contents }) => ({ address: physicalAddress, bytes: contents }));
  if (segments.length === 0) throw imageNotLoadable('this ELF file has nothing to load', 'link it first');
  const allocated = elf.sections
    .filter(({ flags }) => (flags & allocatedFlag) !== 0)
    .map(({ name, address, sizeBytes }) => ({ name, address, bytes: sizeBytes }));
  return { segments, symbols: functionsOf(elf), objects: objectsOf(elf), allocated };
}

const machines: Readonly<Record<number, string>> = {
  3: 'x86',
  8: 'MIPS',
  62: 'x86-64',
  94: 'Xtensa',
  183: 'AArch64',
  243: 'RISC-V',
};

/** Said before the reader refuses the file, which would not say whose code it is. */
function checkMachine(bytes: Uint8Array): void {
  if (bytes.length < 20) return;
  const machine = at(bytes, 18) | (at(bytes, 19) << 8);
  const name = machines[machine];
  if (name !== undefined) throw imageNotForCore(`this ELF file holds ${name} code, not Arm Thumb`);
}

/** A linker gives an address to symbols of code and to labels in assembly alike; the mapping symbols `$t` are neither. */
function functionsOf(elf: ElfFile): readonly ImageSymbol[] {
  const executable = new Set(
    elf.sections.filter(({ flags }) => (flags & executableFlag) !== 0).map(({ name }) => name),
  );
  const isCode = ({ kind, section, name }: ElfFile['symbols'][number]): boolean =>
    kind === 'function' ||
    (kind === 'none' &&
      section !== undefined &&
      executable.has(section) &&
      name !== '' &&
      !name.startsWith('$'));
  const symbols = elf.symbols
    .filter(isCode)
    .filter(({ section }) => section !== undefined)
    .map(({ name, value, sizeBytes }) => ({ name, address: (value & ~1) >>> 0, bytes: sizeBytes }));
  return symbols.sort((a, b) => a.address - b.address || b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

function objectsOf(elf: ElfFile): readonly ImageSymbol[] {
  return elf.symbols
    .filter(({ kind }) => kind === 'object')
    .map(({ name, value, sizeBytes }) => ({ name, address: value >>> 0, bytes: sizeBytes }))
    .sort((a, b) => a.address - b.address || (a.name < b.name ? -1 : 1));
}

function checkOverlap(segments: readonly ImageSegment[]): void {
  const sorted = segments.toSorted((a, b) => a.address - b.address);
  for (let index = 1; index < sorted.length; index += 1) {
    const before = at(sorted, index - 1);
    const segment = at(sorted, index);
    if (before.address + before.bytes.length > segment.address) {
      throw imageNotLoadable(
        `segments overlap: ${before.bytes.length} bytes at ${hex(before.address)} reach over ${hex(segment.address)}`,
        'look at the linker script',
      );
    }
  }
}
