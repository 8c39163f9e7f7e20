/** `mode: search` by the built action: whole, in shards, cut off, refused, and as the answer of a command. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readNetConfig } from '../../src/model/index.ts';
import { parseReport, parseSearchReport } from '../../src/report/index.ts';
import { archive } from '../evaluation/archive.ts';
import { seededIntegers } from '../support/seeded-integers.ts';
import { pullRequestEvent } from './events.ts';
import { byMacs, numbers, space } from './tiny-search.ts';
import type { Files, RunSettings, Workflow } from './workflow.ts';
import { withWorkflow } from './workflow.ts';

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

const trained = `toolchain: local
search:
  supernet: supernet.json
  calibration: { path: calibration.npz }
  dataset:
    { format: npz, path: search.npz, metric: top1, inputs: images, labels: labels, normalisation: { mean: [120, 100], std: [60, 50] } }
  space: ${space}
  ${numbers}
`;
const untrained: Files = { 'mcunet.yml': byMacs };
const withWeights: Files = {
  'mcunet.yml': trained,
  'supernet.json': fixture('supernet.json'),
  'supernet.safetensors': fixture('supernet.safetensors'),
  'calibration.npz': samples(1, 8),
  'search.npz': samples(2, 40),
};

function searching(
  inputs: RunSettings['inputs'] = {},
  asked: Readonly<Record<string, string>> = {},
): RunSettings {
  const all = { mode: 'search', ...inputs };
  return { event: 'workflow_dispatch', payload: { inputs: asked }, inputs: all, runId: 700 };
}

const result = ({ workspace }: Workflow, name: string): string =>
  readFileSync(join(workspace, 'mcunet-out', name), 'utf8');

/** Where the action keeps its state, which the workflow's cache restores and its artifact carries. */
const stateFolder = ({ workspace }: Workflow): string => join(workspace, '../runner/mcunet-search');

/** Results of the whole search, by the command's own name. */
function bytesOf({ workspace }: Workflow): Readonly<Record<string, string>> {
  const names = readdirSync(join(workspace, 'mcunet-out'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    names.map((name) => [name.slice(workspace.length), readFileSync(name, 'base64')]),
  );
}

describe('a search', { timeout: 240_000 }, () => {
  test('leaves the network, its firmware and its report, and says what it found', () =>
    withWorkflow({ files: withWeights }, async (workflow) => {
      const ended = await workflow.run(searching());
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      const report = parseSearchReport(result(workflow, 'search.json'));
      expect(report.evolution?.accuracy).toMatchObject({ from: 'supernet', samples: 40 });
      const { sram, flash, latency, accuracy } = report.measured ?? {};
      expect(ended.outputs).toMatchObject({
        status: 'pass',
        'output-folder': 'mcunet-out',
        'search-path': 'mcunet-out/search.json',
        'network-path': 'mcunet-out/found.tflite',
        'html-path': 'mcunet-out/search.html',
        'sram-bytes': String(sram?.totalBytes),
        'flash-bytes': String(flash?.totalBytes),
        'latency-ms': String(latency?.milliseconds),
        accuracy: String(accuracy?.value),
      });
      const [row] = parseReport(result(workflow, 'report.json')).models;
      expect(row).toMatchObject({ status: 'pass', sram: { totalBytes: sram?.totalBytes } });
      for (const path of [row?.artifacts?.elf ?? '', 'found.tflite', 'search.html'])
        expect(existsSync(join(workflow.workspace, 'mcunet-out', path)), path).toBe(true);
      expect(ended.summary).toContain('### ✅ mcunet search: found a network of');
      expect(workflow.server.log).toEqual([]);
    }));

  test('in shards gives the same bytes as whole, also after a shard was cut off', () =>
    withWorkflow({ files: untrained }, async (workflow) => {
      expect((await workflow.run(searching())).exitCode).toBe(0);
      const whole = bytesOf(workflow);
      const shards = join(workflow.workspace, '../shards');
      for (const index of [2, 1]) {
        const shard = searching({ shard: `${index}/2` });
        // The state of another shard is no place to go on from, and is said not to be.
        const first = await workflow.run(shard);
        expect(first).toMatchObject({ exitCode: 0, summary: '' });
        expect(first.stdout).toContain('the search begins anew');
        const state = join(stateFolder(workflow), 'state.json');
        const done = JSON.parse(readFileSync(state, 'utf8'));
        const artifact = join(shards, `mcunet-search-shard-${index}`);
        mkdirSync(artifact, { recursive: true });
        if (index === 2) cutOff(state, done);
        const again = await workflow.run(shard);
        expect(again.stdout).not.toContain('begins anew');
        expect(JSON.parse(readFileSync(state, 'utf8'))).toEqual(done);
        cpSync(state, join(artifact, 'state.json'));
      }
      const merged = await workflow.run(searching({ merge: shards }));
      expect(merged).toMatchObject({ exitCode: 0, outputs: { status: 'pass' } });
      expect(bytesOf(workflow)).toEqual(whole);
      expect(readNetConfig(result(workflow, 'found.json'), 'found.json').classifier.outFeatures).toBe(4);
    }));
});

/** As it was before the evolution began. */
function cutOff(path: string, state: object): void {
  writeFileSync(path, JSON.stringify({ ...state, evolution: null }));
}

describe('a search that a command started', { timeout: 240_000 }, () => {
  const asked = {
    sha: 'c0ffee'.padEnd(40, '0'),
    pull: '2',
    comment: '77',
    latency: '100ms',
    sram: '',
    seed: '',
  };
  const reply = {
    id: 400,
    login: 'github-actions[bot]',
    body: `<!-- mcunet-action id=mcunet.yml%2377 run=600 attempt=1 head=${asked.sha} -->\nA search was started`,
  };

  test('replaces the answer to that command, within the limits that were asked for', () =>
    withWorkflow({ files: untrained, state: { comments: [reply] } }, async (workflow) => {
      const ended = await workflow.run(searching({}, asked));
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      const [comment] = workflow.state.comments;
      expect(workflow.state.comments).toHaveLength(1);
      expect(comment?.body).toMatch(
        /^<!-- mcunet-action id=mcunet\.yml%2377 run=700 .*-->\n### ✅ mcunet search: found/,
      );
      expect(comment?.body).toContain('`c0ffee0` · [run with all files]');
      expect(comment?.body).toContain('mcunet search --config mcunet.yml --seed 5 --latency 100ms');
      expect(parseSearchReport(result(workflow, 'search.json')).limits).toEqual({ latencyMs: 100 });
      expect(ended.outputs['comment-url']).toContain('400');
    }));

  test('says so where the head has moved meanwhile', () => {
    const pulls = [{ number: 2, headOwner: 'Codertocat', headBranch: 'changes', headSha: 'e'.repeat(40) }];
    return withWorkflow({ files: untrained, state: { pulls } }, async ({ run, state }) => {
      expect((await run(searching({}, asked))).exitCode).toBe(0);
      expect(state.comments[0]?.body).toContain('`c0ffee0`, which is no longer the head');
    });
  });

  test('answers with what is wrong, and keeps what it knew', () =>
    withWorkflow({ files: untrained, state: { comments: [reply] } }, async (workflow) => {
      expect((await workflow.run(searching())).exitCode).toBe(0);
      const state = readFileSync(join(stateFolder(workflow), 'state.json'), 'utf8');
      const missing = await workflow.run(searching({ merge: stateFolder(workflow) }, asked));
      expect(missing).toMatchObject({ exitCode: 2, outputs: { status: 'error' } });
      expect(missing.stdout).toMatch(/^::error::.*no shard has left the state.*ACTION_SHARDS_MISSING/m);
      expect(workflow.state.comments[0]?.body).toContain('### ⚠️ mcunet: no network was found');
      expect(readFileSync(join(stateFolder(workflow), 'state.json'), 'utf8')).toBe(state);
    }));

  test('is answered by the last job alone', () =>
    withWorkflow({ files: untrained, state: { comments: [reply] } }, async ({ run, server }) => {
      expect((await run(searching({ shard: '1/2' }, asked))).exitCode).toBe(0);
      expect(server.log).toEqual([]);
    }));
});

describe('one clear line for', () => {
  const models = 'toolchain: local\nmodels:\n  - { name: net, path: net.tflite }\n';
  const tight = `${byMacs}  limits: { sram: 1KiB }\n`;

  test.each([
    ['a configuration without a search', models, searching(), /SEARCH_NOT_CONFIGURED/],
    ['limits that nothing keeps', tight, searching(), /SEARCH_LIMITS_UNREACHABLE/],
    ['more shards than islands', byMacs, searching({ shard: '1/3' }), /SEARCH_SHARDS_TOO_MANY/],
    ['a part that there is not', byMacs, searching({ shard: '3/2' }), /with: shard: has no such part/],
    ['a seed that is none', byMacs, searching({ seed: 'x' }), /with: seed: must be a whole number/],
    ['a shard that unites', byMacs, searching({ shard: '1/2', merge: 'x' }), /a shard unites no shards/],
    ['a limit of nothing', byMacs, searching({}, { sram: '0' }), /SEARCH_LIMIT_INVALID/],
    ['a pull request that is none', byMacs, searching({}, { pull: '../1' }), /GITHUB_EVENT_MALFORMED/],
    [
      'the event of a pull request',
      byMacs,
      { inputs: { mode: 'search' }, payload: pullRequestEvent() },
      /search takes no event pull_request/,
    ],
  ])('%s', { timeout: 120_000 }, (_, config, settings, line) =>
    withWorkflow({ files: { 'mcunet.yml': config } }, async ({ run, server }) => {
      const ended = await run(settings);
      expect(ended.exitCode).toBe(2);
      const errors = ended.stdout.split('\n').filter((text) => text.startsWith('::error'));
      expect(errors).toEqual([expect.stringMatching(line)]);
      expect(server.log).toEqual([]);
    }),
  );
});
