/** Many models in one pull request: what is known already is not built again, and one bad row stays alone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseReport } from '../../src/report/index.ts';
import { withWorkflow } from './workflow.ts';

const fixtures = join(import.meta.dirname, '../fixtures/operators');
const network = readFileSync(join(fixtures, 'network-residual/model.tflite'));
const base = 'ba5e'.padEnd(40, '0');
const modelCount = 10;
/** 10 on an idle machine, and room for noise of a tenth of the runs that are compared. */
const mostMillisecondsAModel = 50;

const bad = '  - { name: bad, path: bad.tflite }\n';

function configOf(names: readonly string[]): string {
  const lines = names.map((name) => `  - { name: ${name}, path: ${name}.tflite }\n`);
  return `toolchain: local\nmodels:\n${lines.join('')}`;
}

test('unchanged models come from the cache, head and base alike, in under 50 ms of processor time each', () => {
  const names = Array.from({ length: modelCount }, (_, index) => `net${index}`);
  const config = configOf(names);
  const models = Object.fromEntries(names.map((name) => [`${name}.tflite`, network]));
  const commits = { [base]: { 'mcunet.yml': config, ...models } };
  const files = {
    'mcunet.yml': `${config}${bad}`,
    ...models,
    'bad.tflite': 'none',
  };
  const state = { files: [{ filename: 'mcunet.yml' }], commits };
  return withWorkflow({ files, state }, async ({ run, workspace }) => {
    const cold = await run();
    const warm = await run({ runId: 101 });
    expect([cold.exitCode, warm.exitCode]).toEqual([3, 3]);
    const report = parseReport(readFileSync(join(workspace, 'mcunet-out/report.json'), 'utf8'));
    expect(report.models.map(({ status }) => status)).toEqual([...names.map(() => 'pass'), 'error']);
    expect(new Set(report.models.map(({ comparison }) => comparison?.source))).toEqual(
      new Set(['cache', null]),
    );
    // What one model costs beside the others, without what any run costs.
    writeFileSync(join(workspace, 'mcunet.yml'), `${configOf(names.slice(0, 1))}${bad}`);
    const small = await run({ runId: 102 });
    const difference = warm.processorSeconds - small.processorSeconds;
    const perModel = (difference * 1000) / (modelCount - 1);
    expect(perModel).toBeLessThan(mostMillisecondsAModel);
  });
}, 240_000);
