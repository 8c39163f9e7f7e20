/** Where an image's bytes go, read from the ELF as it loads; the parts add up to the linker's totals. */
import { invariant } from '../base/index.ts';
import type { ElfFile } from '../elf/index.ts';
import type { Target } from '../target/index.ts';
import { outputSections } from './linker-script.ts';
import type { FlashUse, ImageSymbol, SramUse } from './types.ts';

const loadableSegment = 1;
const allocatedSection = 2;

/** From the start of flash to the last byte that is programmed, alignment gaps included. */
export function flashUse(elf: ElfFile, target: Target): FlashUse {
  const ends = elf.segments
    .filter((segment) => segment.type === loadableSegment && segment.contents.length > 0)
    .map((segment) => segment.physicalAddress + segment.contents.length);
  const totalBytes = Math.max(target.flashOrigin, ...ends) - target.flashOrigin;
  const parts = {
    kernelBytes: sectionBytes(elf, outputSections.kernels),
    runtimeBytes: sectionBytes(elf, outputSections.runtime),
    weightBytes: sectionBytes(elf, outputSections.weights),
    dataImageBytes: sectionBytes(elf, outputSections.data),
  };
  const otherBytes = totalBytes - Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  invariant(
    otherBytes >= sectionBytes(elf, outputSections.vectors) + sectionBytes(elf, outputSections.constants),
    `the parts of flash exceed its ${totalBytes} bytes`,
  );
  return { ...parts, otherBytes, totalBytes };
}

/** From the start of SRAM to the last byte of any section in it, alignment gaps included. */
export function sramUse(elf: ElfFile, target: Target): SramUse {
  const ends = elf.sections
    .filter((section) => (section.flags & allocatedSection) !== 0 && section.address >= target.sramOrigin)
    .map((section) => section.address + section.sizeBytes);
  const totalBytes = Math.max(target.sramOrigin, ...ends) - target.sramOrigin;
  const arenaBytes = sectionBytes(elf, outputSections.arena);
  const stackBytes = sectionBytes(elf, outputSections.stack);
  const staticBytes = totalBytes - arenaBytes - stackBytes;
  invariant(
    staticBytes >= sectionBytes(elf, outputSections.data) + sectionBytes(elf, outputSections.zeroed),
    `the parts of SRAM exceed its ${totalBytes} bytes`,
  );
  return { arenaBytes, staticBytes, stackBytes, totalBytes };
}

/** Functions and objects of the image, largest first. */
export function imageSymbols(elf: ElfFile): readonly ImageSymbol[] {
  return elf.symbols
    .filter(({ kind, sizeBytes }) => (kind === 'function' || kind === 'object') && sizeBytes > 0)
    .map(({ name, kind, value, sizeBytes, section }) => ({
      name,
      // The lowest bit of a function's value says Thumb.
      address: kind === 'function' ? value - (value % 2) : value,
      bytes: sizeBytes,
      section: section ?? '',
    }))
    .sort((a, b) => b.bytes - a.bytes || a.address - b.address);
}

function sectionBytes(elf: ElfFile, name: string): number {
  return elf.sections.find((section) => section.name === name)?.sizeBytes ?? 0;
}
