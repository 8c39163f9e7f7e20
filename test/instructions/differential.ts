/** Draws batches of random sequences and tells where two machines differ in what they left. */
import {
  drawFloats,
  drawFpscr,
  drawSequence,
  drawWord,
  type Mix,
  type Random,
  type Sequence,
} from './generate.ts';
import { type Batch, type BatchResult, type Case, layout, stateWords } from './guest.ts';

const poolBytes = 128;

export type DrawnBatch = { readonly batch: Batch; readonly sequences: readonly Sequence[] };

/** Sequences one after the other, each with its way out and constants to load behind it. */
export function drawBatch(random: Random, mix: Mix, count: number): DrawnBatch {
  const code = new Uint8Array(layout.codeBytes);
  const view = new DataView(code.buffer);
  const sequences: Sequence[] = [];
  const cases: Case[] = [];
  let address: number = layout.firstSequence;
  const put = (halfWord: number): void => {
    view.setUint16(address - layout.code, halfWord, true);
    address += 2;
  };
  for (let n = 0; n < count; n++) {
    const sequence = drawSequence(random, mix);
    cases.push({ state: drawState(random), address });
    sequences.push(sequence);
    sequence.halfWords.forEach(put);
    branchTo(layout.code, address).forEach(put);
    for (let n = 0; n < poolBytes; n += 2) put(random() & 0xffff);
    address = (address + 3) & ~3;
  }
  const used = address - layout.code;
  if (used > layout.codeBytes) throw new Error('more sequences than fit');
  const data = Uint8Array.from({ length: layout.dataBytes }, () => random() & 255);
  return { batch: { cases, code: code.subarray(0, used), data }, sequences };
}

/** B.W */
function branchTo(target: number, from: number): readonly number[] {
  const offset = target - (from + 4);
  const sign = (offset >>> 24) & 1;
  const j1 = ~((offset >>> 23) ^ sign) & 1;
  const j2 = ~((offset >>> 22) ^ sign) & 1;
  return [
    0xf000 | (sign << 10) | ((offset >>> 12) & 0x3ff),
    0x9000 | (j1 << 13) | (j2 << 11) | ((offset >>> 1) & 0x7ff),
  ];
}

function drawState(random: Random): Int32Array {
  const state = new Int32Array(stateWords.count);
  for (let register = 0; register < stateWords.registers; register++) state[register] = drawWord(random);
  const base = layout.data + layout.baseOffset;
  for (const register of [7, 9, 10]) state[register] = base;
  for (const register of [6, 8]) state[register] = random() & 255;
  state[13] = layout.data + layout.stackOffset;
  state[stateWords.apsr] = random() & 0xf80f_0000;
  state[stateWords.fpscr] = drawFpscr(random);
  state.set(drawFloats(random), stateWords.floats);
  return state;
}

export type Difference = {
  readonly where: string;
  readonly expected: string;
  readonly actual: string;
  readonly sequence: Sequence;
  readonly before: Case;
};

/** FPSCR as Armv7E-M defines it. */
const fpscrMask = 0xf7c0_009f;

/** The first difference of each sequence, and of memory at the end. */
export function compareResults(
  { batch, sequences }: DrawnBatch,
  expected: BatchResult,
  actual: BatchResult,
): readonly Difference[] {
  const differences = batch.cases.flatMap((before, index): readonly Difference[] => {
    const sequence = sequences[index];
    const theirs = expected.states[index];
    const ours = actual.states[index];
    if (sequence === undefined || theirs === undefined || ours === undefined)
      throw new Error('results are missing');
    for (let word = 0; word < stateWords.count; word++) {
      const mask = word === stateWords.fpscr ? fpscrMask : -1;
      const left = (theirs[word] ?? 0) & mask;
      const right = (ours[word] ?? 0) & mask;
      if (left === right || word === 9) continue;
      return [{ where: nameOf(word), expected: hex(left), actual: hex(right), sequence, before }];
    }
    return [];
  });
  const byte = expected.data.findIndex((value, index) => value !== actual.data[index]);
  const [before] = batch.cases;
  const [sequence] = sequences;
  if (byte < 0 || before === undefined || sequence === undefined) return differences;
  const where = `memory at ${hex(layout.data + byte)} after the whole batch`;
  return [
    ...differences,
    { where, expected: hex(expected.data[byte] ?? 0), actual: hex(actual.data[byte] ?? 0), sequence, before },
  ];
}

function nameOf(word: number): string {
  if (word < stateWords.registers) return `r${word}`;
  if (word === stateWords.apsr) return 'APSR';
  return word === stateWords.fpscr ? 'FPSCR' : `s${word - stateWords.floats}`;
}

export function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

export function describeDifference({ where, expected, actual, sequence, before }: Difference): string {
  const state = [...before.state].map(hex);
  return [
    `${where}: expected ${expected}, got ${actual}`,
    ...sequence.names.map((name) => `  ${name}`),
    `  r0-r14 ${state.slice(0, 15).join(' ')}`,
    `  APSR ${state[stateWords.apsr]} FPSCR ${state[stateWords.fpscr]}`,
    `  s0-s31 ${state.slice(stateWords.floats).join(' ')}`,
  ].join('\n');
}

export function countInstructions({ sequences }: DrawnBatch): number {
  return sequences.reduce((sum, { instructions }) => sum + instructions, 0);
}
