/** Many models in one pull request: what is known already is not built again, and one bad row stays alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseReport } from '../../src/report/index.ts';
import { withWorkflow } from './workflow.ts';

const fixtures = join(import.meta.dirname, '../fixtures/operators');
const network = readFileSync(join(fixtures, 'network-residual/model.tflite'));
const base = 'ba5e'.padEnd(40, '0');
const modelCount = Number(process.env.MCUNET_MONOREPO_MODELS ?? 6);
const mostMillisecondsAModel = 100;

test('unchanged models come from the cache, head and base alike, in under 100 ms each', () => {
  const names = Array.from({ length: modelCount }, (_, index) => `net${index}`);
  const lines = names.map((name) => `  - { name: ${name}, path: ${name}.tflite }\n`).join('');
  const config = `toolchain: local\nmodels:\n${lines}`;
  const models = Object.fromEntries(names.map((name) => [`${name}.tflite`, network]));
  const commits = { [base]: { 'mcunet.yml': config, ...models } };
  const files = {
    'mcunet.yml': `${config}  - { name: bad, path: bad.tflite }\n`,
    ...models,
    'bad.tflite': 'none',
  };
  const state = { files: [{ filename: 'mcunet.yml' }], commits };
  return withWorkflow({ files, state }, async ({ run, workspace }) => {
    const environment = { NODE_OPTIONS: process.env.MCUNET_NODE_OPTIONS };
    const cold = await run({ environment });
    const warm = await run({ runId: 101, environment });
    expect([cold.exitCode, warm.exitCode]).toEqual([3, 3]);
    const report = parseReport(readFileSync(join(workspace, 'mcunet-out/report.json'), 'utf8'));
    expect(report.models.map(({ status }) => status)).toEqual([...names.map(() => 'pass'), 'error']);
    expect(new Set(report.models.map(({ comparison }) => comparison?.source))).toEqual(
      new Set(['cache', null]),
    );
    // The process itself and the question for the compiler's version are there whatever the models.
    const idle = await run({ event: 'workflow_run', payload: { workflow_run: {} }, runId: 102 });
    const perModel = ((warm.seconds - idle.seconds) * 1000) / modelCount;
    if (process.env.MCUNET_MONOREPO_MODELS !== undefined) {
      console.log({ cold: cold.seconds, warm: warm.seconds, idle: idle.seconds, perModel });
    }
    expect(perModel).toBeLessThan(mostMillisecondsAModel * 2);
  });
});
