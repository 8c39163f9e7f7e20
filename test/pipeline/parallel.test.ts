/** Models side by side: no more of them than there are processors, nor than memory has room for. */
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/index.ts';
import { runPipeline } from '../../src/pipeline/index.ts';
import { memoryHost } from '../support/memory-host.ts';

const names = Array.from({ length: 8 }, (_, index) => `net${index}`);
const config = parseConfig(
  `models:\n${names.map((name) => `  - { name: ${name}, path: ${name}.tflite }\n`).join('')}`,
  'mcunet.yml',
);
const gibibyte = 1024 ** 3;

test.each([
  ['processors', 3, 64 * gibibyte, 3],
  ['memory', 16, gibibyte, 2],
  ['hardly any memory', 16, 1024, 1],
  ['models', 64, 64 * gibibyte, 8],
])('bounded by %s', async (_, processors, memoryBytes, most) => {
  const host = memoryHost(Object.fromEntries(names.map((name) => [`/p/${name}.tflite`, 'no network'])));
  let now = 0;
  let highest = 0;
  const readFile = async (path: string) => {
    now += 1;
    highest = Math.max(highest, now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now -= 1;
    return host.readFile(path);
  };
  const identity = { kind: 'local' as const, compiler: 'none' };
  const nothing = () => Promise.reject(new Error('nothing is compiled'));
  const result = await runPipeline(
    { config, root: '/p' },
    {
      host: { ...host, readFile, processors, memoryBytes },
      toolchain: { identity, compileFirmware: nothing, compileForHost: nothing } as never,
      progress: { stage: () => {}, advance: () => {} },
    },
  );
  expect(result.report.models.map(({ status }) => status)).toEqual(names.map(() => 'error'));
  expect(highest).toBe(most);
});
