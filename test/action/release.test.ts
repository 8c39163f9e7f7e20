/** Releases and the default branch's history, by the built action. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { examplesOf } from '../github/server/events.ts';
import type { CommitContents } from '../github/server/repository.ts';
import type { State } from '../github/server/state.ts';
import { pushEvent } from './events.ts';
import { withWorkflow } from './workflow.ts';

const network = readFileSync(
  join(import.meta.dirname, '../fixtures/operators/network-residual/model.tflite'),
);
const config = (flash = '1MiB') =>
  `toolchain: local\nmodels:\n  - { name: net, path: net.tflite, budgets: { flash: ${flash} } }\n`;
const files = { 'mcunet.yml': config(), 'net.tflite': network };
const releasing = { event: 'release', payload: examplesOf('release')[0] };

const names = [
  'net-stm32f746.elf',
  'net-stm32f746.bin',
  'net-stm32f746.hex',
  'net-stm32f746.map',
  'net-stm32f746-sources.zip',
  'report.json',
  'report.html',
  'mcunet.spdx.json',
  'SHA256SUMS',
];

/** Someone who downloaded the firmware alone: the README's command accepts it, and refuses it with one byte changed. */
function checkAsTheReadmeSays(folder: string): void {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const [, command = ''] = /checks it with `(sha256sum [^`]*)`/.exec(readme) ?? [];
  const [program = '', ...words] = command.split(' ');
  const alone = join(folder, 'alone');
  mkdirSync(alone);
  for (const name of ['SHA256SUMS', 'net-stm32f746.elf']) copyFileSync(join(folder, name), join(alone, name));
  const check = () => execFileSync(program, words, { cwd: alone, stdio: 'pipe' }).toString();
  expect(check()).toBe('net-stm32f746.elf: OK\n');
  const image = readFileSync(join(alone, 'net-stm32f746.elf'));
  image.writeUInt8(image.readUInt8(100) ^ 1, 100);
  writeFileSync(join(alone, 'net-stm32f746.elf'), image);
  expect(check).toThrow('did NOT match');
}

describe('a release', () => {
  test(
    'gets every file once, whole, with checksums that hold, and a rerun finishes what is missing',
    { timeout: 240_000 },
    () =>
      withWorkflow({ files, state: { releaseTag: '0.0.1' } }, async ({ run, state, server, workspace }) => {
        const ended = await run(releasing);
        expect(ended).toMatchObject({
          exitCode: 0,
          stderr: '',
          outputs: { status: 'pass', 'asset-count': '9' },
        });
        expect(state.assets.map(({ name }) => name)).toEqual(names);

        const folder = join(workspace, 'downloaded');
        mkdirSync(folder);
        for (const { name, bytes } of state.assets) writeFileSync(join(folder, name), bytes);
        execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder, stdio: 'pipe' });
        checkAsTheReadmeSays(folder);
        const sources = unzipSync(readFileSync(join(folder, 'net-stm32f746-sources.zip')));
        expect(Object.keys(sources).some((path) => path.endsWith('model.h'))).toBe(true);
        const bom = JSON.parse(readFileSync(join(folder, 'mcunet.spdx.json'), 'utf8'));
        expect(bom).toMatchObject({ spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT' });
        const ids = bom.packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID);
        for (const { spdxElementId, relatedSpdxElement } of bom.relationships) {
          expect(['SPDXRef-DOCUMENT', ...ids]).toContain(spdxElementId);
          expect(ids).toContain(relatedSpdxElement);
        }

        const before = state.assets;
        state.assets = before.flatMap((asset) =>
          asset.name === 'report.html' ? [] : [{ ...asset, isBroken: asset.name === 'SHA256SUMS' }],
        );
        const uploads = () => server.log.filter((line) => line.includes('POST'));
        const count = uploads().length;
        expect((await run(releasing)).exitCode).toBe(0);
        expect(uploads()).toHaveLength(count + 2);
        expect(new Map(state.assets.map(({ name, bytes }) => [name, bytes]))).toEqual(
          new Map(before.map(({ name, bytes }) => [name, bytes])),
        );
      }),
  );

  test('refuses to overwrite what differs, unless told', () => {
    const assets = [{ id: 1, name: 'net-stm32f746.elf', bytes: strToU8('another image') }];
    return withWorkflow({ files, state: { releaseTag: '0.0.1', assets } }, async ({ run, state }) => {
      const refused = await run(releasing);
      expect(refused.exitCode).toBe(2);
      expect(refused.stdout).toContain('other files of these names: net-stm32f746.elf');
      expect(state.assets[0]).toEqual(assets[0]);
      expect((await run({ ...releasing, inputs: { overwrite: 'true' } })).exitCode).toBe(0);
      expect(state.assets.find(({ name }) => name === 'net-stm32f746.elf')?.bytes.length).toBeGreaterThan(
        1000,
      );
    });
  });

  test('does not get what is over its budget, and a tag without a release gets files only', () =>
    withWorkflow(
      { files: { ...files, 'mcunet.yml': config('1KiB') } },
      async ({ run, server, workspace }) => {
        expect((await run(releasing)).exitCode).toBe(1);
        expect(server.log).toEqual([]);
        writeFileSync(join(workspace, 'mcunet.yml'), config());
        const tagged = await run({ event: 'push', payload: { ...pushEvent(), ref: 'refs/tags/v1' } });
        expect(tagged.exitCode).toBe(0);
        expect(tagged.stdout).toContain('v1 has no release');
        expect(readFileSync(join(workspace, 'mcunet-out/SHA256SUMS'), 'utf8')).toContain('net-stm32f746.elf');
      },
    ));
});

describe('a push to the default branch', () => {
  test('continues the history, once for each commit, and draws it', () => {
    const row = {
      model: 'net',
      target: 'stm32f746',
      sramBytes: 1,
      flashBytes: 2,
      latencyMs: 3,
      accuracy: null,
    };
    const earlier = ['a', 'b'].map((letter) => JSON.stringify({ commit: letter.repeat(40), ...row }));
    const text = `${earlier.join('\n')}\nno row\n`;
    const stored = { name: 'mcunet-baseline', runId: 1, headSha: 'b'.repeat(40), isOwn: true };
    const zip = zipSync({ 'history.jsonl': strToU8(text), 'report.json': strToU8('{}') });
    return withWorkflow({ files, state: { artifacts: [{ id: 1, zip, ...stored }] } }, async (workflow) => {
      const ended = await workflow.run({ event: 'push', payload: pushEvent() });
      expect(ended.outputs['history-path']).toBe('mcunet-out/history.jsonl');
      const lines = readFileSync(join(workflow.workspace, 'mcunet-out/history.jsonl'), 'utf8')
        .trim()
        .split('\n');
      expect(lines.slice(0, 2)).toEqual(earlier);
      expect(lines).toHaveLength(3);
      expect(JSON.parse(lines[2] ?? '')).toMatchObject({ commit: 'd'.repeat(40), model: 'net' });
      expect(ended.summary).toContain('Over the last commits');
      expect(workflow.server.log.filter((line) => !/ GET /.test(line))).toEqual([]);
      expect(readFileSync(join(workflow.workspace, 'mcunet-out/report.html'), 'utf8')).toContain(
        '<h2>Over the last commits</h2>',
      );
    });
  });

  const onBranch = { event: 'push', payload: pushEvent(), inputs: { 'history-branch': 'mcunet-history' } };
  const filesOf = (state: State): CommitContents =>
    state.commits[state.branches['mcunet-history'] ?? ''] ?? {};
  const commitsOf = (state: State) =>
    String(filesOf(state)['history.jsonl'])
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).commit);

  test('makes the branch of the history, and adds nothing for a commit that is there', () =>
    withWorkflow({ files }, async ({ run, state, server }) => {
      expect((await run(onBranch)).exitCode).toBe(0);
      expect(commitsOf(state)).toEqual(['d'.repeat(40)]);
      const writes = server.log.filter((line) => /POST|PATCH/.test(line)).length;
      expect((await run(onBranch)).exitCode).toBe(0);
      expect(server.log.filter((line) => /POST|PATCH/.test(line))).toHaveLength(writes);
    }));

  test('loses no row to another run that writes at the same time, and leaves other files alone', () => {
    const row = {
      model: 'net',
      target: 'stm32f746',
      sramBytes: 1,
      flashBytes: 2,
      latencyMs: 3,
      accuracy: null,
    };
    const lines = (...letters: string[]) =>
      letters.map((letter) => `${JSON.stringify({ commit: letter.repeat(40), ...row })}\n`).join('');
    const tip = 'abc'.padEnd(40, '0');
    const state = {
      branches: { 'mcunet-history': tip },
      commits: { [tip]: { 'history.jsonl': lines('a'), 'README.md': 'ours' } },
      rivals: [{ 'history.jsonl': lines('a', 'b'), 'README.md': 'ours' }],
    };
    return withWorkflow({ files, state }, async ({ run, state: after, workspace }) => {
      expect((await run(onBranch)).exitCode).toBe(0);
      expect(commitsOf(after)).toEqual(['a', 'b', 'd'].map((letter) => letter.repeat(40)));
      expect(filesOf(after)['README.md']).toBe('ours');
      const kept = readFileSync(join(workspace, 'mcunet-out/history.jsonl'), 'utf8');
      expect(kept.trim().split('\n')).toHaveLength(3);
    });
  });

  test('goes on with the artifact alone where it may not write, and says so', () =>
    withWorkflow({ files, state: { grantsContents: false } }, async ({ run, state }) => {
      const ended = await run(onBranch);
      expect(ended).toMatchObject({ exitCode: 0, outputs: { 'history-path': 'mcunet-out/history.jsonl' } });
      expect(ended.stdout).toContain('grant `contents: write`');
      expect(state.branches).toEqual({});
    }));
});
