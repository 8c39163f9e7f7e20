/** What is damaged: every small file of the tests that some reader takes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../src/base/index.ts';
import { type Model, readModel } from '../../src/model/index.ts';
import { archive } from '../evaluation/archive.ts';
import { smallNet } from '../model/net-config-json.ts';
import { onnxFixtures, onnxVectors } from '../model/onnx-fixtures.ts';
import { floatNetwork } from '../support/float-network.ts';
import { operatorsIn, readVectors } from '../support/operator-vectors.ts';
import { sampleNetworks } from '../support/sample-networks.ts';
import { buildTflite, type NetworkSpec } from '../support/tflite-builder.ts';

export const formats = ['tflite', 'onnx', 'net-config', 'supernet', 'npz', 'csv', 'picture'] as const;
export type Format = (typeof formats)[number];

export type Seed = { readonly name: string; readonly bytes: Uint8Array };

const fixtures = join(import.meta.dirname, '../fixtures');
/** Of each operator's vectors, which are drawn at random: more would slow the start down. */
const vectorsOfOperator = 6;
/** Networks with variables, one with a recurrent cell among others, and one with dilations and shapes to be computed. */
const chosen = [
  ['streaming', 'average-float-variables'],
  ['streaming', 'convolutions-float-variables'],
  ['streaming', 'delay-float-variables'],
  ['streaming', 'average-int8-variables'],
  ['streaming', 'convolutions-int8-variables'],
  ['networks', 'streaming'],
  ['networks', 'lstm'],
  ['networks', 'free-batch'],
] as const;

/** Seeds of a format, smallest first; `shared` is the folder of the shared networks, where there is one. */
export function seedsOf(format: Format, shared?: string): readonly Seed[] {
  const seeds = makers[format](shared);
  return seeds.toSorted((a, b) => a.bytes.length - b.bytes.length);
}

const makers: Readonly<Record<Format, (shared: string | undefined) => Seed[]>> = {
  tflite: tfliteSeeds,
  onnx: () =>
    [...onnxFixtures, ...onnxVectors].map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) })),
  'net-config': (shared) => [
    { name: 'small net', bytes: encode(smallNet()) },
    ...filesOf(shared && join(shared, 'nets'), '.json'),
  ],
  supernet: () =>
    ['supernet-tiny', 'supernet-tiny-1d'].map((name) => ({
      name,
      bytes: joined(file(join(name, 'supernet.json')), file(join(name, 'supernet.safetensors'))),
    })),
  npz: npzSeeds,
  csv: csvSeeds,
  picture: pictureSeeds,
};

function tfliteSeeds(shared: string | undefined): Seed[] {
  const specs: [string, NetworkSpec][] = Object.entries(sampleNetworks);
  const folder = join(fixtures, 'operator-vectors');
  const floats = JSON.parse(file('float-operators.json').toString()) as { name: string; model: string }[];
  return [
    ...specs.map(([name, spec]) => ({ name, bytes: buildTflite(spec) })),
    ...specs
      .filter(([name]) => name !== 'QUANTIZE' && name !== 'DEQUANTIZE')
      .map(([name, spec]) => ({ name: `float ${name}`, bytes: buildTflite(floatNetwork(spec)) })),
    ...readdirSync(join(fixtures, 'operators')).map((name) => ({
      name,
      bytes: new Uint8Array(file(join('operators', name, 'model.tflite'))),
    })),
    ...operatorsIn(folder).flatMap((operator) =>
      readVectors(folder, operator)
        .slice(0, vectorsOfOperator)
        .map(({ model }, index) => ({ name: `${operator} ${index}`, bytes: model })),
    ),
    ...floats.map(({ name, model }) => ({ name, bytes: new Uint8Array(Buffer.from(model, 'base64')) })),
    ...chosen.flatMap(([place, name]) =>
      readVectors(join(fixtures, place), name).map(({ model }) => ({ name, bytes: model })),
    ),
    ...filesOf(shared && join(shared, 'models'), '.tflite'),
  ];
}

function npzSeeds(): Seed[] {
  const labels = { values: Int32Array.of(0, 1, 2), shape: [3] };
  const inputs = [Uint8Array.from({ length: 12 }, (_, i) => i), Int8Array.from({ length: 12 }, (_, i) => -i)];
  return inputs.map((values, index) => ({
    name: `archive ${index}`,
    bytes: archive({ inputs: { values, shape: [3, 4] }, labels }),
  }));
}

function csvSeeds(): Seed[] {
  const tables = [
    'a,b,label,c,d\n1,2,0,3,4\n5,6.5,1,-7,8e1\n',
    '"label",w x,y,"z""",v\r\n0,1,2,3,4\r\n2,"1",2,3,4',
  ];
  return tables.map((text, index) => ({ name: `table ${index}`, bytes: new TextEncoder().encode(text) }));
}

function pictureSeeds(): Seed[] {
  const { files } = JSON.parse(file('images.json').toString()) as { files: { name: string; file: string }[] };
  return files.map(({ name, file: text }) => ({ name, bytes: new Uint8Array(Buffer.from(text, 'base64')) }));
}

function file(path: string): Buffer {
  return readFileSync(join(fixtures, path));
}

function filesOf(folder: string | undefined, ending: string): Seed[] {
  if (folder === undefined) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** A description and its tensors in one file: the length of the first, then both. */
function joined(description: Uint8Array, tensors: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + description.length + tensors.length);
  new DataView(bytes.buffer).setUint32(0, description.length, true);
  bytes.set(description, 4);
  bytes.set(tensors, 4 + description.length);
  return bytes;
}

/** The parts of what `joined` made; whatever it is now, they are within it. */
export function parted(bytes: Uint8Array): readonly [description: Uint8Array, tensors: Uint8Array] {
  const stated = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const end = Math.min(bytes.length, 4 + stated);
  return [bytes.subarray(4, end), bytes.subarray(end)];
}

/** Bytes of constants, which damage to the rest leaves alone; none of a file that is refused as it is. */
export function weightsOf(bytes: Uint8Array): readonly Uint8Array[] {
  return (tryToRead(bytes)?.tensors ?? []).flatMap(({ data }) =>
    data !== undefined && data.buffer === bytes.buffer && data.length > 64 ? [data] : [],
  );
}

function tryToRead(bytes: Uint8Array): Model | undefined {
  try {
    return readModel(bytes);
  } catch (thrown) {
    if (thrown instanceof Failure) return undefined;
    throw thrown;
  }
}
