/**
 * Runs random instruction sequences of every encoding on the simulated core and on QEMU's Cortex-M7, and tells every difference.
 * Usage: node scripts/fuzz-instructions.ts [instructions = 1000000] [seed = 1]. Needs the Arm compiler and qemu-system-arm.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compareResults,
  countInstructions,
  type Difference,
  describeDifference,
  drawBatch,
} from '../test/instructions/differential.ts';
import { allEncodings, seeded } from '../test/instructions/generate.ts';
import { buildGuest, runGuest } from '../test/instructions/guest.ts';
import { createCore, simulateBatch } from '../test/instructions/simulated.ts';

const sequencesPerBatch = 1000;
const sequenceLength = 20;
const shownDifferences = 5;

const wanted = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'mcunet-fuzz-'));
try {
  const elf = await buildGuest(folder);
  const random = seeded(seed * 2_654_435_761);
  const mix = { encodings: allEncodings, length: sequenceLength, control: true };
  const found: Difference[] = [];
  let instructions = 0;
  for (let batchNumber = 0; instructions < wanted; batchNumber++) {
    const drawn = drawBatch(random, mix, sequencesPerBatch);
    const [expected] = await runGuest(elf, folder, [drawn.batch]);
    if (expected === undefined) throw new Error('QEMU gave no result');
    // A core of its own for each batch, so that memory does not grow with compiled code.
    const way = batchNumber % 8 === 7 ? 'stepped' : 'compiled';
    const differences = compareResults(drawn, expected, simulateBatch(createCore(1), drawn.batch, way));
    for (const difference of differences) {
      if (found.length < shownDifferences) console.log(describeDifference(difference));
      found.push(difference);
    }
    instructions += countInstructions(drawn);
  }
  console.log(
    `${instructions} instructions of ${allEncodings.length} encodings, seed ${seed}: ${found.length} differences`,
  );
  process.exitCode = found.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
