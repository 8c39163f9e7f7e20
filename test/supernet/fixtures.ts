/** Small super-networks with random weights, and what PyTorch computes with some of their networks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSupernet, type Supernet } from '../../src/supernet/index.ts';

export const fixtures = ['supernet-tiny', 'supernet-tiny-1d'] as const;

export type Expected = {
  readonly images: { readonly shape: readonly number[] };
  readonly networks: readonly {
    readonly network: string;
    readonly logits: readonly (readonly number[])[];
  }[];
};

export type Fixture = {
  readonly description: string;
  readonly tensors: Uint8Array;
  readonly images: Uint8Array;
  readonly expected: Expected;
  readonly supernet: Supernet;
};

export function readFixture(name: (typeof fixtures)[number]): Fixture {
  const file = (path: string): Buffer => readFileSync(join(import.meta.dirname, '../fixtures', name, path));
  const description = file('supernet.json').toString();
  const tensors = new Uint8Array(file('supernet.safetensors'));
  const expected = JSON.parse(file('expected.json').toString()) as Expected;
  const supernet = readSupernet(description, tensors, 'supernet.json');
  return { description, tensors, images: new Uint8Array(file('images.bin')), expected, supernet };
}
