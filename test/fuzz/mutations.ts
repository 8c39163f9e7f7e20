/** Seeded damage to a file: what a broken download, a faulty tool or an attacker would do to it. */
import { at } from '../../src/base/index.ts';

/** A number from 0 to `bound` - 1. */
export type Random = (bound: number) => number;

/** A sequence that the seed determines (xorshift, 32 bits). */
export function seededRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** A file to be damaged; `spots` are the bytes worth damaging, which are not weights. */
export type Specimen = {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly spots: Uint32Array;
};

/** Weights make up most of a network's file, and damage to them goes unnoticed: it is aimed at all else. */
export function specimen(name: string, bytes: Uint8Array, weights: readonly Uint8Array[]): Specimen {
  const isWeight = new Uint8Array(bytes.length);
  for (const view of weights) {
    const start = view.byteOffset - bytes.byteOffset;
    isWeight.fill(1, start, start + view.length);
  }
  const spots = new Uint32Array(isWeight.reduce((count, weight) => count - weight, bytes.length));
  let count = 0;
  isWeight.forEach((weight, position) => {
    if (weight === 0) spots[count++] = position;
  });
  return { name, bytes, spots };
}

export type Mutant = { readonly kind: string; readonly bytes: Uint8Array };

type Edit = (file: DataView, spot: number, random: Random, specimen: Specimen) => void;

/** Values at which signed, unsigned and size arithmetic tends to go wrong. */
const interesting = [
  0, 1, 2, 3, 4, 7, 8, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 0x7fff_ffff, 0x8000_0000,
  0xffff_ffff, 0xffff_fffc, 0x4000_0000, 0x7f80_0000, 0x7fc0_0000,
];

const edits: Readonly<Record<string, Edit>> = {
  'flipped bit': (file, spot, random) => file.setUint8(spot, file.getUint8(spot) ^ (1 << random(8))),
  'random byte': (file, spot, random) => file.setUint8(spot, random(256)),
  'interesting int32': (file, spot, random) =>
    setUint32(file, spot, at(interesting, random(interesting.length))),
  'interesting int16': (file, spot, random) => {
    const position = Math.min(spot & ~1, file.byteLength - 2);
    file.setUint16(position, at(interesting, random(interesting.length)) & 0xffff, true);
  },
  'value about the file length': (file, spot, random) =>
    setUint32(file, spot, file.byteLength - 8 + random(16)),
  'offset to another place': (file, spot, random, { spots }) => {
    setUint32(file, spot, at(spots, random(spots.length)) - wordAt(file, spot));
  },
  'offset to itself or nearby': (file, spot, random) => setUint32(file, spot, random(16) - 8),
  'word copied from elsewhere': (file, spot, random, { spots }) => {
    setUint32(file, spot, file.getUint32(wordAt(file, at(spots, random(spots.length))), true));
  },
  'changed count': (file, spot, random) => {
    const count = file.getUint32(nextCount(file, spot), true);
    const changed = at([count + 1, count - 1, count * 2, 0, count + 65_536, count * 0x10000], random(6));
    setUint32(file, nextCount(file, spot), changed);
  },
};

function wordAt(file: DataView, spot: number): number {
  return Math.max(0, Math.min(spot & ~3, (file.byteLength & ~3) - 4));
}

function setUint32(file: DataView, spot: number, value: number): void {
  file.setUint32(wordAt(file, spot), value >>> 0, true);
}

/** From a spot on, the next word that could be the length of a vector. */
function nextCount(file: DataView, spot: number): number {
  const end = Math.min(spot + 256, file.byteLength - 4);
  for (let position = wordAt(file, spot); position < end; position += 4) {
    const value = file.getUint32(position, true);
    if (value > 0 && value < 4096) return position;
  }
  return wordAt(file, spot);
}

/** One damaged file; it is valid until the next is asked for. */
export type Mutator = (specimen: Specimen, random: Random) => Mutant;

/** Reuses one buffer for all files up to a size, since copying is most of the work. */
export function mutator(largestBytes: number): Mutator {
  const buffer = new Uint8Array(largestBytes + 256);
  const kinds = Object.keys(edits);
  return (original, random) => {
    const { bytes, spots } = original;
    buffer.set(bytes);
    const file = new DataView(buffer.buffer, 0, bytes.length);
    const choice = random(kinds.length * 2 + 3);
    if (choice === 0) return { kind: 'truncation', bytes: buffer.subarray(0, cutPoint(original, random)) };
    if (choice === 1) return { kind: 'inserted bytes', bytes: insertBytes(buffer, original, random) };
    if (choice === 2) return { kind: 'removed bytes', bytes: removeBytes(buffer, original, random) };
    const applied = Array.from({ length: 1 + random(choice % 2 === 0 ? 1 : 6) }, () => {
      const kind = at(kinds, random(kinds.length));
      edits[kind]?.(file, at(spots, random(spots.length)), random, original);
      return kind;
    });
    return { kind: applied.join(' + '), bytes: buffer.subarray(0, bytes.length) };
  };
}

/** Half of the cuts near the end, where least is missing. */
function cutPoint({ bytes, spots }: Specimen, random: Random): number {
  return random(2) === 0 ? at(spots, random(spots.length)) : bytes.length - 1 - random(64);
}

function insertBytes(buffer: Uint8Array, { bytes, spots }: Specimen, random: Random): Uint8Array {
  const spot = at(spots, random(spots.length));
  const count = 1 + random(64);
  buffer.copyWithin(spot + count, spot, bytes.length);
  for (let offset = 0; offset < count; offset += 1) buffer[spot + offset] = random(256);
  return buffer.subarray(0, bytes.length + count);
}

function removeBytes(buffer: Uint8Array, { bytes, spots }: Specimen, random: Random): Uint8Array {
  const spot = at(spots, random(spots.length));
  const count = Math.min(1 + random(64), bytes.length - spot);
  buffer.copyWithin(spot, spot + count, bytes.length);
  return buffer.subarray(0, bytes.length - count);
}
