/** The trusted half of the pair for forks: what it believes, what it refuses, and what it writes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { type Report, toJson } from '../../src/report/index.ts';
import type { StoredArtifact } from '../github/server/repository.ts';
import { failingEntry, makeReport, passingEntry } from '../support/report-fixture.ts';
import { headSha, pullRequestEvent, workflowRunEvent } from './events.ts';
import { withWorkflow } from './workflow.ts';

const bot = 'github-actions[bot]';
const marker = (runId = 100) => `<!-- mcunet-action id=mcunet.yml run=${runId} attempt=1 head=${headSha} -->`;
const update = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';

function fromFork(): { number: number; headOwner: string; headBranch: string; headSha: string } {
  return { number: 2, headOwner: 'mallory', headBranch: 'patch', headSha };
}

function withRevision(report: Report, head = headSha): Report {
  return {
    ...report,
    revision: { head, base: null, reason: 'none', limitEdits: [], deleted: [], isBoardWithheld: false },
  };
}

function artifact(files: Parameters<typeof zipSync>[0]): StoredArtifact {
  return { id: 9, name: 'mcunet-report', runId: 100, headSha, isOwn: false, zip: zipSync(files) };
}

const passing = strToU8(toJson(withRevision(makeReport([passingEntry]))));
const failing = strToU8(toJson(withRevision(makeReport([failingEntry]))));
const publishing = { event: 'workflow_run', payload: workflowRunEvent(), runId: 500 };

describe('the pair', () => {
  test('a fork gets its comment from the second workflow, and the first wrote nothing', () => {
    const network = readFileSync(
      join(import.meta.dirname, '../fixtures/operators/network-residual/model.tflite'),
    );
    const config =
      'toolchain: local\nmodels:\n  - { name: net, path: net.tflite, budgets: { flash: 1KiB } }\n';
    const state = { files: [{ filename: 'net.tflite' }], pulls: [fromFork()] };
    const files = { 'mcunet.yml': config, 'net.tflite': network };
    return withWorkflow({ files, state }, async ({ run, server, state: github, workspace }) => {
      const first = await run({ payload: pullRequestEvent(true) });
      expect(first.outputs.status).toBe('fail');
      expect(server.log.filter((line) => !/ GET /.test(line))).toEqual([]);

      const report = readFileSync(join(workspace, 'mcunet-out/report.json'));
      github.artifacts.push(artifact({ 'report.json': report }));
      const second = await run(publishing);
      expect(second).toMatchObject({ exitCode: 0, stderr: '', outputs: { status: 'fail' } });
      expect(github.comments).toHaveLength(1);
      expect(github.comments[0]).toMatchObject({ login: bot });
      expect(github.comments[0]?.body.startsWith(`${marker()}\n### ❌ mcunet: \`net\``)).toBe(true);
      expect(second.summary.trimEnd()).toBe(
        github.comments[0]?.body.split('\n').slice(1).join('\n').trimEnd(),
      );
      expect(github.checks).toMatchObject([{ headSha, conclusion: 'failure' }]);
    });
  });

  test('a second publication updates, an older run yields, comment and check alike', () =>
    withWorkflow(
      { files: {}, state: { pulls: [fromFork()], artifacts: [artifact({ 'report.json': passing })] } },
      async ({ run, state }) => {
        await run(publishing);
        state.artifacts.push({ ...artifact({ 'report.json': failing }), id: 10 });
        await run({ ...publishing, payload: workflowRunEvent({ run_attempt: 2 }) });
        state.artifacts.push({ ...artifact({ 'report.json': passing }), id: 11, runId: 99 });
        const older = await run({ ...publishing, payload: workflowRunEvent({ id: 99 }) });
        expect(older.stdout).toContain('run 100 is newer');
        expect(state.comments).toHaveLength(1);
        expect(state.comments[0]?.body).toContain('❌');
        expect(state.checks).toMatchObject([
          { conclusion: 'failure', externalId: 'mcunet-action 100.2 mcunet.yml' },
        ]);
      },
    ));
});

describe('nothing is written for', () => {
  test.each([
    ['a pull request that is closed', { ...fromFork(), state: 'closed' as const }],
    ['one that has moved on', { ...fromFork(), headSha: 'e'.repeat(40) }],
    ['one of another repository', { ...fromFork(), headOwner: 'someone-else' }],
  ])('%s', (_, pull) =>
    withWorkflow(
      { files: {}, state: { pulls: [pull], artifacts: [artifact({ 'report.json': passing })] } },
      async ({ run, server }) => {
        expect(await run(publishing)).toMatchObject({ exitCode: 0, outputs: { status: 'skipped' } });
        expect(server.log).toHaveLength(1);
      },
    ),
  );

  test('a head that is pushed over between look and write', () =>
    withWorkflow(
      { files: {}, state: { pulls: [fromFork()], artifacts: [artifact({ 'report.json': passing })] } },
      async ({ run, server, state }) => {
        server.before(update, () => {
          for (const pull of state.pulls) pull.headSha = 'e'.repeat(40);
        });
        expect(await run(publishing)).toMatchObject({ exitCode: 0, outputs: { status: 'skipped' } });
        expect(state.comments).toEqual([]);
        expect(state.checks).toEqual([]);
      },
    ));

  test('a run that was for no pull request', () =>
    withWorkflow({ files: {} }, async ({ run, server }) => {
      expect((await run({ ...publishing, payload: workflowRunEvent({ event: 'push' }) })).exitCode).toBe(0);
      expect(server.log).toEqual([]);
    }));
});

describe('an archive is data, and hostile', () => {
  const link = zipSync({ 'report.json': [strToU8('/etc/passwd'), { os: 3, attrs: (0xa1ff << 16) >>> 0 }] });
  const huge = artifact({ 'report.json': passing });

  test.each([
    ['a link', { ...huge, zip: link }, 'it has a link'],
    ['a path outside', artifact({ '../report.json': passing, 'report.json': passing }), 'points outside'],
    ['an absolute path', artifact({ '/report.json': passing }), 'points outside'],
    ['no report', artifact({ 'other.json': passing }), 'it has no report.json'],
    ['no archive', { ...huge, zip: strToU8('hello') }, 'it is no archive'],
    ['no JSON', artifact({ 'report.json': strToU8('{') }), 'FILE_NOT_JSON'],
    ['another shape', artifact({ 'report.json': strToU8('{"schemaVersion":1,"x":2}') }), 'REPORT_INVALID'],
    [
      'a report of another commit',
      artifact({ 'report.json': strToU8(toJson(withRevision(makeReport([passingEntry]), 'e'.repeat(40)))) }),
      'the report is of another commit',
    ],
    [
      'too many entries',
      artifact(Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`${index}`, strToU8('')]))),
      'too many entries',
    ],
    [
      'too large an archive',
      { ...huge, zip: new Uint8Array(21 * 1024 * 1024) },
      'the artifact has 22020096 bytes',
    ],
  ])('%s is refused, and the comment says so', (_, stored, words) =>
    withWorkflow(
      { files: {}, state: { pulls: [fromFork()], artifacts: [stored] } },
      async ({ run, state }) => {
        const ended = await run(publishing);
        expect(ended).toMatchObject({ exitCode: 2, outputs: { status: 'error' } });
        expect(ended.stdout).toContain(words);
        expect(state.comments).toHaveLength(1);
        expect(state.comments[0]?.body).toContain('nothing could be verified');
      },
    ),
  );

  test('Markdown of the archive is never shown, only what is rendered here from checked data', () => {
    const [model] = makeReport([passingEntry]).models;
    if (model === undefined) throw new Error('the fixture has a model');
    const name = '@octocat [x](https://evil.example) <img src=x> | `';
    const report = withRevision({ ...makeReport([passingEntry]), models: [{ ...model, name }] });
    const files = { 'report.json': strToU8(toJson(report)), 'report.md': strToU8('# owned by @mallory') };
    const state = { pulls: [fromFork()], artifacts: [artifact(files)] };
    return withWorkflow({ files: {}, state }, async ({ run, state: after }) => {
      expect((await run(publishing)).exitCode).toBe(0);
      const body = after.comments[0]?.body ?? '';
      expect(body).not.toContain('owned by');
      expect(body.replaceAll(/`[^`]*`|<code>.*?<\/code>|<!--.*?-->/g, '')).not.toMatch(
        /@octocat|<img|\]\(https/,
      );
    });
  });
});

test('a run that failed without a report is no silence', () =>
  withWorkflow({ files: {}, state: { pulls: [fromFork()] } }, async ({ run, state }) => {
    const payload = workflowRunEvent({ conclusion: 'failure' });
    expect((await run({ ...publishing, payload })).exitCode).toBe(2);
    expect(state.comments[0]?.body).toContain('left no report');
  }));
