/** What main and workers of a fuzzing run tell each other. */
import type { Depth } from '../../test/fuzz/exercise.ts';
import type { Format } from '../../test/fuzz/seeds.ts';

export type Run = {
  readonly format: Format;
  readonly seed: number;
  readonly depth: Depth;
  readonly out: string;
  /** Folder of the shared networks. */
  readonly shared?: string | undefined;
};

/** Files `from` to `to`. */
export type Chunk = { readonly from: number; readonly to: number };

export type ChunkResult = {
  readonly from: number;
  readonly files: number;
  readonly outcomes: readonly (readonly [kind: string, files: number])[];
  readonly slowest: { readonly ms: number; readonly file: string };
  /** Most memory of the worker so far, and the file that raised it last. */
  readonly peak: { readonly mib: number; readonly file: string };
  /** Most that one file added to it, where the system tells. */
  readonly own?: { readonly mib: number; readonly file: string } | undefined;
  readonly findings: number;
};

/** Of processor time for one file, and of memory of the whole process that reads it. */
export const limitMs = 1000;
export const limitMiB = 256;
