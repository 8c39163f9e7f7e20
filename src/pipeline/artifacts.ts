/** The files that a build hands out: the image in every form that tools read, and all that it was made from. */
import type { SourceTree } from '../code/index.ts';
import { type FirmwareImage, firmwareFiles } from '../firmware/index.ts';
import type { Target } from '../target/index.ts';

/** Paths relative to the folder of one model on one target. */
export function artifactFiles(
  image: FirmwareImage,
  tree: SourceTree,
  target: Target,
): ReadonlyMap<string, Uint8Array | string> {
  const files = new Map<string, Uint8Array | string>([
    ['firmware.elf', image.elf],
    ['firmware.bin', image.bin],
    ['firmware.hex', image.hex],
    ['firmware.map', image.map],
  ]);
  for (const [path, text] of firmwareFiles(tree, target)) files.set(`sources/${path}`, text);
  return files;
}
