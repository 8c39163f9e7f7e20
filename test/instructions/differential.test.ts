/** The core against QEMU's Cortex-M7: random sequences, in registers, flags, memory, floating-point registers and FPSCR. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWithArm } from '../support/qemu.ts';
import { compareResults, countInstructions, describeDifference, drawBatch } from './differential.ts';
import { integerEncodings } from './encodings.ts';
import { floatEncodings } from './float-encodings.ts';
import { allEncodings, type Mix, seeded } from './generate.ts';
import { buildGuest, runGuest } from './guest.ts';
import { createCore, simulateBatch } from './simulated.ts';

describeWithArm('random sequences leave what QEMU leaves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcunet-instructions-'));
  let elf = '';
  beforeAll(async () => {
    elf = await buildGuest(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const differencesOf = async (
    seed: number,
    mix: Mix,
    sequences: number,
    way: 'compiled' | 'stepped',
  ): Promise<{ readonly instructions: number; readonly differences: readonly string[] }> => {
    const drawn = drawBatch(seeded(seed), mix, sequences);
    const [expected] = await runGuest(elf, folder, [drawn.batch]);
    if (expected === undefined) throw new Error('QEMU gave no result');
    const differences = compareResults(drawn, expected, simulateBatch(createCore(1), drawn.batch, way));
    return { instructions: countInstructions(drawn), differences: differences.map(describeDifference) };
  };

  test.each([
    ['integer and DSP', 0x1111, integerEncodings],
    ['floating point', 0x2222, floatEncodings],
  ])('%s, one instruction at a time', async (_, seed, encodings) => {
    const { instructions, differences } = await differencesOf(
      seed,
      { encodings, length: 1, control: false },
      1500,
      'compiled',
    );
    expect(instructions).toBeGreaterThanOrEqual(1500);
    expect(differences).toEqual([]);
  });

  test.each([
    ['compiled', 0x3333],
    ['stepped', 0x4444],
  ] as const)('all encodings with IT blocks and branches, %s', async (way, seed) => {
    const mix = { encodings: allEncodings, length: 20, control: true };
    const { instructions, differences } = await differencesOf(seed, mix, 200, way);
    expect(instructions).toBeGreaterThan(4000);
    expect(differences).toEqual([]);
  });
});

describe('the table of encodings', () => {
  test('has patterns of whole half-words, each with a name of its own', () => {
    const names = new Set(allEncodings.map(({ name }) => name));
    expect(names.size).toBe(allEncodings.length);
    for (const { name, pattern } of allEncodings) {
      expect([16, 32], name).toContain(pattern.replaceAll(' ', '').length);
    }
  });
});
