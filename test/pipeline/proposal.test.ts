/** A model over its limits gets a proposal, whether it was measured now or its figures were kept. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { type RowStore, runPipeline } from '../../src/pipeline/index.ts';
import { describeWithArmCompiler } from '../firmware/toolchains.ts';

const root = join(import.meta.dirname, '../../examples/quality-inspection');
const configOf = (latency: string) =>
  parseConfig(
    `models: [{ name: part, path: quality-inspection.tflite, budgets: { latency: ${latency} } }]`,
    'mcunet.yml',
  );

describeWithArmCompiler('a model over its latency budget', (toolchain) => {
  const progress = { stage: () => undefined, advance: () => undefined };
  const services = { host: nodeHost(), toolchain, progress };

  test('is proposed smaller versions, the same for kept figures; one within it nothing', {
    timeout: 120_000,
  }, async () => {
    const kept = new Map<string, string>();
    const rows: RowStore = {
      read: async (key) => kept.get(key),
      write: async (key, text) => void kept.set(key, text),
    };
    const within = await runPipeline({ config: configOf('1s'), root, rows }, services);
    expect(within.report.models[0]).toMatchObject({ status: 'pass', proposal: null });
    expect(kept.size).toBe(1);

    const latency = within.report.models[0]?.latency?.milliseconds ?? 0;
    const config = configOf(`${(latency * 0.6).toFixed(4)}ms`);
    const reused = await runPipeline({ config, root, rows }, services);
    const measured = await runPipeline({ config, root }, services);
    expect([reused.origins, measured.origins]).toEqual([['kept'], ['measured']]);
    const [row] = measured.report.models;
    expect(row?.status).toBe('fail');
    expect(row?.proposal?.options.some(({ fits }) => fits)).toBe(true);
    expect(reused.report.models[0]?.proposal).toEqual(row?.proposal);
    const silent = await runPipeline({ config, root, rows, proposes: false }, services);
    expect(silent.report.models[0]).toMatchObject({ status: 'fail', proposal: null });
  });
});
