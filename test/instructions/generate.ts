/** Random instruction sequences of defined behaviour, from the table of encodings. */
import { type Encoding, integerEncodings } from './encodings.ts';
import { floatEncodings } from './float-encodings.ts';

/** Numbers in [0, 2^32). */
export type Random = () => number;

/** xorshift32: the same on every machine. */
export function seeded(seed: number): Random {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function below(random: Random, limit: number): number {
  return Math.floor((random() / 2 ** 32) * limit);
}

function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[below(random, values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

/** r7 and r9 point into memory, r6 and r8 hold small indices, r10 is the base to restore from; none is ever overwritten. */
const lowDestinations = [0, 1, 2, 3, 4, 5];
const destinations = [...lowDestinations, 11, 12, 14];
const sources = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14];
const restoreLowBase = 0x4657;
const restoreHighBase = 0x46d1;

function drawField(random: Random, letter: string, width: number): number {
  switch (letter) {
    case 'd':
    case 'e':
    case 'p':
    case 'q':
      return pick(random, width === 3 ? lowDestinations : destinations);
    case 'n':
    case 'm':
    case 'a':
    case 'M':
      return width === 4 ? pick(random, sources) : below(random, 2 ** width);
    case 'B':
      return width === 3 ? 7 : 9;
    case 'X':
      return width === 3 ? 6 : 8;
    default:
      return below(random, 2 ** width);
  }
}

/** Draws the fields of an encoding until they are allowed, and gives its half-words. */
function drawInstruction(random: Random, { pattern, allow }: Encoding): readonly number[] {
  const bits = pattern.replaceAll(' ', '');
  for (;;) {
    const fields = new Map<string, number>();
    for (const letter of new Set(bits.replaceAll(/[01]/g, ''))) {
      fields.set(letter, drawField(random, letter, bits.split(letter).length - 1));
    }
    // The high bit of a four-bit register that stands apart from the others.
    if (fields.has('P')) {
      const register = pick(random, destinations);
      fields.set('P', register >> 3).set('p', register & 7);
    }
    if (allow !== undefined && !allow((letter) => fields.get(letter) ?? 0)) continue;
    return halfWords(bits, fields);
  }
}

function halfWords(bits: string, fields: ReadonlyMap<string, number>): readonly number[] {
  const left = new Map([...fields.keys()].map((letter) => [letter, bits.split(letter).length - 1]));
  const digits = [...bits].map((letter) => {
    if (letter === '0' || letter === '1') return letter;
    const position = (left.get(letter) ?? 0) - 1;
    left.set(letter, position);
    return String(((fields.get(letter) ?? 0) >>> position) & 1);
  });
  const text = digits.join('');
  return Array.from({ length: text.length / 16 }, (_, index) =>
    Number.parseInt(text.slice(index * 16, index * 16 + 16), 2),
  );
}

export type Sequence = {
  readonly halfWords: readonly number[];
  /** What it is made of, for messages. */
  readonly names: readonly string[];
  /** Instructions, those that restore bases and IT itself included. */
  readonly instructions: number;
};

type Draft = { halfWords: number[]; names: string[]; instructions: number };

function append(draft: Draft, name: string, words: readonly number[]): void {
  draft.halfWords.push(...words);
  draft.names.push(`${name} ${words.map((word) => word.toString(16).padStart(4, '0')).join(' ')}`);
  draft.instructions++;
}

function appendEncoding(random: Random, draft: Draft, encoding: Encoding): void {
  append(draft, encoding.name, drawInstruction(random, encoding));
}

/** Bases that an instruction moved are put back before the next one looks at them. */
function restoreBase(draft: Draft, { movesBase }: Encoding): void {
  if (movesBase === 'low') append(draft, 'MOV r7, r10', [restoreLowBase]);
  if (movesBase === 'high') append(draft, 'MOV r9, r10', [restoreHighBase]);
}

function fitsInIt({ pattern }: Encoding): boolean {
  return !pattern.startsWith('1111 1110') && !pattern.startsWith('11111110');
}

/** An IT block of one to four instructions; the last base that was moved is restored after it. */
function appendItBlock(random: Random, draft: Draft, encodings: readonly Encoding[]): void {
  const condition = below(random, 14);
  const mask = 1 + below(random, 15);
  append(draft, 'IT', [0xbf00 | (condition << 4) | mask]);
  const length = 4 - Math.log2(mask & -mask);
  let hasMoved = false;
  for (let n = 0; n < length; n++) {
    // A base that was moved may be unaligned until it is restored after the block.
    const usable = encodings.filter(
      (encoding) => fitsInIt(encoding) && !(hasMoved && encoding.pattern.includes('B')),
    );
    const encoding = usable.length > 0 ? pick(random, usable) : undefined;
    if (encoding === undefined) append(draft, 'NOP', [0xbf00]);
    else appendEncoding(random, draft, encoding);
    hasMoved ||= encoding?.movesBase !== undefined;
  }
  append(draft, 'MOV r7, r10', [restoreLowBase]);
  append(draft, 'MOV r9, r10', [restoreHighBase]);
}

/** A branch forward over a few instructions, in one of its encodings. */
function appendBranch(random: Random, draft: Draft, encodings: readonly Encoding[]): void {
  const inner: Draft = { halfWords: [], names: [], instructions: 0 };
  for (let n = below(random, 3); n >= 0; n--) {
    const encoding = pick(random, encodings);
    appendEncoding(random, inner, encoding);
    restoreBase(inner, encoding);
  }
  const skipped = inner.halfWords.length;
  append(draft, 'branch', branchOver(random, skipped));
  draft.halfWords.push(...inner.halfWords);
  draft.names.push(...inner.names);
  draft.instructions += inner.instructions;
}

/** Offsets count from the branch's address plus 4. */
function branchOver(random: Random, skipped: number): readonly number[] {
  const narrow = skipped - 1;
  const wide = skipped;
  switch (below(random, 6)) {
    case 0:
      return [0xe000 | narrow];
    case 1:
      return [0xf000 | (below(random, 14) << 6), 0x8000 | wide];
    case 2:
      return [0xf000, 0xb800 | wide];
    case 3:
      return [0xf000, 0xf800 | wide];
    case 4:
      return [0xb100 | (below(random, 2) << 11) | (narrow << 3) | below(random, 8)];
    default:
      return [0xd000 | (below(random, 14) << 8) | narrow];
  }
}

export type Mix = {
  readonly encodings: readonly Encoding[];
  /** Instructions before the sequence ends, at least. */
  readonly length: number;
  /** Whether IT blocks and branches come in. */
  readonly control: boolean;
};

export const allEncodings: readonly Encoding[] = [...integerEncodings, ...floatEncodings];

export function drawSequence(random: Random, { encodings, length, control }: Mix): Sequence {
  const draft: Draft = { halfWords: [], names: [], instructions: 0 };
  while (draft.instructions < length) {
    const kind = control ? below(random, 10) : 9;
    if (kind === 0) appendItBlock(random, draft, encodings);
    else if (kind === 1) appendBranch(random, draft, encodings);
    else {
      const encoding = pick(random, encodings);
      appendEncoding(random, draft, encoding);
      restoreBase(draft, encoding);
    }
  }
  return draft;
}

const specialWords = [
  0, 1, -1, 2, 0x7fff_ffff, 0x8000_0000, 0x8000, 0x7fff, 0xffff_8000, 0x00ff_00ff, 0x8000_8000,
];

/** Mostly anything, often a corner. */
export function drawWord(random: Random): number {
  switch (below(random, 4)) {
    case 0:
      return pick(random, specialWords) | 0;
    case 1:
      return below(random, 256) - 128;
    default:
      return random() | 0;
  }
}

const specialFloats = [
  0x0000_0000, 0x8000_0000, 0x0000_0001, 0x807f_ffff, 0x0080_0000, 0x7f7f_ffff, 0x7f80_0000, 0xff80_0000,
  0x7fc0_0000, 0xffc1_2345, 0x7f80_0001, 0xffa0_0000, 0x3f80_0000, 0xbf80_0000, 0x4b00_0000, 0xcf00_0000,
  0x4f80_0000, 0x3f00_0000,
];

const specialDoubleTops = [
  0, 0x8000_0000, 0x7ff0_0000, 0xfff8_0000, 0x7ff4_0000, 0x0010_0000, 0x7fef_ffff, 0x3ff0_0000,
];

/** Bits of a single: of every kind, and often of a size at which sums and products round in interesting places. */
function drawSingle(random: Random): number {
  switch (below(random, 5)) {
    case 0:
      return pick(random, specialFloats) | 0;
    case 1:
      return random() | 0;
    case 2:
      // Few fraction bits: exact results and ties.
      return (random() & 0x8000_0000) | ((120 + below(random, 16)) << 23) | (below(random, 16) << 19);
    default:
      return (random() & 0x807f_ffff) | ((118 + below(random, 20)) << 23);
  }
}

/** s0 to s31: singles in some registers, doubles in others. */
export function drawFloats(random: Random): Int32Array {
  const words = Int32Array.from({ length: 32 }, () => drawSingle(random));
  for (let pair = 0; pair < 16; pair++) {
    if (below(random, 2) === 0) continue;
    words[pair * 2] = below(random, 3) === 0 ? 0 : random();
    words[pair * 2 + 1] =
      below(random, 4) === 0
        ? pick(random, specialDoubleTops)
        : (random() & 0x800f_ffff) | ((1013 + below(random, 20)) << 20);
  }
  return words;
}

/** Mostly as programs have it; sometimes other roundings, flushing, default NaNs, alternative halves. */
export function drawFpscr(random: Random): number {
  const flags = random() & 0xf000_009f;
  if (below(random, 3) > 0) return flags | 0;
  return flags | (random() & 0x07c0_0000) | 0;
}
