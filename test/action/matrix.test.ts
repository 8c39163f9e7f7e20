/** Many models: which jobs there are to run, each with its own, and one report of what they measured. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseReport } from '../../src/report/index.ts';
import { withWorkflow } from './workflow.ts';

const fixtures = join(import.meta.dirname, '../fixtures/operators');
const network = readFileSync(join(fixtures, 'network-residual/model.tflite'));
const names = ['one', 'two', 'three'];
const lines = names.map((name) => `  - { name: ${name}, path: ${name}.tflite }\n`).join('');
const files = {
  'mcunet.yml': `toolchain: local\nmodels:\n${lines}`,
  ...Object.fromEntries(names.map((name) => [`${name}.tflite`, network])),
};
const plan = { inputs: { mode: 'plan' } };

test('a plan names the touched models as a matrix, builds nothing and writes nothing', () => {
  const state = { files: [{ filename: 'one.tflite' }, { filename: 'three.tflite' }] };
  return withWorkflow({ files, state }, async ({ run, server }) => {
    const ended = await run(plan);
    expect(ended).toMatchObject({ exitCode: 0, stderr: '', summary: '' });
    expect(ended.outputs).toEqual({
      matrix: '{"include":[{"models":"one"},{"models":"three"}]}',
      'model-count': '2',
    });
    expect(server.log).toHaveLength(1);
    server.state.files.splice(0, 2, { filename: 'README.md' });
    expect((await run(plan)).outputs).toEqual({ matrix: '{"include":[]}', 'model-count': '0' });
  });
});

test('a matrix has 256 jobs at most, and all models in them', () => {
  const many = Array.from({ length: 300 }, (_, index) => `net${index}`);
  const config = many.map((name) => `  - { name: ${name}, path: one.tflite }\n`).join('');
  return withWorkflow({ files: { 'mcunet.yml': `models:\n${config}` } }, async ({ run }) => {
    const ended = await run({ ...plan, event: 'workflow_dispatch', payload: {} });
    const { include }: { include: { models: string }[] } = JSON.parse(ended.outputs.matrix ?? '');
    expect(include).toHaveLength(256);
    expect(include.flatMap(({ models }) => models.split(',')).sort()).toEqual(many.toSorted());
  });
});

test('what the jobs measured makes one report in the last, without building again', () => {
  const state = { files: [{ filename: 'one.tflite' }, { filename: 'three.tflite' }] };
  return withWorkflow({ files, state }, async ({ run, workspace, state: github }) => {
    const figures = join(workspace, '../figures');
    for (const models of ['one', 'three']) {
      const folder = join(workspace, `../runner-${models}`);
      const inputs = { models, comment: 'false', check: 'false' };
      const ended = await run({ inputs, environment: { RUNNER_TEMP: folder } });
      expect(ended.outputs).toMatchObject({ status: 'pass', 'model-count': '1' });
      mkdirSync(figures, { recursive: true });
      cpSync(join(folder, 'mcunet-cache'), join(figures, 'mcunet-cache'), { recursive: true });
    }
    expect(github.comments).toEqual([]);
    const ended = await run({ environment: { RUNNER_TEMP: figures } });
    expect(ended.outputs).toMatchObject({ status: 'pass', 'model-count': '2' });
    expect(ended.stdout).not.toContain('build one');
    const report = parseReport(readFileSync(join(workspace, 'mcunet-out/report.json'), 'utf8'));
    expect(report.models.map(({ name }) => name)).toEqual(['one', 'three']);
    expect(github.comments).toHaveLength(1);
  });
}, 240_000);

test('a model that the configuration does not have is said', () =>
  withWorkflow({ files }, async ({ run }) => {
    const ended = await run({ inputs: { models: 'one, four' } });
    expect(ended).toMatchObject({ exitCode: 2, outputs: { status: 'error' } });
    expect(ended.stdout).toContain("with: models: no model is called 'four'; there are one, two, three");
  }));
