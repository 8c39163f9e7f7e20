/** Searching a network, from the configuration to measured firmware: the same whatever happened on the way. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Command, Toolchain } from '../../src/base/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { readModel, readNetConfig } from '../../src/model/index.ts';
import { runSearch } from '../../src/pipeline/index.ts';
import { archive } from '../evaluation/archive.ts';
import { describeWithArmCompiler } from '../firmware/toolchains.ts';
import { type MemoryHost, memoryHost } from '../support/memory-host.ts';
import { rememberingToolchain } from '../support/remembering-toolchain.ts';
import { seededIntegers } from '../support/seeded-integers.ts';

const fixture = (name: string): Uint8Array =>
  readFileSync(join(import.meta.dirname, '../fixtures/supernet-tiny', name));

function samples(seed: number, count: number): Uint8Array {
  const draw = seededIntegers(seed);
  return archive({
    images: {
      values: Uint8Array.from({ length: count * 260 }, () => draw(0, 255)),
      shape: [count, 13, 10, 2],
    },
    labels: { values: Uint8Array.from({ length: count }, () => draw(0, 3)), shape: [count] },
  });
}

const space = `
    input: { channels: 2, resolutions: [[13, 10]] }
    widths: [0.5]
    stem: { width: 8 }
    stages:
      - { width: 8, depths: [1], expands: [1], kernels: [3] }
      - { width: 16, stride: 2, depths: [1, 2], expands: [1.5, 2, 3], kernels: [3, 5, 7] }
    head: 24
    classes: 4
    divisor: 4`;
const normalisation = 'normalisation: { mean: [120, 100], std: [60, 50] }';
const dataset = `{ format: npz, path: search.npz, metric: top1, inputs: images, labels: labels, ${normalisation} }`;
const trained = `
  supernet: supernet.json
  calibration: { path: calibration.npz }
  dataset: ${dataset}`;
const small = 'population: 8, generations: 2, islands: 2, samples: 10, seed: 5';

function files(settings: string): Record<string, Uint8Array | string> {
  const [population, ...rest] = small.split(', ').map((line) => `  ${line}`);
  return {
    '/p/mcunet.yml': ['search:', `  space: ${space}`, settings, population, ...rest].join('\n'),
    '/p/supernet.json': fixture('supernet.json'),
    '/p/supernet.safetensors': fixture('supernet.safetensors'),
    '/p/calibration.npz': samples(1, 8),
    '/p/search.npz': samples(2, 40),
  };
}

function request(host: MemoryHost, changes: Partial<Parameters<typeof runSearch>[0]> = {}) {
  const text = new TextDecoder().decode(host.files.get('/p/mcunet.yml'));
  const { search } = parseConfig(text, '/p/mcunet.yml');
  if (search === undefined) throw new Error('no search in the configuration');
  return {
    config: search,
    root: '/p',
    toolchain: 'local' as const,
    folder: '/out',
    isFresh: false,
    shard: undefined,
    merge: undefined,
    command: 'mcunet search',
    ...changes,
  };
}

const progress = { stage: () => {}, advance: () => {} };

/** No tool is needed to compare spaces. */
const noToolchain: Toolchain = {
  identity: { kind: 'local', compiler: 'none' },
  openWorkspace: () => Promise.reject(new Error('no toolchain expected')),
  exec: () => Promise.reject(new Error('no toolchain expected')),
  readOutput: () => Promise.reject(new Error('no toolchain expected')),
  closeWorkspace: () => Promise.reject(new Error('no toolchain expected')),
};

async function failureOf(run: Promise<unknown>): Promise<string> {
  const error = await errorOf(run);
  return String((error as { code?: string }).code ?? error);
}

async function errorOf(run: Promise<unknown>): Promise<unknown> {
  try {
    await run;
  } catch (error) {
    return error;
  }
  throw new Error('nothing thrown');
}

describeWithArmCompiler('a search with shared weights', (local) => {
  const { toolchain, close } = rememberingToolchain(local);
  afterAll(close);
  const run = (host: MemoryHost, changes?: Parameters<typeof request>[1]) =>
    runSearch(request(host, changes), { host, toolchain, progress });
  const whole = run(memoryHost(files(trained)));

  test('finds a trained network within the limits, and measures it as firmware', async () => {
    const { report, files: found, verified } = await whole;
    expect(report?.evolution).toMatchObject({
      space: 'w0.5-r13x10',
      accuracy: { from: 'supernet', samples: 40 },
    });
    expect(report?.measured).toMatchObject({ status: 'pass', dataset: 'search.npz' });
    expect(report?.remarks.join(' ')).toMatch(/very samples that the search chose by/);
    // The firmware's accuracy is that of the search: the same samples, the same bytes.
    expect(report?.measured?.accuracy?.value).toBe(report?.evolution?.found.accuracy);
    expect(verified?.models[0]?.latency?.method).toBe('simulated');
    const network = buildGraph(readModel(found.get('found.tflite') as Uint8Array));
    expect(network.outputs[0]).toMatchObject({ type: 'int8', shape: [1, 4] });
    expect(readNetConfig(String(found.get('found.json')), 'found.json').classifier.outFeatures).toBe(4);
  });

  test('gives the same bytes after it was killed at any moment', async () => {
    const { report, files: found } = await whole;
    for (const survived of [1, 2, 3]) {
      const host = memoryHost(files(trained));
      const { writeFiles } = host;
      let writes = 0;
      const mortal = {
        ...host,
        writeFiles: (...written: Parameters<typeof writeFiles>) =>
          ++writes > survived ? Promise.reject(new Error('killed')) : writeFiles(...written),
      };
      await expect(run(mortal)).rejects.toThrow('killed');
      const again = await run(host);
      expect(again.report).toEqual(report);
      expect(again.files).toEqual(found);
    }
  });

  test('gives the same bytes in shards, however they are run', async () => {
    const host = memoryHost(files(trained));
    for (const index of [2, 1]) {
      const part = await run(host, { shard: { index, count: 2 }, folder: `/shard-${index}` });
      expect(part.report).toBeUndefined();
    }
    const stages: string[] = [];
    const watched = { ...progress, stage: (label: string) => stages.push(label) };
    const merging = request(host, { merge: ['/shard-1', '/shard-2'] });
    const merged = await runSearch(merging, { host, toolchain, progress: watched });
    // Nothing is left to evaluate, so that only the found network's firmware is compiled.
    expect(stages).not.toContain('compile the kernels');
    const { report, files: found } = await whole;
    expect(JSON.stringify(merged.report)).toBe(JSON.stringify(report));
    expect(merged.files).toEqual(found);
    expect(await failureOf(run(host, { merge: ['/shard-1'] }))).toBe('SEARCH_SHARDS_UNMERGEABLE');
    expect(await failureOf(run(host, { shard: { index: 1, count: 3 } }))).toBe('SEARCH_SHARDS_TOO_MANY');
  });

  test('refuses the state of another search, and begins anew when told', async () => {
    const host = memoryHost(files(trained));
    await run(host);
    const config = request(host).config;
    const other = { ...config, evolution: { ...config.evolution, seed: 6 } };
    expect(await failureOf(run(host, { config: other }))).toBe('SEARCH_STATE_OTHER');
    const fresh = await run(host, { config: other, isFresh: true });
    expect(fresh.report?.evolution?.options.seed).toBe(6);
    host.files.set('/out/state.json', new TextEncoder().encode('{"search": '));
    expect(await failureOf(run(host))).toBe('FILE_NOT_JSON');
    host.files.set('/out/state.json', new TextEncoder().encode('null'));
    expect(await failureOf(run(host))).toBe('SEARCH_STATE_MALFORMED');
  });

  test.each([
    ['weights of another space', (text: string) => text.replace('24', '32'), 'SUPERNET_SPACE_MISMATCH'],
    [
      'other normalisation',
      (text: string) => text.replace('120, 100', '0, 0'),
      'SUPERNET_NORMALISATION_MISMATCH',
    ],
    [
      'samples of another shape',
      (text: string) => text.replace('images, labels: labels', 'labels, labels: labels'),
      'DATASET_MISMATCH',
    ],
    [
      'no super-network',
      (text: string) => text.replace('supernet: supernet.json', 'supernet: x.json'),
      'FILE_NOT_FOUND',
    ],
    [
      'limits that nothing keeps',
      (text: string) => `${text}\n  limits: { sram: 1KiB }`,
      'SEARCH_LIMITS_UNREACHABLE',
    ],
  ])('%s: one clear failure', async (_, change, code) => {
    const written = files(trained);
    const host = memoryHost({ ...written, '/p/mcunet.yml': change(String(written['/p/mcunet.yml'])) });
    expect(await failureOf(run(host))).toBe(code);
  });

  test('an empty calibration set is refused', async () => {
    const empty = archive({ images: { values: new Uint8Array(0), shape: [0, 13, 10, 2] } });
    const host = memoryHost({ ...files(trained), '/p/calibration.npz': empty });
    expect(await failureOf(run(host))).toBe('CALIBRATION_EMPTY');
  });

  test('without trained weights an architecture is found, and no accuracy is claimed', async () => {
    const { report, files: found } = await run(memoryHost(files('  accuracy: flops')));
    expect([...found.keys()]).not.toContain('found.tflite');
    expect(report?.evolution?.accuracy).toEqual({ from: 'flops' });
    expect(report?.measured).toMatchObject({ accuracy: null, dataset: null });
  });

  test('ends where only estimates keep the limits, and says by how much the firmware does not', async () => {
    const written = files('  accuracy: flops');
    const oneNetwork = String(written['/p/mcunet.yml']).replace(
      'depths: [1, 2], expands: [1.5, 2, 3], kernels: [3, 5, 7]',
      'depths: [1], expands: [1.5], kernels: [5]',
    );
    const { report } = await run(memoryHost({ ...written, '/p/mcunet.yml': oneNetwork }));
    const estimated = report?.evolution?.found.cost.flashBytes ?? 0;
    const measured = report?.measured?.flash?.totalBytes ?? 0;
    expect(estimated).toBeLessThan(measured);
    const limited = `${oneNetwork}\n  limits: { flash: ${measured - 1} B }`;
    const host = memoryHost({ ...written, '/p/mcunet.yml': limited });
    const figure = (bytes: number): string => bytes.toLocaleString('en');
    expect(await errorOf(run(host))).toMatchObject({
      code: 'SEARCH_NONE_MEASURED_WITHIN',
      message: `the one network that is within the limits by its estimate is not when it is built and measured: flash of ${figure(measured)} B, over the limit of ${figure(measured - 1)} B`,
    });
    // What was found so far is kept.
    expect(host.files.has('/out/state.json')).toBe(true);
  });
});

describe('accuracies by a command', () => {
  const settings = '  accuracy: command\n  command: [judge, "{network}"]';

  /** A machine on which `judge` answers. */
  function judging(answer: (network: string) => string, exitCode = 0): { host: MemoryHost; asked: string[] } {
    const asked: string[] = [];
    const host = memoryHost(files(settings), async ({ argv, cwd }: Command) => {
      expect([argv[0], cwd]).toEqual(['judge', '/p']);
      const network = new TextDecoder().decode(host.files.get(argv[1] ?? ''));
      asked.push(network);
      const stdout = new TextEncoder().encode(answer(network));
      return { exitCode, timedOut: false, stdout, stderr: 'no such data' };
    });
    return { host, asked };
  }
  const run = (host: MemoryHost) => runSearch(request(host), { host, toolchain: noToolchain, progress });

  test('it is given each network once, and answers with the last line that it prints', async () => {
    const { host, asked } = judging(
      (network) => `training\n${(JSON.parse(network).blocks.length * 10).toFixed(1)} %\n`,
    );
    // The last step, building what was found, needs the toolchain that is not here.
    expect(await failureOf(run(host))).toMatch(/no toolchain expected/);
    const state = JSON.parse(new TextDecoder().decode(host.files.get('/out/state.json')));
    const evaluated: { key: string; accuracy: number }[] = state.evolution.islands.flatMap(
      (island: { evaluated: { key: string; accuracy: number }[] }) => island.evaluated,
    );
    expect(new Set(evaluated.map(({ key }) => key)).size).toBe(asked.length);
    expect(new Set(evaluated.map(({ accuracy }) => accuracy))).toEqual(new Set([0.2, 0.3]));
  });

  test.each([
    ['prints no number', 'done\n', 0],
    ['prints nothing', '', 0],
    ['prints more than all', '101%\n', 0],
    ['fails', '0.5\n', 3],
  ])('one that %s ends the search, with what was found kept', async (_, answer, exitCode) => {
    const { host } = judging(() => answer, exitCode);
    expect(await failureOf(run(host))).toBe('SEARCH_COMMAND_FAILED');
    expect(JSON.parse(new TextDecoder().decode(host.files.get('/out/state.json'))).surveys).toHaveLength(1);
  });
});

describe('spaces alone', () => {
  test('are compared without any tool', async () => {
    const host = memoryHost(files('  limits: { sram: 64KiB }'));
    const { report, files: found } = await runSearch(request(host), {
      host,
      toolchain: noToolchain,
      progress,
    });
    expect(report).toMatchObject({ chosen: 'w0.5-r13x10', evolution: null, measured: null });
    expect(report?.surveys[0]).toMatchObject({ samples: 10, satisfying: 10 });
    expect([...found.keys()]).toEqual(['space.json']);
    const { space } = JSON.parse(new TextDecoder().decode(fixture('supernet.json')));
    expect(JSON.parse(String(found.get('space.json')))).toEqual(space);
  });
});

describe('accuracies by a predictor', () => {
  test('pairs of another space are refused', async () => {
    const pairs = {
      space: JSON.parse(new TextDecoder().decode(fixture('supernet.json'))).space,
      pairs: [{ network: 'k3e1|k3e2', accuracy: 0.5 }],
    };
    pairs.space.classes = 5;
    const host = memoryHost({
      ...files('  accuracy: predictor\n  pairs: pairs.json'),
      '/p/pairs.json': JSON.stringify(pairs),
    });
    const run = runSearch(request(host), { host, toolchain: noToolchain, progress });
    expect(await failureOf(run)).toBe('SEARCH_PAIRS_OTHER_SPACE');
  });
});
