/** Everything that each mode ever asks of GitHub, in one log: what the README's table of permissions is made from. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { searchWorkflow } from '../../src/cli/search-workflow.ts';
import { publishWorkflow, releaseWorkflow, verifyWorkflow } from '../../src/cli/workflows.ts';
import { type ReportModel, toJson } from '../../src/report/index.ts';
import { examplesOf } from '../github/server/events.ts';
import { permissionOf } from '../github/server/permissions.ts';
import type { State } from '../github/server/state.ts';
import { failingEntry, makeReport } from '../support/report-fixture.ts';
import { commentEvent, headSha, pushEvent, workflowRunEvent } from './events.ts';
import { type Mode, modeOf, type RouteLog, routeLogPath, routesIn } from './route-log.ts';
import { spacesAlone } from './tiny-search.ts';
import { type Files, type RunSettings, withWorkflow } from './workflow.ts';

const fixtures = join(import.meta.dirname, '../fixtures/operators');
const network = (name: string) => readFileSync(join(fixtures, `${name}/model.tflite`));
const config = (flash: string) =>
  `toolchain: local\nmodels:\n  - { name: net, path: net.tflite, budgets: { flash: ${flash} } }\n`;
const head = { 'mcunet.yml': config('1KiB'), 'net.tflite': network('network-residual') };
const base = 'ba5e'.padEnd(40, '0');
const bot = 'github-actions[bot]';
const waiver = {
  id: 3,
  login: 'octocat',
  body: '/mcunet waive flash 7 because',
  createdAt: new Date().toISOString().replace(/\.\d+/, ''),
};
const duplicate = { id: 5000, login: bot, body: '' };

const logged = new Map<Mode, Set<string>>();

/** Runs one after the other on one server; before the next, our comment is there twice, and files lack digests. */
async function log(files: Files, state: Partial<State>, ...runs: readonly RunSettings[]): Promise<void> {
  await withWorkflow({ files, state, makesRouteLog: true }, async ({ run, server, state: after }) => {
    for (const settings of runs) {
      const before = server.log.length;
      await run(settings);
      const routes = logged.get(modeOf(settings)) ?? new Set();
      for (const route of routesIn(server.log.slice(before))) routes.add(route);
      logged.set(modeOf(settings), routes);
      const own = after.comments.findLast(({ login }) => login === bot);
      after.assets = after.assets.map((asset) => ({ ...asset, hasDigest: false }));
      if (own !== undefined) after.comments.push({ ...duplicate, body: own.body });
    }
  });
}

const report = { ...makeReport([failingEntry]), revision: null };
/** Says that a search has found something, which is looked up. */
const offering = {
  ...report,
  models: report.models.map((model): ReportModel => {
    const { sram, flash, latency, accuracy } = model;
    if (sram === null || flash === null || latency === null) throw new Error('the fixture was measured');
    const figures = { sram, flash, latency, accuracy };
    return { ...model, offer: { kind: 'found', space: 'w1', dataset: null, figures, runId: 1 } };
  }),
};
const zip = zipSync({ 'report.json': strToU8(toJson(offering)), 'history.jsonl': strToU8('') });
const stored = { runId: 100, headSha, isOwn: true, zip };
const writers = { permissions: { octocat: 'write' as const } };

test('the routes of each mode, with the permission that each needs', { timeout: 300_000 }, async () => {
  const baseline = { ...stored, id: 1, name: 'mcunet-baseline', headSha: base };
  const commits = { [base]: { ...head, 'net.tflite': network('network-two-outputs') } };
  const touching = { files: [{ filename: 'net.tflite' }], comments: [waiver], ...writers };
  await log(head, { ...touching, commits, artifacts: [baseline] }, {}, { runId: 101 });
  const searchingHead = {
    ...head,
    'mcunet.yml': spacesAlone + head['mcunet.yml'].replace('toolchain: local\n', ''),
  };
  await log(searchingHead, { ...touching, comments: [], workflows: ['mcunet-search.yml'] }, {});

  await log(head, { artifacts: [baseline] }, { event: 'push', payload: pushEvent() });
  const toBranch = { event: 'push', payload: pushEvent(), inputs: { 'history-branch': 'mcunet-history' } };
  const tip = 'abc'.padEnd(40, '0');
  const branch = { branches: { 'mcunet-history': tip }, commits: { [tip]: { 'history.jsonl': '' } } };
  await log(head, { artifacts: [baseline] }, toBranch);
  await log(head, { artifacts: [baseline], ...branch }, toBranch);

  const publishing = { event: 'workflow_run', payload: workflowRunEvent(), runId: 500 };
  const pulls = [{ number: 2, headOwner: 'mallory', headBranch: 'patch', headSha }];
  const artifacts = [{ ...stored, id: 9, name: 'mcunet-report' }];
  const next = { ...publishing, payload: workflowRunEvent({ run_attempt: 2 }) };
  await log({}, { pulls, artifacts, comments: [waiver], ...writers }, publishing, next);

  const say = (body: string) => ({ event: 'issue_comment', payload: commentEvent(body) });
  const [sha, workflows] = [headSha.slice(0, 7), ['mcunet-search.yml']];
  const commandable = { ...writers, artifacts, workflows, runs: [{ id: 5, headSha }] };
  const commands = ['help', 'help', `verify ${sha}`, `search ${sha}`, 'explain 0', 'waive sram 1 because'];
  await log({}, commandable, ...commands.map((words) => say(`/mcunet ${words}`)));

  const releasing = { event: 'release', payload: examplesOf('release')[0], inputs: { overwrite: 'true' } };
  const assets = [{ id: 1, name: 'net-stm32f746.elf', bytes: strToU8('another image') }];
  const releasable = { ...head, 'mcunet.yml': config('1MiB') };
  await log(releasable, { releaseTag: '0.0.1', assets }, releasing, releasing);

  const asked = { sha: headSha, pull: '2', comment: '77' };
  const searching = { event: 'workflow_dispatch', payload: { inputs: asked }, inputs: { mode: 'search' } };
  await log({ 'mcunet.yml': spacesAlone }, {}, searching, { ...searching, runId: 101 });

  const modes: readonly Mode[] = ['verify', 'baseline', 'history', 'publish', 'command', 'release', 'search'];
  const seen = Object.fromEntries(
    modes.map((mode) => [
      mode,
      Object.fromEntries([...(logged.get(mode) ?? [])].sort().map((route) => [route, permissionOf[route]])),
    ]),
  );
  await expect(`${JSON.stringify(seen, null, 2)}\n`).toMatchFileSnapshot(routeLogPath);
});

test('the supplied workflows grant what was asked for, and beyond it only what other actions need', () => {
  const seen: RouteLog = JSON.parse(readFileSync(routeLogPath, 'utf8'));
  const verifying = jobsOf(verifyWorkflow('mcunet.yml'));
  const publishing = jobsOf(publishWorkflow('mcunet.yml'));
  const releasing = jobsOf(releaseWorkflow('mcunet.yml'));
  const searching = jobsOf(searchWorkflow('mcunet.yml', 4));
  const checkout = { contents: 'read' };
  const attest = { 'id-token': 'write', attestations: 'write' };
  expect(verifying.verify).toEqual({ ...granted(seen, 'verify', 'baseline'), ...checkout });
  expect(publishing.publish).toEqual(granted(seen, 'publish'));
  expect(publishing.command).toEqual(granted(seen, 'command'));
  expect(searching.found).toEqual({ ...granted(seen, 'search'), ...checkout });
  expect(searching.shard).toEqual(checkout);
  expect(releasing.firmware).toEqual({ ...granted(seen, 'release'), ...attest });
});

type Grants = Readonly<Record<string, string>>;

function jobsOf(workflow: string): Readonly<Record<string, Grants>> {
  const { jobs, permissions }: { jobs: Record<string, { permissions: Grants }>; permissions: Grants } =
    parse(workflow);
  expect(permissions).toEqual({});
  return Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.permissions]));
}

/** Each scope once, at the highest level; every token has metadata. */
function granted(seen: RouteLog, ...modes: readonly Mode[]): Grants {
  const needed = modes.flatMap((mode) => Object.values(seen[mode])).sort();
  const grants = needed.map((permission) => permission.split(': '));
  return Object.fromEntries(grants.filter(([scope]) => scope !== 'none' && scope !== 'metadata'));
}
