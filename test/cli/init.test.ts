/** `mcunet init`: what it writes is a configuration that holds today, and workflows that GitHub understands. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema, parseConfig } from '../../src/config/index.ts';
import { parseReport } from '../../src/report/index.ts';
import { runCommandLine, temporaryFolder } from '../support/command-line.ts';

const fixtures = join(import.meta.dirname, '../fixtures/operators');
const network = (name: string) => readFileSync(join(fixtures, `${name}/model.tflite`));

test('writes a configuration whose budgets are 10 % above today, and the workflows of verifying and publishing', () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  for (const path of [
    'models/one two.tflite',
    'models/b/net.tflite',
    'models/c/net.tflite',
    'broken.tflite',
  ]) {
    mkdirSync(join(cwd, path, '..'), { recursive: true });
    writeFileSync(join(cwd, path), path.startsWith('broken') ? 'no network' : network('network-residual'));
  }
  const ended = runCommandLine(['init', '--toolchain', 'local'], { cwd });
  expect(ended).toMatchObject({ exitCode: 0 });
  expect(ended.stderr).toContain('left out: broken.tflite');

  const text = readFileSync(join(cwd, 'mcunet.yml'), 'utf8');
  const config = parseConfig(text, 'mcunet.yml');
  expect(config.models.map(({ name }) => name)).toEqual(['net', 'net-2', 'one-two']);
  const validate = new Ajv2020({ strict: false }).compile(configJsonSchema());
  expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);

  expect(runCommandLine(['verify', '--out', 'out'], { cwd }).exitCode).toBe(0);
  const { models } = parseReport(readFileSync(join(cwd, 'out/report.json'), 'utf8'));
  for (const { sram, flash, latency } of models) {
    expect(sram?.limitBytes).toBeGreaterThanOrEqual((sram?.totalBytes ?? 0) * 1.1 - 1);
    expect(sram?.limitBytes).toBeLessThan((sram?.totalBytes ?? 0) * 1.1 + 104);
    expect(flash?.limitBytes).toBeGreaterThanOrEqual((flash?.totalBytes ?? 0) * 1.1 - 1);
    expect(latency?.limitMilliseconds).toBeGreaterThanOrEqual((latency?.milliseconds ?? 0) * 1.1);
  }
  for (const file of ['mcunet.yml', 'mcunet-publish.yml']) {
    const written = readFileSync(join(cwd, '.github/workflows', file), 'utf8');
    const example = join(import.meta.dirname, '../../examples/quality-inspection/workflows', file);
    // The example's are those that actionlint and zizmor see in continuous integration.
    expect(written).toBe(readFileSync(example, 'utf8'));
    expect(parse(written).permissions).toEqual({});
  }
});

test('where a search is configured, writes the workflows that are missing and leaves the rest', () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  const config = 'search: # three shards\n  islands: 3\n';
  writeFileSync(join(cwd, 'mcunet.yml'), config);
  expect(runCommandLine(['init'], { cwd })).toMatchObject({
    exitCode: 0,
    stdout: ['mcunet', 'mcunet-publish', 'mcunet-search']
      .map((name) => `wrote .github/workflows/${name}.yml\n`)
      .join(''),
  });
  const path = join(cwd, '.github/workflows/mcunet-search.yml');
  const example = join(import.meta.dirname, '../../examples/tinynas/workflows/mcunet-search.yml');
  const written = readFileSync(path, 'utf8');
  expect(written).toBe(readFileSync(example, 'utf8').replace('[1, 2]', '[1, 2, 3]'));
  expect(parse(written).permissions).toEqual({});
  expect(readFileSync(join(cwd, 'mcunet.yml'), 'utf8')).toBe(config);

  writeFileSync(path, 'mine');
  expect(runCommandLine(['init'], { cwd })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('mcunet-search.yml: exists already'),
  });
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

test('never writes over what exists, unless told, and says where there is nothing to do', () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  expect(runCommandLine(['init'], { cwd })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('no .tflite or .onnx file lies here or below'),
  });
  writeFileSync(join(cwd, 'net.tflite'), network('network-residual'));
  writeFileSync(join(cwd, 'mcunet.yml'), 'mine');
  const refused = runCommandLine(['init', '--toolchain', 'local'], { cwd });
  expect(refused).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('mcunet.yml: exists already'),
  });
  expect(readFileSync(join(cwd, 'mcunet.yml'), 'utf8')).toBe('mine');
  expect(existsSync(join(cwd, '.github'))).toBe(false);
  expect(runCommandLine(['init', '--toolchain', 'local', '--force'], { cwd }).exitCode).toBe(0);
  expect(readFileSync(join(cwd, 'mcunet.yml'), 'utf8')).toContain('name: net');
});
