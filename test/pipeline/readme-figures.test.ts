/** The README's table of networks, to the byte and to the cycle: plans, code and simulator are deterministic. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { openToolchain } from '../../src/firmware/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { runPipeline } from '../../src/pipeline/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';

/** Other compilers make other code. */
const compiler = '12.2.1';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const [, table = ''] = /<!-- networks -->\n([\s\S]*?)<!-- \/networks -->/.exec(readme) ?? [];
const rows = [...table.matchAll(/^\| `([^`]+)` (\|.*)\|$/gm)].map(([, name = '', cells = '']) => {
  const number = (column: number): number => Number(at(cells.split('|'), column).replaceAll(',', ''));
  return {
    name,
    flash: number(5),
    memory: { arena: number(3), cycles: number(6) },
    auto: { arena: number(4), cycles: number(7) },
  };
});

test('the table has the six networks', () => {
  expect(rows).toHaveLength(6);
});

describeWithFixtures('the README', (folder) => {
  test.for(rows)(
    'has the figures of $name',
    { timeout: 300_000 },
    async ({ name, flash, ...row }, { skip }) => {
      const host = nodeHost();
      const toolchain = await openToolchain('local', host);
      const isThatCompiler = toolchain.identity.compiler.includes(compiler);
      const progress = { stage: () => undefined, advance: () => undefined };
      const none = { sram: undefined, flash: undefined, latency: undefined, accuracy: undefined };
      for (const objective of ['memory', 'auto'] as const) {
        const model = {
          name,
          path: join(folder, `models/${name}.tflite`),
          budgets: { sramBytes: undefined, flashBytes: undefined, latencyMs: undefined, accuracy: undefined },
          objective,
          regression: none,
          dataset: undefined,
        };
        const config = { targets: ['stm32f746'], models: [model], toolchain: 'local' } as const;
        const { report } = await runPipeline({ config, root: folder }, { host, toolchain, progress });
        const figures = at(report.models, 0);
        expect(figures.sram?.arenaBytes).toBe(row[objective].arena);
        if (!isThatCompiler) continue;
        expect(figures.latency?.cycles).toBe(row[objective].cycles);
        if (objective === 'auto') expect(figures.flash?.totalBytes).toBe(flash);
      }
      if (!isThatCompiler) skip(`the arenas hold; flash and cycles are those of GCC ${compiler}`);
    },
  );
});
