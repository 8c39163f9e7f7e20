/** The README's table of networks, to the byte and to the cycle: plans, code and simulator are deterministic. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import type { PlanObjective } from '../../src/config/index.ts';
import { openToolchain } from '../../src/firmware/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { runPipeline } from '../../src/pipeline/index.ts';
import type { ReportModel } from '../../src/report/index.ts';
import { describeWithArmCompiler } from '../firmware/toolchains.ts';
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
/** The network of which the project has the configuration itself. */
const mobileNet = at(rows, rows.length - 1);

type Row = (typeof rows)[number];

test('the table has the seven networks', () => {
  expect(rows).toHaveLength(7);
  expect(mobileNet.name).toBe('mobilenetv2-w0.30-r80');
});

describeWithFixtures('the README', (folder) => {
  test.for(rows.filter((row) => row !== mobileNet))(
    'has the figures of $name',
    { timeout: 300_000 },
    async (row, { skip }) => {
      const { isThatCompiler } = await expectFigures(row, join(folder, `models/${row.name}.tflite`));
      if (!isThatCompiler) skip(`the arenas hold; flash and cycles are those of GCC ${compiler}`);
    },
  );
});

describeWithArmCompiler('MobileNetV2 0.30 for 80 x 80 pixels and 1,000 classes', () => {
  const file = join(import.meta.dirname, `../fixtures/net-configs/${mobileNet.name}.json`);

  test('takes less time and memory than any engine was measured to take, and as the README says', async ({
    skip,
  }) => {
    const { isThatCompiler, memory } = await expectFigures(mobileNet, file);
    // Four fifths of the least time, half of the least memory that was published: 77 ms, 80 KiB.
    expect(memory.latency?.milliseconds).toBeLessThan(62);
    expect(memory.sram?.totalBytes).toBeLessThan(40 * 1024);
    if (!isThatCompiler) skip(`the arenas hold; flash and cycles are those of GCC ${compiler}`);
  }, 300_000);
});

/** Measures a network as it is planned for memory and by default, and compares with its row. */
async function expectFigures(
  row: Row,
  path: string,
): Promise<{ readonly isThatCompiler: boolean; readonly memory: ReportModel }> {
  const host = nodeHost();
  const toolchain = await openToolchain('local', host);
  const isThatCompiler = toolchain.identity.compiler.includes(compiler);
  const services = { host, toolchain, progress: { stage: () => undefined, advance: () => undefined } };
  const measure = async (objective: 'memory' | 'auto'): Promise<ReportModel> => {
    const config = configOf(row.name, path, objective);
    const { report } = await runPipeline({ config, root: '/' }, services);
    const figures = at(report.models, 0);
    expect(figures.sram?.arenaBytes).toBe(row[objective].arena);
    if (isThatCompiler) expect(figures.latency?.cycles).toBe(row[objective].cycles);
    if (isThatCompiler && objective === 'auto') expect(figures.flash?.totalBytes).toBe(row.flash);
    return figures;
  };
  const memory = await measure('memory');
  await measure('auto');
  return { isThatCompiler, memory };
}

function configOf(name: string, path: string, objective: PlanObjective) {
  const model = {
    name,
    path,
    budgets: { sramBytes: undefined, flashBytes: undefined, latencyMs: undefined, accuracy: undefined },
    objective,
    regression: { sram: undefined, flash: undefined, latency: undefined, accuracy: undefined },
    dataset: undefined,
  };
  return { targets: ['stm32f746'], models: [model], toolchain: 'local' } as const;
}
