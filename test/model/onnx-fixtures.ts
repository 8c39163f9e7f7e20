/** ONNX files of one or a few operators, with what ONNX Runtime computes (scripts/make-onnx-fixtures.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { invariant } from '../../src/base/index.ts';

export type OnnxFixture = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Sets of inputs back to back, images with their channels last. */
  readonly inputs: Float32Array;
  /** Of all sets, without and with ONNX Runtime's graph optimisations. */
  readonly plain: Float32Array;
  readonly optimised: Float32Array;
};

export const sampleCount = 4;

const folder = join(import.meta.dirname, '../fixtures');

/** All files of an archive; variants of one network may have their inputs in common. */
export function readOnnxFixtures(archive: string): readonly OnnxFixture[] {
  const files = unzipSync(new Uint8Array(readFileSync(archive)));
  const bytesOf = (name: string): Uint8Array => {
    const bytes = files[name];
    invariant(bytes !== undefined, `no fixture ${name}`);
    return bytes;
  };
  const floats = (part: string): Float32Array => new Float32Array(bytesOf(`${part}.bin`).slice().buffer);
  return Object.keys(files)
    .filter((file) => file.endsWith('.onnx'))
    .map((file) => {
      const name = file.slice(0, -'.onnx'.length);
      const [network = ''] = name.split('.');
      const plain = floats(`${name}.plain`);
      return {
        name,
        bytes: bytesOf(file),
        inputs: floats(`${name}.inputs.bin` in files ? `${name}.inputs` : `${network}.inputs`),
        plain,
        optimised: `${name}.optimised.bin` in files ? floats(`${name}.optimised`) : plain,
      };
    });
}

export const onnxFixtures: readonly OnnxFixture[] = readOnnxFixtures(join(folder, 'onnx.zip'));

/** Random configurations of single operators (scripts/make-onnx-vectors.py), of two sets of inputs each. */
export const onnxVectors: readonly OnnxFixture[] = readOnnxFixtures(join(folder, 'onnx-operators.zip'));
