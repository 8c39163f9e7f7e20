/** The plan keeps its SRAM limit with all that the linked image has beside the arena. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Toolchain } from '../../src/base/index.ts';
import { buildToFit } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithArmCompiler } from '../firmware/toolchains.ts';

const path = join(import.meta.dirname, '../../examples/quality-inspection/quality-inspection.tflite');
const target = findTarget('stm32f746');

/** Arena and all static RAM with worst-case stack, bytes, and how many images were built. */
async function bytesWithin(sramBudgetBytes: number | undefined, toolchain: Toolchain) {
  let builds = 0;
  const request = {
    bytes: readFileSync(path),
    path,
    name: 'net',
    target,
    objective: 'auto',
    sramBudgetBytes,
  } as const;
  const { image } = await buildToFit(request, toolchain, async () => {
    builds++;
  });
  return { arena: image.sram.arenaBytes, total: image.sram.totalBytes, builds };
}

describeWithArmCompiler('SRAM limits', (toolchain) => {
  test('a limit of exactly what the fastest plan takes keeps it; one byte less takes another, which holds', async () => {
    const free = await bytesWithin(undefined, toolchain);
    expect(await bytesWithin(free.total, toolchain)).toEqual({ ...free, builds: 1 });
    const tight = await bytesWithin(free.total - 1, toolchain);
    expect(tight.total).toBeLessThan(free.total);
    expect(tight.builds).toBe(2);
  });

  test('where no plan holds, the smallest is built and measured', async () => {
    const none = await bytesWithin(1, toolchain);
    const free = await bytesWithin(undefined, toolchain);
    expect(none.arena).toBeLessThan(free.arena);
    expect(none.total).toBeGreaterThan(1);
  });
});
