/** Damaged files of a format, each determined by the seed of the run and its number. */
import { at } from '../../src/base/index.ts';
import { flatbufferEditor, type StructureEditor } from './flatbuffer-edits.ts';
import { type Mutant, mutator, type Random, type Specimen, seededRandom, specimen } from './mutations.ts';
import { pictureEditor } from './picture-edits.ts';
import { protobufEditor } from './protobuf-edits.ts';
import { donorsOf } from './protobuf-places.ts';
import { type Format, parted, type Seed, seedsOf, weightsOf } from './seeds.ts';
import { fromLatin1, latin1, textEditor } from './text-edits.ts';

export type Corpus = {
  readonly format: Format;
  readonly seeds: readonly Seed[];
  /** File `index` of the run; it may be valid only until the next is asked for. */
  readonly mutant: (index: number) => Mutant & { readonly from: string };
};

/** Larger seeds come less often, as reading them is most of the time of a run. */
const fewBytes = 8000;
const shareOfLarge = 400;

/** `isTaken` chooses among the seeds that a format has. */
export function openCorpus(
  format: Format,
  runSeed: number,
  shared?: string,
  isTaken: (seed: Seed) => boolean = () => true,
): Corpus {
  const seeds = seedsOf(format, shared).filter(isTaken);
  const small = seeds.filter(({ bytes }) => bytes.length <= fewBytes);
  const specimens = new Map<Seed, Specimen>();
  const editors = new Map<Seed, StructureEditor>();
  const makeEditor = editorsOf(format, seeds);
  const damage = mutator(2 * Math.max(...seeds.map(({ bytes }) => bytes.length)) + 2_000_000);
  const specimenOf = (seed: Seed): Specimen =>
    remembered(specimens, seed, () => specimen(seed.name, seed.bytes, weightsOf(seed.bytes)));
  const structural = (seed: Seed, random: Random): Mutant =>
    remembered(editors, seed, () => makeEditor(seed.bytes))(random);
  const ways: readonly ((seed: Seed, other: Seed, random: Random) => Mutant)[] = [
    ...new Array<typeof structural>(11)
      .fill(structural)
      .map((way) => (seed: Seed, _: Seed, random: Random) => way(seed, random)),
    ...[1, 2, 3, 4, 5].map(() => (seed: Seed, _: Seed, random: Random) => damage(specimenOf(seed), random)),
    (seed, other, random) => spliced(seed.bytes, other.bytes, random),
    (seed, _, random) => {
      const { kind, bytes } = structural(seed, random);
      const damaged = bytes.length < 8 ? { kind: 'nothing', bytes } : damage(specimen('', bytes, []), random);
      return { kind: `${kind}, then ${damaged.kind}`, bytes: damaged.bytes };
    },
  ];
  return {
    format,
    seeds,
    mutant(index) {
      const random = seededRandom(Math.imul(runSeed, 1_000_003) + index);
      const choice = (): Seed => {
        const among = random(shareOfLarge) === 0 || small.length === 0 ? seeds : small;
        return at(among, random(among.length));
      };
      const seed = choice();
      return { from: seed.name, ...at(ways, random(ways.length))(seed, choice(), random) };
    },
  };
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** The beginning of one file and the end of another, or a part of one laid over another. */
function spliced(a: Uint8Array, b: Uint8Array, random: Random): Mutant {
  if (random(2) === 0) {
    const [head, tail] = [a.subarray(0, random(a.length)), b.subarray(random(b.length))];
    const bytes = new Uint8Array(head.length + tail.length);
    bytes.set(head);
    bytes.set(tail, head.length);
    return { kind: 'spliced', bytes };
  }
  const bytes = a.slice();
  const from = random(b.length);
  const part = b.subarray(from, from + 1 + random(256)).subarray(0, a.length);
  bytes.set(part, random(a.length - part.length + 1));
  return { kind: 'overlaid', bytes };
}

function editorsOf(format: Format, seeds: readonly Seed[]): (bytes: Uint8Array) => StructureEditor {
  if (format === 'tflite') return flatbufferEditor;
  if (format === 'supernet') return supernetEditor;
  if (format === 'picture') return pictureEditor;
  if (format !== 'onnx') return (bytes) => textEditor(fromLatin1(bytes));
  const donors = donorsOf(seeds.map(({ bytes }) => bytes));
  return (bytes) => protobufEditor(bytes, donors);
}

/** Edits the description or the header of the tensors' file, whose lengths then are right again, mostly. */
function supernetEditor(bytes: Uint8Array): StructureEditor {
  const [description, tensors] = parted(bytes);
  const headerEnd = 8 + new DataView(tensors.buffer, tensors.byteOffset).getUint32(0, true);
  const editDescription = textEditor(fromLatin1(description));
  const editHeader = textEditor(fromLatin1(tensors.subarray(8, headerEnd)));
  return (random) => {
    const isDescription = random(2) === 0;
    const { kind, bytes: edited } = (isDescription ? editDescription : editHeader)(random);
    const [first, header] = isDescription ? [edited, tensors.subarray(8, headerEnd)] : [description, edited];
    const stated = header.length + (random(8) === 0 ? random(64) - 32 : 0);
    const lengths = new DataView(new ArrayBuffer(12));
    lengths.setUint32(0, first.length, true);
    lengths.setBigInt64(4, BigInt(stated), true);
    const parts = [new Uint8Array(lengths.buffer, 0, 4), first, new Uint8Array(lengths.buffer, 4), header];
    return { kind, bytes: latin1([...parts, tensors.subarray(headerEnd)].map(fromLatin1).join('')) };
  };
}
