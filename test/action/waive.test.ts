/** Waivers of limits: who may give them, what they cover, how long they hold, and that nobody can forge one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { parseReport, type Report, toJson, underWaivers } from '../../src/report/index.ts';
import type { Comment, State } from '../github/server/state.ts';
import {
  failingEntry,
  makeEntry,
  makeMeasurement,
  makeReport,
  mixedReport,
  passingEntry,
} from '../support/report-fixture.ts';
import { commentEvent, headSha, workflowRunEvent } from './events.ts';
import { type Workflow, withWorkflow } from './workflow.ts';

const network = readFileSync(
  join(import.meta.dirname, '../fixtures/operators/network-residual/model.tflite'),
);
const config = (budgets: string) =>
  `toolchain: local\nmodels:\n  - { name: net, path: net.tflite, budgets: { ${budgets} } }\n`;
const files = { 'mcunet.yml': config('flash: 1KiB'), 'net.tflite': network };
const state = { files: [{ filename: 'net.tflite' }], permissions: { octocat: 'write' as const } };

const daysAgo = (days: number) => `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)}Z`;
const waiver = (changes: Partial<Comment> = {}): Comment => ({
  id: 50,
  login: 'octocat',
  body: '/mcunet waive flash 7 the new board has more of it',
  createdAt: daysAgo(1),
  ...changes,
});

const publishing = { event: 'workflow_run', payload: workflowRunEvent(), runId: 500 };
const overFlash = makeReport([makeEntry(makeMeasurement({ name: 'net' }), { flash: 1024 })]);

/** What the first half of the pair has uploaded, ready for the second. */
function published(report: Report): Partial<State> {
  const revision = {
    head: headSha,
    base: null,
    reason: 'none',
    limitEdits: [],
    deleted: [],
    isBoardWithheld: false,
  };
  const zip = zipSync({ 'report.json': strToU8(toJson({ ...report, revision })) });
  return {
    pulls: [{ number: 2, headOwner: 'mallory', headBranch: 'patch', headSha }],
    artifacts: [{ id: 9, name: 'mcunet-report', runId: 100, headSha, isOwn: false, zip }],
  };
}

const reportOf = ({ workspace }: Workflow) =>
  parseReport(readFileSync(join(workspace, 'mcunet-out/report.json'), 'utf8'));

describe('a waiver in a comment', () => {
  test('lets a limit be exceeded, and the report says who, until when and why', () =>
    withWorkflow({ files, state: { ...state, comments: [waiver()] } }, async (workflow) => {
      const ended = await workflow.run();
      expect(ended).toMatchObject({ exitCode: 0, outputs: { status: 'pass' } });
      const { models, waivers } = reportOf(workflow);
      expect(waivers).toMatchObject([
        { metric: 'flash', by: 'octocat', reason: 'the new board has more of it' },
      ]);
      expect(models[0]?.budgets.map(({ status }) => status)).toContain('waived');
      const body = workflow.state.comments[1]?.body ?? '';
      const until = waivers[0]?.until.slice(0, 10);
      expect(body).toMatch(/### ✅ mcunet: `net`: flash over budget by [^\n]+ \(waived\)\n/);
      expect(body).toContain(`Flash is waived until ${until} by \`octocat\`: the new board has more of it`);
      expect(workflow.state.checks).toMatchObject([{ conclusion: 'success' }]);
    }));

  test.each([
    ['of a stranger', { login: 'mallory' }, 'its author may not write to this repository'],
    ['that was edited', { updatedAt: daysAgo(0) }, 'its comment was edited'],
    ['that is over', { createdAt: daysAgo(8) }, 'it ended on'],
    ['of a bot', { login: 'helper[bot]' }, undefined],
    ['of another metric', { body: '/mcunet waive sram 7 because' }, undefined],
    ['further down', { body: 'Hello\n/mcunet waive flash 7 because' }, undefined],
    ['without a reason', { body: '/mcunet waive flash 7' }, undefined],
    ['for too long', { body: '/mcunet waive flash 91 because' }, undefined],
  ])('%s does not hold', (_, changes, reason) =>
    withWorkflow(
      { files: {}, state: { ...state, ...published(overFlash), comments: [waiver(changes)] } },
      async ({ run, state: after }) => {
        const ended = await run(publishing);
        expect(ended.outputs.status).toBe('fail');
        if (reason !== undefined) expect(ended.stdout).toContain(reason);
        expect(after.comments.at(-1)?.body).not.toContain('is waived');
        expect(after.checks).toMatchObject([{ conclusion: 'failure' }]);
      },
    ),
  );

  test('holds no longer than its author may write, and not where that cannot be read', () =>
    withWorkflow(
      { files: {}, state: { ...state, ...published(overFlash), comments: [waiver()] } },
      async ({ run, server }) => {
        const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
        server.inject({ route, status: 403 });
        expect((await run(publishing)).outputs.status).toBe('fail');
        const again = { ...publishing, payload: workflowRunEvent({ run_attempt: 2 }) };
        expect((await run(again)).outputs.status).toBe('pass');
      },
    ));

  test('nobody is asked where no limit is exceeded', () =>
    withWorkflow(
      { files: {}, state: { ...state, ...published(makeReport([passingEntry])), comments: [waiver()] } },
      async ({ run, server }) => {
        expect((await run(publishing)).outputs.status).toBe('pass');
        expect(server.log.filter((line) => line.includes('collaborators'))).toEqual([]);
      },
    ));
});

describe('what a waiver covers', () => {
  const until = '2026-01-08T00:00:00.000Z';
  const flash = { metric: 'flash', by: 'octocat', until, reason: 'because' } as const;

  test('not what does not fit the chip, nor what could not be verified', () => {
    const waived = underWaivers(mixedReport, [flash, { ...flash, metric: 'latency' }]);
    expect(waived.models.map(({ status }) => status)).toEqual(mixedReport.models.map(({ status }) => status));
  });

  test('the metric that it names and no other', () => {
    const failing = makeReport([failingEntry]);
    expect(failing.models[0]?.budgets.filter(({ status }) => status === 'fail')).toHaveLength(2);
    const latency = { ...flash, metric: 'latency' } as const;
    expect(underWaivers(failing, [latency]).status).toBe('fail');
    const both = underWaivers(failing, [latency, { ...flash, metric: 'accuracy' }, flash]);
    expect(both.status).toBe('pass');
    expect(both.waivers.map(({ metric }) => metric)).toEqual(['latency', 'accuracy']);
    expect(underWaivers(both, [])).toEqual(failing);
  });
});

describe('the command', () => {
  test('is acknowledged with its end, and the head is verified again', () =>
    withWorkflow(
      { files: {}, state: { ...state, runs: [{ id: 5, headSha }] } },
      async ({ run, state: after }) => {
        await run({ event: 'issue_comment', payload: commentEvent('/mcunet waive sram 7 @octocat <b>') });
        const body = after.comments[0]?.body ?? '';
        expect(body).toMatch(/SRAM is waived until \d{4}-\d\d-\d\d by `octocat`: /);
        expect(body).not.toMatch(/@octocat|<b>/);
        expect(after.reruns).toEqual([5]);
      },
    ));

  test('does not break into a run that is under way', () => {
    const runs = [{ id: 5, headSha, status: 'in_progress' }];
    return withWorkflow({ files: {}, state: { ...state, runs } }, async ({ run, state: after }) => {
      await run({ event: 'issue_comment', payload: commentEvent('/mcunet waive sram 7 because') });
      expect(after.reruns).toEqual([]);
      expect(after.comments[0]?.body).toContain('is being verified');
    });
  });
});

describe('in the trusted half of the pair for forks', () => {
  const failing = makeReport([failingEntry]);
  const until = '2099-01-01T00:00:00Z';
  const forged = (['latency', 'accuracy'] as const).map((metric) => ({
    metric,
    by: 'octocat',
    until,
    reason: 'forged',
  }));

  test('one that the report claims counts for nothing', () =>
    withWorkflow(
      { files: {}, state: published(underWaivers(failing, forged)) },
      async ({ run, state: after }) => {
        expect((await run(publishing)).outputs.status).toBe('fail');
        expect(after.comments[0]?.body).not.toContain('forged');
        expect(after.checks).toMatchObject([{ conclusion: 'failure' }]);
      },
    ));

  test('one that the conversation has holds', () => {
    const comments = [
      waiver({ body: '/mcunet waive latency 7 because' }),
      waiver({ id: 51, body: '/mcunet waive accuracy 7 because' }),
    ];
    return withWorkflow(
      { files: {}, state: { ...state, ...published(failing), comments } },
      async ({ run, state: after }) => {
        expect((await run(publishing)).outputs.status).toBe('pass');
        expect(after.checks).toMatchObject([{ conclusion: 'success' }]);
      },
    );
  });
});
