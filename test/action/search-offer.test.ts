/** A pull request over its budget is shown what the last search found, or how to start one; it never searches itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  parseSearchReport,
  type ReportFigures,
  type SearchReport,
  toJson,
  toSearchJson,
} from '../../src/report/index.ts';
import { makeEntry, makeMeasurement, makeReport, passingEntry } from '../support/report-fixture.ts';
import { headSha, pullRequestEvent, workflowRunEvent } from './events.ts';
import { byMacs } from './tiny-search.ts';
import { type Files, type Setting, withWorkflow } from './workflow.ts';

const network = readFileSync(
  join(import.meta.dirname, '../fixtures/operators/network-residual/model.tflite'),
);
const budgets = (words: string): Files => ({
  'mcunet.yml': `${byMacs}models:\n  - { name: net, path: net.tflite, budgets: { ${words} } }\n`,
  'net.tflite': network,
});
const start = `/mcunet search ${headSha.slice(0, 12)}`;

/** As GitHub says it of a repository whose default branch is `main`. */
function event(isFork = false): unknown {
  const payload = structuredClone(pullRequestEvent(isFork)) as {
    pull_request: { base: { repo: { default_branch: string } } };
  };
  payload.pull_request.base.repo.default_branch = 'main';
  return payload;
}

function withMain(event: Readonly<Record<string, unknown>>): unknown {
  return { ...event, repository: { ...(event.repository as object), default_branch: 'main' } };
}

let last: SearchReport;

beforeAll(
  () =>
    withWorkflow({ files: { 'mcunet.yml': byMacs } }, async ({ run, workspace }) => {
      await run({ event: 'schedule', payload: {}, inputs: { mode: 'search' } });
      last = parseSearchReport(readFileSync(join(workspace, 'mcunet-out/search.json'), 'utf8'));
    }),
  240_000,
);

function figuresOf({ measured }: SearchReport): ReportFigures {
  const { sram = null, flash = null, latency = null, accuracy = null } = measured ?? {};
  if (sram === null || flash === null || latency === null) throw new Error('the search measured nothing');
  return { sram, flash, latency, accuracy };
}

/** The last search, had it found a network of so much flash. */
function uploaded(flashBytes: number): NonNullable<Setting['state']> {
  const { measured } = last;
  const flash = { ...figuresOf(last).flash, totalBytes: flashBytes };
  const text = toSearchJson({ ...last, measured: measured && { ...measured, flash } });
  const zip = zipSync({ 'search.json': strToU8(text) });
  const artifact = { id: 8, name: 'mcunet-search', runId: 4711, headSha: 'a'.repeat(40), isOwn: true, zip };
  return { files: [{ filename: 'net.tflite' }], artifacts: [artifact], workflows: ['mcunet-search.yml'] };
}

describe('over its budget', { timeout: 120_000 }, () => {
  test('a model is shown the network that keeps all its limits, as measured, and the run that has it', () =>
    withWorkflow(
      { files: budgets('flash: 1KiB, latency: 100ms'), state: uploaded(1024) },
      async (workflow) => {
        const ended = await workflow.run({ payload: event() });
        expect(ended).toMatchObject({ exitCode: 1, outputs: { status: 'fail' } });
        const body = workflow.state.comments[0]?.body ?? '';
        const sram = ((last.measured?.sram?.totalBytes ?? 0) / 1024).toFixed(1);
        expect(body).toMatch(
          /The last search found a network of `w0\.5-r13x10` whose measured firmware keeps all/,
        );
        expect(body).toMatch(
          /accuracy unknown, it is not trained, SRAM \S+ KiB, flash 1\.0 KiB, \S+ ms \(simulated/,
        );
        expect(body).toContain(`SRAM ${sram} KiB`);
        expect(body).toMatch(
          /\[search\]\(<https:\/\/github\.com\/Codertocat\/Hello-World\/actions\/runs\/4711>\)/,
        );
        expect(body).not.toContain(start);
        expect(ended.summary).toContain('The last search found');
      },
    ));

  test('a network that exceeds a limit itself is none: a search can be started', () =>
    withWorkflow(
      { files: budgets('flash: 1KiB, latency: 100ms'), state: uploaded(1025) },
      async ({ run, state }) => {
        await run({ payload: event() });
        expect(state.comments[0]?.body).not.toContain('The last search found');
        expect(state.comments[0]?.body).toContain(
          `A search may find a network within these limits: comment \`${start} flash=1KiB latency=100ms\``,
        );
      },
    ));

  test('a result that cannot be read offers nothing, and changes no verdict', () => {
    const zip = zipSync({ 'search.json': strToU8('{"schemaVersion":1,"measured":{}}') });
    const state = { ...uploaded(1024), workflows: [] };
    const artifacts = (state.artifacts ?? []).map((artifact) => ({ ...artifact, zip }));
    return withWorkflow(
      { files: budgets('flash: 1KiB'), state: { ...state, artifacts } },
      async (workflow) => {
        const ended = await workflow.run({ payload: event() });
        expect(ended).toMatchObject({ exitCode: 1, outputs: { status: 'fail' } });
        expect(ended.stdout).toMatch(/^the last search has nothing to offer: .*REPORT_INVALID/m);
        expect(workflow.state.comments[0]?.body).not.toMatch(/The last search|A search may/);
      },
    );
  });

  test.each([
    [1024, /The last search found/],
    [1025, /^(?![\s\S]*(?:The last search found|A search may find))/],
  ])('a fork’s pull request is told of what was found (%i bytes), and never to search', (flash, words) =>
    withWorkflow({ files: budgets('flash: 1KiB'), state: uploaded(flash) }, async ({ run }) => {
      const { summary } = await run({ payload: event(true) });
      expect(summary).toContain('over');
      expect(summary).toMatch(words);
    }),
  );

  test('what a fork’s report claims to be found is looked up, and left out where it was not', async () => {
    const claim = { kind: 'found', space: 'w9', dataset: null, figures: figuresOf(last), runId: 13 } as const;
    const heavy = makeEntry(makeMeasurement({ name: 'heavy' }), { flash: 40_960 });
    const whole = makeReport([heavy, passingEntry]);
    const models = whole.models.map((model) => ({ ...model, offer: claim }));
    const zip = zipSync({ 'report.json': strToU8(toJson({ ...whole, models, revision: null })) });
    const report = { id: 9, name: 'mcunet-report', runId: 100, headSha, isOwn: false, zip };
    const pulls = [{ number: 2, headOwner: 'mallory', headBranch: 'patch', headSha }];
    const publishing = { event: 'workflow_run', payload: withMain(workflowRunEvent()), runId: 500 };
    for (const [flash, words] of [
      [1024, ['`w0.5-r13x10`']],
      [2 ** 30, []],
    ] as const) {
      const artifacts = [report, ...(uploaded(flash).artifacts ?? [])];
      await withWorkflow({ files: {}, state: { pulls, artifacts } }, async ({ run, state }) => {
        expect((await run(publishing)).exitCode).toBe(0);
        const body = state.comments[0]?.body ?? '';
        const found = [...body.matchAll(/The last search found a network of (\S+)/g)];
        expect(found.map(([, name]) => name)).toEqual(words);
        expect(body).not.toContain('runs/13');
      });
    }
  });

  test('within it, nothing is asked of searches', () =>
    withWorkflow({ files: budgets('flash: 1MiB'), state: uploaded(1024) }, async ({ run, server }) => {
      expect((await run({ payload: event() })).exitCode).toBe(0);
      expect(server.log.filter((line) => line.includes('/workflows/'))).toEqual([]);
    }));
});
