/** Crowded conversations, failing servers and size limits, by the built action, on github.com and on Enterprise. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { type Report, toJson, toMarkdown } from '../../src/report/index.ts';
import {
  failingEntry,
  makeEntry,
  makeMeasurement,
  makeReport,
  passingEntry,
} from '../support/report-fixture.ts';
import { headSha, pullRequestEvent, workflowRunEvent } from './events.ts';
import { type Setting, withWorkflow } from './workflow.ts';

const bot = 'github-actions[bot]';
const create = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const publishing = { event: 'workflow_run', payload: workflowRunEvent(), runId: 500 };
const marker = (runId = 100, attempt = 1) =>
  `<!-- mcunet-action id=mcunet.yml run=${runId} attempt=${attempt} head=${headSha} -->`;

function stateOf(report: Report): NonNullable<Setting['state']> {
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

describe.each([
  ['github.com', ''],
  ['an Enterprise server', '/api/v3'],
] as const)('on %s', (_host, basePath) => {
  const failing = stateOf(makeReport([failingEntry]));
  const publish = (state: Setting['state'], body: Parameters<typeof withWorkflow>[1]) =>
    withWorkflow({ files: {}, state: { ...failing, ...state }, basePath }, body);

  test('a first post, and its update', () =>
    publish({}, async ({ run, state, server }) => {
      const ended = await run(publishing);
      expect(ended).toMatchObject({ exitCode: 0, stderr: '', outputs: { status: 'fail' } });
      expect(ended.connections.length).toBeGreaterThan(0);
      expect(server.hosts).toContain(ended.connections[0]);
      await run({ ...publishing, payload: workflowRunEvent({ run_attempt: 2 }) });
      expect(state.comments).toHaveLength(1);
      expect(state.comments[0]?.body.startsWith(`${marker(100, 2)}\n### ❌`)).toBe(true);
      expect(state.checks).toMatchObject([{ conclusion: 'failure' }]);
    }));

  test('150 comments with a planted marker among them', () => {
    const chatter = Array.from({ length: 150 }, (_, index) =>
      index === 9
        ? { id: 10, login: 'mallory', body: `${marker(999)}\nall is well` }
        : { id: index + 1, login: 'octocat', body: 'hm' },
    );
    const own = { id: 200, login: bot, body: `${marker(90)}\nold` };
    return publish({ comments: [...chatter, own] }, async ({ run, state }) => {
      await run(publishing);
      expect(state.comments.slice(0, 150)).toEqual(chatter);
      expect(state.comments.slice(150).map(({ id }) => id)).toEqual([200]);
      expect(state.comments.at(-1)?.body).toContain('### ❌');
    });
  });

  test.each([502, 503])('%i twice, then success', (status) =>
    publish({}, async ({ run, state, server }) => {
      server.inject({ route: create, status, times: 2 });
      const ended = await run(publishing);
      expect(ended.stdout).toContain(`GitHub answered ${status}; trying again in 1.0 s`);
      expect(state.comments.map(({ body }) => body.split('\n')[0])).toEqual([marker()]);
    }),
  );

  test('429 with retry-after, and a secondary limit that says 403', () =>
    publish({}, async ({ run, state, server }) => {
      server.inject({ route: create, status: 429, headers: { 'retry-after': '1' } });
      const message = 'You have exceeded a secondary rate limit';
      server.inject({ route: create, status: 403, headers: { 'retry-after': '1' }, message });
      const ended = await run(publishing);
      expect(ended.stdout.match(/trying again in 1\.0 s/g)).toHaveLength(2);
      expect(state.comments).toHaveLength(1);
    }));

  test.each([
    ['a token that may not write', { grant: 'read' }],
    ['a locked conversation', { locked: true }],
    ['a comment of any size refused', { longestComment: 10 }],
  ] as const)('%s: the verdict is in the summary and the check run', (_, state) =>
    publish(state, async ({ run, state: after }) => {
      const ended = await run(publishing);
      expect(ended).toMatchObject({ exitCode: 0, outputs: { status: 'fail' } });
      expect(ended.stdout).toMatch(/^::warning::could not write the comment: /m);
      expect(ended.summary).toContain('### ❌ mcunet: `person-detection`');
      expect(after.comments).toEqual([]);
      expect(after.checks).toMatchObject([{ conclusion: 'failure' }]);
    }),
  );

  test('a fork’s pull request and its own run: nothing but questions', () => {
    const network = join(import.meta.dirname, '../fixtures/operators/network-residual/model.tflite');
    const config = 'toolchain: local\nmodels:\n  - { name: net, path: net.tflite }\n';
    const files = { 'mcunet.yml': config, 'net.tflite': readFileSync(network) };
    const state = { files: [{ filename: 'net.tflite' }] };
    return withWorkflow({ files, state, basePath }, async ({ run, state: after }) => {
      expect((await run({ payload: pullRequestEvent(true) })).outputs.status).toBe('pass');
      expect(after).toMatchObject({ comments: [], checks: [] });
    });
  });
});

/** A report that fails, whose whole Markdown has about as many characters. */
function reportOfSize(characters: number): Report {
  const small = makeReport([{ ...failingEntry }]);
  const withModels = (count: number) =>
    makeReport([
      failingEntry,
      ...Array.from({ length: count }, (_, index) =>
        makeEntry(makeMeasurement({ name: `model-${index}` }), { flash: 131_072 }),
      ),
      passingEntry,
    ]);
  if (toMarkdown(small).length >= characters) return small;
  const each = (toMarkdown(withModels(11)).length - toMarkdown(withModels(1)).length) / 10;
  return withModels(Math.ceil((characters - toMarkdown(withModels(0)).length) / each));
}

describe('the ladder of sizes', () => {
  test.each(
    [1000, 65_536, 400_000].flatMap((size) =>
      [1000, 65_536, 400_000].map((longest) => [size, longest] as const),
    ),
  )('a report of %i characters where GitHub takes %i', (size, longest) => {
    const report = reportOfSize(size);
    const whole = toMarkdown(report).length;
    expect(whole).toBeGreaterThanOrEqual(size);
    const state = { ...stateOf(report), longestComment: longest };
    return withWorkflow({ files: {}, state }, async ({ run, state: after, server }) => {
      const ended = await run(publishing);
      expect(ended).toMatchObject({ exitCode: 0, outputs: { status: 'fail' } });
      const [comment] = after.comments;
      expect(comment?.body.length).toBeLessThanOrEqual(Math.min(longest, 65_536));
      expect(comment?.body.startsWith(`${marker()}\n### ❌ mcunet: \`person-detection\``)).toBe(true);
      const refused = server.log.filter((line) => line === `422 ${create}`);
      expect(refused.length > 0).toBe(whole > longest && longest < 65_536);
      expect(after.checks[0]?.summary.length).toBeLessThanOrEqual(65_535);
      expect(ended.summary.length).toBeGreaterThan(Math.min(whole, 400_000) * 0.9);
      expect(Buffer.byteLength(ended.summary)).toBeLessThanOrEqual(1024 * 1024);
    });
  });
});
