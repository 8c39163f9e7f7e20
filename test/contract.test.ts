/** What is shipped, what is documented and what is checked are one: action.yml, schemas, README, generated files. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema, parseConfig } from '../src/config/index.ts';
import { generator } from '../src/pipeline/index.ts';
import { reportJsonSchema } from '../src/report/index.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test.each(['scripts/generate-sources.ts', 'scripts/write-readme.ts', 'scripts/tidy-lock.ts'])(
  '%s has nothing to change',
  (script) => {
    expect(() =>
      execFileSync(process.execPath, [join(root, script), '--check'], { stdio: 'pipe' }),
    ).not.toThrow();
  },
);

test('the version in reports is the package’s', () => {
  expect(JSON.parse(read('package.json'))).toMatchObject(generator);
});

test('shipped schemas are those that check', () => {
  expect(JSON.parse(read('dist/mcunet.schema.json'))).toEqual(configJsonSchema());
  expect(JSON.parse(read('dist/report.schema.json'))).toEqual(reportJsonSchema());
});

test('action.yml declares the inputs and outputs that the code reads and sets', () => {
  const action: { inputs: object; outputs: object } = parse(read('action.yml'));
  const [, schema = ''] = /inputsSchema = z\.object\(\{(.*?)\n\}\)/s.exec(read('src/action/inputs.ts')) ?? [];
  const schemaKeys = [...schema.matchAll(/^ {2}'?([a-z-]+)'?:/gm)];
  expect(schemaKeys.map(([, name]) => name).sort()).toEqual(Object.keys(action.inputs).sort());
  const publication = readdirSync(join(root, 'src/action'))
    .map((file) => read(`src/action/${file}`))
    .join('');
  for (const output of Object.keys(action.outputs)) expect(publication, output).toContain(output);
});

test('every block of YAML in the README is one: a workflow without rights of its own, or configuration', () => {
  const blocks = [...read('README.md').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  expect(blocks.length).toBeGreaterThan(4);
  const models = 'models: [{ name: net, path: net.tflite }]\n';
  for (const text of blocks) {
    if (/^jobs:/m.test(text)) expect(parse(text, { strict: true })).toMatchObject({ permissions: {} });
    else expect(() => parseConfig(/^models:/m.test(text) ? text : text + models, 'README.md')).not.toThrow();
  }
});

test('the README shows the commands, exit codes and permissions that there are', () => {
  const readme = read('README.md');
  for (const command of ['verify', 'build', 'run', 'report']) expect(readme).toContain(`mcunet ${command}`);
  for (const code of [0, 1, 2, 3, 4, 5]) expect(readme).toMatch(new RegExp(`\\b${code} [a-z]`));
});
