/** Issue rules of the Cortex-M7, one short sequence each; expectations follow from the sources named beside them. */
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/simulator/decode/decode.ts';
import type { Instruction } from '../../src/simulator/instruction.ts';
import { cortexM4 } from '../../src/simulator/timing/cortex-m4.ts';
import { cortexM7 } from '../../src/simulator/timing/cortex-m7.ts';
import { scheduleInstructions } from '../../src/simulator/timing/schedule.ts';

/** Half-words in hexadecimal, as objdump prints them. */
function assemble(halfWords: string, address = 0x0800_0000): readonly Instruction[] {
  const words = halfWords.split(' ').map((word) => Number.parseInt(word, 16));
  const instructions: Instruction[] = [];
  for (let index = 0; index < words.length; ) {
    const instruction = decode(address + 2 * index, words[index] ?? 0, words[index + 1] ?? 0, 0);
    instructions.push(instruction);
    index += instruction.bytes / 2;
  }
  return instructions;
}

const issueCycles = (halfWords: string): readonly number[] =>
  scheduleInstructions(assemble(halfWords), cortexM7).issueCycles;

type Row = readonly [sequence: string, halfWords: string, issueCycles: readonly number[]];

describe('two instructions a cycle (TRM 1.2; LLVM: units)', () => {
  const rows: readonly Row[] = [
    ['two additions', 'eb01 0002 eb04 0305', [0, 0]],
    ['two loads', '6808 681a', [0, 0]],
    ['one shifted operand', 'eb01 1002 eb04 1305', [0, 1]],
    ['one multiply-accumulate', 'fb21 0002 fb24 3305', [0, 1]],
    ['one store', '6008 601a', [0, 1]],
    ['an extension only first (BeginGroup)', 'eb01 0002 b263', [0, 1]],
    ['an addition behind an extension', 'b263 eb01 0002', [0, 0]],
    ['LDRD alone (SingleIssue)', 'e9d2 0100 eb04 0305', [0, 1]],
    ['LDM of four alone, two words a cycle', 'e890 001e eb06 0507', [0, 2]],
    ['a division holds what follows', 'fb91 f0f2 eb04 0305', [0, 7]],
  ];
  test.each(rows)('%s', (_, halfWords, expected) => {
    expect(issueCycles(halfWords)).toEqual(expected);
  });
});

describe('results and operands (LLVM: Latency and ReadAdvance)', () => {
  const rows: readonly Row[] = [
    ['addition to addition: 1', 'eb01 0002 eb00 0305', [0, 1]],
    ['addition to shifted operand: 2', 'eb01 0002 eb04 1300', [0, 2]],
    ['addition to address: 2', 'eb01 0002 6803', [0, 2]],
    ['addition to store data: same cycle', 'eb01 0002 6018', [0, 0]],
    ['word load to addition: 1', '6808 eb00 0203', [0, 1]],
    ['word load to address: 2', '6808 6802', [0, 2]],
    ['byte load to addition: 2', '7808 eb00 0203', [0, 2]],
    ['a base that moves on is ready for the next cycle', 'f851 0b04 f851 2b04', [0, 1]],
    ['product to addition: 2', 'fb01 f002 eb00 0304', [0, 2]],
    ['product to accumulator: 1', 'fb21 0002 fb24 0005', [0, 1]],
    ['saturation to addition: 2', 'f301 0007 eb00 0203', [0, 2]],
    ['VADD to VADD: 3', 'ee30 0a81 ee70 1a02', [0, 3]],
    ['VMUL to VADD: 3', 'ee20 0a81 ee70 1a02', [0, 3]],
    ['VFMA to its accumulator: 3', 'eea0 0a81 eea1 0a82', [0, 3]],
    ['VFMA to VADD: 5', 'eea0 0a81 ee70 1a02', [0, 5]],
  ];
  test.each(rows)('%s', (_, halfWords, expected) => {
    expect(issueCycles(halfWords)).toEqual(expected);
  });
});

describe('fetch (TRM 2.1: 64 bits a cycle)', () => {
  const fourWide = 'eb09 080a eb09 0b0a eb01 080a eb02 0b0a';
  test('wide instructions in step with the chunks issue in pairs', () => {
    expect(scheduleInstructions(assemble(fourWide, 0x0800_0000), cortexM7).issueCycles).toEqual([0, 0, 1, 1]);
  });
  test('a block that begins late in a chunk waits for the next one, unless the queue holds it', () => {
    const late = assemble(fourWide, 0x0800_0004);
    const emptyQueue = { ...cortexM7, fetch: { ...cortexM7.fetch, lead: 1 } };
    expect(scheduleInstructions(late, emptyQueue).issueCycles).toEqual([0, 1, 1, 2]);
    expect(scheduleInstructions(late, cortexM7).issueCycles).toEqual([0, 0, 1, 1]);
  });
});

describe('branches (TRM 2.1; folding fitted to hardware)', () => {
  const compareAndBranch = '2800 d008';
  test('a taken direct branch takes no cycle', () => {
    expect(scheduleInstructions(assemble(compareAndBranch), cortexM7).cyclesTaken).toBe(1);
  });
  test('one that is not taken takes a slot beside the comparison that it is a guess about', () => {
    expect(scheduleInstructions(assemble(compareAndBranch), cortexM7).cycles).toBe(1);
  });
  test('a branch to itself still takes time', () => {
    expect(scheduleInstructions(assemble('e7fe'), cortexM7).cyclesTaken).toBe(1);
  });
});

test('a loop of two loads, two expansions and a SMLAD: loads pair, what is left goes in order', () => {
  const schedule = scheduleInstructions(
    assemble('f851 0b04 f853 2b04 fa2f f480 fa2f f590 fb24 6602 3f01 d1f2'),
    cortexM7,
  );
  expect(schedule.pairedLoads).toEqual([undefined, 0, undefined, undefined, undefined, undefined, undefined]);
  expect(schedule.issueCycles).toEqual([0, 0, 1, 2, 2, 3, 3]);
  expect(schedule.cyclesTaken).toBe(4);
});

test('straight code that was cut goes on as if it had not been', () => {
  const whole = assemble('f851 0b04 f853 2b04 fa2f f480 fa2f f590 fb24 6602 eb06 0702 6008 3f01 d1f2');
  const uncut = scheduleInstructions(whole, cortexM7);
  for (let cut = 1; cut < whole.length; cut += 1) {
    const first = scheduleInstructions(whole.slice(0, cut), cortexM7);
    const rest = scheduleInstructions(whole.slice(cut), cortexM7, whole.slice(0, cut));
    expect(first.cycles + rest.cycles, `cut before ${cut}`).toBe(uncut.cycles);
    expect(first.cycles + rest.cyclesTaken).toBe(uncut.cyclesTaken);
  }
});

describe('Cortex-M4 (TRM 3.3.1, 3.3.2: one instruction a cycle)', () => {
  const rows: readonly Row[] = [
    ['two additions', 'eb01 0002 eb04 0305', [0, 1]],
    ['a load holds what follows for a cycle', '6808 eb04 0305', [0, 2]],
    ['loads go on behind loads: LDR R0,[R1]; LDR R1,[R2]; three cycles', '6808 6811 eb04 0305', [0, 1, 3]],
    ['a store behind a load', '6808 6018 eb04 0305', [0, 1, 2]],
    ['an address from the instruction before', 'eb01 0002 6803', [0, 2]],
    ['products need no wait', 'fb01 f002 eb00 0304', [0, 1]],
    ['LDM of four: five cycles', 'e890 001e eb06 0507', [0, 5]],
    ['LDRD: three cycles', 'e9d2 0100 eb04 0305', [0, 3]],
    ['VFMA: three cycles', 'eea0 0a81 eb04 0305', [0, 3]],
  ];
  test.each(rows)('%s', (_, halfWords, expected) => {
    expect(scheduleInstructions(assemble(halfWords), cortexM4).issueCycles).toEqual(expected);
  });
});
