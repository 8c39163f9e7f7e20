/** Random configurations of operators with the outputs of TensorFlow Lite's kernels (`scripts/make-operator-vectors.py`). */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export type OperatorVector = {
  readonly model: Uint8Array;
  /** Input sets back to back, each the network's inputs in order. */
  readonly inputs: Uint8Array;
  readonly outputs: Uint8Array;
};

/** Operators of a folder, sorted by name. */
export function operatorsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.gz'))
    .map((file) => basename(file, '.gz'))
    .sort();
}

export function readVectors(folder: string, operator: string): OperatorVector[] {
  const bytes = gunzipSync(readFileSync(join(folder, `${operator}.gz`)));
  let offset = 0;
  const next = (): Uint8Array => {
    const start = offset + 4;
    offset = start + bytes.readUInt32LE(offset);
    return new Uint8Array(bytes.subarray(start, offset));
  };
  const vectors: OperatorVector[] = [];
  while (offset < bytes.length) vectors.push({ model: next(), inputs: next(), outputs: next() });
  return vectors;
}
