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

const files = unzipSync(new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/onnx.zip'))));

function bytesOf(name: string): Uint8Array {
  const bytes = files[name];
  invariant(bytes !== undefined, `no fixture ${name}`);
  return bytes;
}

export const onnxFixtures: readonly OnnxFixture[] = Object.keys(files)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => {
    const name = file.slice(0, -'.onnx'.length);
    const floats = (part: string): Float32Array => new Float32Array(bytesOf(`${part}.bin`).slice().buffer);
    const [network = ''] = name.split('.');
    const plain = floats(`${name}.plain`);
    return {
      name,
      bytes: bytesOf(file),
      inputs: floats(`${network}.inputs`),
      plain,
      optimised: `${name}.optimised.bin` in files ? floats(`${name}.optimised`) : plain,
    };
  });
