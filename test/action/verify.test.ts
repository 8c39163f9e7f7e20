/** The built action on real models: real compiler, real firmware, GitHub on loopback. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseReport } from '../../src/report/index.ts';
import { headSha, pullRequestEvent } from './events.ts';
import { actionDescription, type Ended, type Workflow, withWorkflow } from './workflow.ts';

const network = readFileSync(
  join(import.meta.dirname, '../fixtures/operators/fully-connected-long/model.tflite'),
);

function configuration(budgets = ''): string {
  return `
targets: [stm32f746]
toolchain: local
models:
  - name: residual
    path: models/residual.tflite
    budgets: { ${budgets} }
`;
}

const files = { 'mcunet.yml': configuration(), 'models/residual.tflite': network };
const touching = { files: [{ filename: 'models/residual.tflite' }] };
const bot = 'github-actions[bot]';
const create = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const update = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
const writes = /POST \/repos|PATCH|DELETE/;

const markerOf = (runId: number, attempt = 1) =>
  `<!-- mcunet-action id=mcunet.yml run=${runId} attempt=${attempt} head=${headSha} -->`;

function errorsOf({ stdout }: Ended): readonly string[] {
  return stdout.split('\n').filter((line) => /^::error[: ]/.test(line));
}

function reportOf({ workspace }: Workflow, path = 'mcunet-out/report.json') {
  return parseReport(readFileSync(join(workspace, path), 'utf8'));
}

describe('a pull request that touches a model', () => {
  test('gets firmware, report, outputs, summary and one comment, which the next run updates', () =>
    withWorkflow({ files, state: touching }, async (workflow) => {
      const { run, state, workspace } = workflow;
      const ended = await run();
      expect(ended.stderr).toBe('');
      expect(errorsOf(ended)).toEqual([]);
      expect(ended.exitCode).toBe(0);

      const [model] = reportOf(workflow).models;
      expect(ended.outputs).toEqual({
        status: 'pass',
        'output-folder': 'mcunet-out',
        'report-path': 'mcunet-out/report.json',
        'markdown-path': 'mcunet-out/report.md',
        'html-path': 'mcunet-out/report.html',
        'model-count': '1',
        matrix: '{"include":[{"models":"residual"}]}',
        'sram-bytes': String(model?.sram?.totalBytes),
        'flash-bytes': String(model?.flash?.totalBytes),
        'latency-ms': String(model?.latency?.milliseconds),
        accuracy: '',
        'comment-url': 'https://github.com/Codertocat/Hello-World/pull/2#issuecomment-1000',
      });
      // Those of other modes are not set.
      const others = ['asset-count', 'history-path', 'network-path', 'search-path'];
      expect([...Object.keys(ended.outputs), ...others].sort()).toEqual(
        Object.keys(actionDescription.outputs).sort(),
      );
      for (const path of ['report.md', 'report.html', model?.artifacts?.elf, model?.artifacts?.bin]) {
        expect(readFileSync(join(workspace, 'mcunet-out', path ?? '')).length).toBeGreaterThan(100);
      }
      expect(state.comments).toHaveLength(1);
      expect(state.comments[0]?.login).toBe(bot);
      expect(state.comments[0]?.body.startsWith(`${markerOf(100)}\n### ✅ mcunet: \`residual\``)).toBe(true);
      expect(ended.summary.trimEnd()).toBe(state.comments[0]?.body.split('\n').slice(1).join('\n').trimEnd());

      const again = await run({ runId: 101 });
      expect(again.exitCode).toBe(0);
      expect(state.comments).toHaveLength(1);
      expect(state.comments[0]?.body.startsWith(`${markerOf(101)}\n`)).toBe(true);
      expect(again.outputs['comment-url']).toBe(ended.outputs['comment-url']);
    }));

  test('fails on a blown budget, with an annotation on the model and the verdict in the comment', () => {
    const tight = { ...files, 'mcunet.yml': configuration('flash: 1KiB') };
    return withWorkflow({ files: tight, state: touching }, async ({ run, state }) => {
      const ended = await run();
      expect(ended.exitCode).toBe(1);
      expect(ended.outputs.status).toBe('fail');
      const [annotation, verdict] = errorsOf(ended);
      expect(annotation).toMatch(
        /^::error title=mcunet%3A fail,file=models\/residual\.tflite::residual on stm32f746: flash over budget by [\d.,]+ /,
      );
      expect(verdict).toMatch(/^::error::residual: flash over budget by /);
      expect(state.comments[0]?.body).toContain('### ❌ mcunet: `residual`: flash over budget');
      expect(state.checks).toHaveLength(1);
      expect(state.checks[0]).toMatchObject({ headSha, name: 'mcunet', conclusion: 'failure' });
      expect(state.checks[0]?.annotations).toEqual([
        {
          path: 'models/residual.tflite',
          start_line: 1,
          end_line: 1,
          annotation_level: 'failure',
          title: 'mcunet: fail',
          message: expect.stringContaining('flash over budget by'),
        },
      ]);
    });
  });

  test('a model that is broken is a row, and does not take the others down', () => {
    const config = `${configuration()}  - name: broken\n    path: models/broken.tflite\n`;
    const broken = Buffer.from('\xff\xd8\xff\xe0 a picture that claims to be a network', 'latin1');
    const both = { ...files, 'mcunet.yml': config, 'models/broken.tflite': broken };
    return withWorkflow({ files: both, state: { files: [{ filename: 'mcunet.yml' }] } }, async (workflow) => {
      const ended = await workflow.run();
      expect(ended.exitCode).toBe(3);
      expect(ended.outputs).toMatchObject({ status: 'error', 'model-count': '2' });
      expect(reportOf(workflow).models.map(({ status }) => status)).toEqual(['pass', 'error']);
      expect(workflow.state.comments[0]?.body).toMatch(/`residual`[\s\S]*`broken`/);
      expect(errorsOf(ended)[0]).toMatch(/file=models\/broken\.tflite::broken on stm32f746: /);
    });
  });

  test('only the touched models are verified', () => {
    const config = `${configuration()}  - name: other\n    path: models/other.tflite\n`;
    const both = { ...files, 'mcunet.yml': config, 'models/other.tflite': network };
    const changed = [
      { filename: 'models/other.tflite', previous_filename: 'old.tflite', status: 'renamed' as const },
    ];
    return withWorkflow({ files: both, state: { files: changed } }, async (workflow) => {
      expect((await workflow.run()).outputs.status).toBe('pass');
      expect(reportOf(workflow).models.map(({ name }) => name)).toEqual(['other']);
    });
  });

  test('names of files are shown and never obeyed', () => {
    const name = 'a|b`@octocat [x](https:) <img> ##[error]owned ::error::owned';
    const config = configuration().replace('residual.tflite', '*.tflite');
    const hostile = {
      'mcunet.yml': config,
      [`models/${name}.tflite`]: network,
      'models/::error::owned.tflite': Buffer.from('no network'),
    };
    return withWorkflow(
      { files: hostile, state: { files: [{ filename: `models/${name}.tflite` }] } },
      async ({ run, state }) => {
        const ended = await run({ environment: { GITHUB_ENV: '/nonexistent', GITHUB_PATH: '/nonexistent' } });
        expect(ended.outputs['model-count']).toBe('2');
        expect(ended.stdout).not.toMatch(/^\s*::error::owned|##\[/m);
        const prose = (state.comments[0]?.body ?? '').replaceAll(/`[^`]*`|<code>.*?<\/code>|<!--.*?-->/g, '');
        expect(prose).not.toMatch(/@octocat|<img>|\]\(https:/);
      },
    );
  });
});

describe('runs that meet', () => {
  test('two that race end in one comment, of the newer', () =>
    withWorkflow({ files, state: touching }, async ({ run, state, server }) => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      // Whichever posts first waits until the other has posted.
      server.before(create, () => held);
      server.before(create, () => release());
      const [older, newer] = await Promise.all([run({ runId: 100 }), run({ runId: 101 })]);
      expect([older.exitCode, newer.exitCode]).toEqual([0, 0]);
      expect(state.comments).toHaveLength(1);
      expect(state.comments[0]?.body.startsWith(markerOf(101))).toBe(true);
    }));

  test('an older one that finishes last yields, and a second attempt does not', () =>
    withWorkflow({ files, state: touching }, async ({ run, state }) => {
      await run({ runId: 101 });
      const older = await run({ runId: 100, attempt: 2 });
      expect(older.stdout).toContain('run 101 is newer: its comment stays');
      expect(state.comments.map(({ body }) => body.split('\n')[0])).toEqual([markerOf(101)]);
      await run({ runId: 101, attempt: 2 });
      expect(state.comments.map(({ body }) => body.split('\n')[0])).toEqual([markerOf(101, 2)]);
    }));

  test('a comment that is deleted meanwhile is posted again, and one of another author left alone', () => {
    const planted = { id: 5, login: 'mallory', body: `${markerOf(999)}\nall is well` };
    const own = { id: 6, login: bot, body: `${markerOf(90)}\nold` };
    return withWorkflow(
      { files, state: { ...touching, comments: [planted, own] } },
      async ({ run, state, server }) => {
        server.before(update, () => {
          state.comments = [planted];
        });
        expect((await run()).exitCode).toBe(0);
        expect(state.comments.map(({ id }) => id)).toEqual([5, 1000]);
        expect(state.comments[0]).toEqual(planted);
      },
    );
  });
});

describe('what GitHub refuses never changes the verdict', () => {
  test.each([
    ['a token that can only read', { grant: 'read' }, 'grant `pull-requests: write`'],
    ['a locked conversation', { locked: true }, 'the conversation is locked'],
  ] as const)('%s', (_, state, reason) =>
    withWorkflow({ files, state: { ...touching, ...state } }, async ({ run, state: after }) => {
      const ended = await run();
      expect(ended).toMatchObject({ exitCode: 0, outputs: { status: 'pass' } });
      expect(ended.outputs['comment-url']).toBeUndefined();
      expect(ended.stdout).toMatch(new RegExp(`^::warning::could not write the comment: .*${reason}`, 'm'));
      expect(ended.summary).toContain('### ✅ mcunet: `residual`');
      expect(after.comments).toEqual([]);
    }),
  );

  test('a token that cannot write check runs', () =>
    withWorkflow({ files, state: { ...touching, grantsChecks: false } }, async ({ run, state }) => {
      const ended = await run();
      expect(ended).toMatchObject({ exitCode: 0, outputs: { status: 'pass' } });
      expect(ended.stdout).toMatch(/^::warning::could not write the check run: grant `checks: write`/m);
      expect(state.comments).toHaveLength(1);
    }));

  test('a run for a fork writes nothing, and the summary has it all', () =>
    withWorkflow({ files, state: { ...touching, grant: 'read' } }, async ({ run, server }) => {
      const ended = await run({ payload: pullRequestEvent(true) });
      expect(ended).toMatchObject({ exitCode: 0, outputs: { status: 'pass' } });
      expect(ended.stdout).toContain('the second workflow publishes it');
      expect(ended.summary).toContain('### ✅ mcunet: `residual`');
      expect(server.log.filter((line) => !/ GET /.test(line))).toEqual([]);
    }));

  test('a token that cannot list the changed files: everything is verified, and a warning says why', () =>
    withWorkflow({ files, state: { grant: 'none' } }, async ({ run }) => {
      const ended = await run();
      expect(ended).toMatchObject({ exitCode: 0, outputs: { status: 'pass', 'model-count': '1' } });
      expect(ended.stdout).toMatch(
        /^::warning::could not list the changed files: grant `pull-requests: read`/m,
      );
    }));

  test('a body that is too long for GitHub is posted on a smaller rung, with its verdict', () => {
    const names = Array.from({ length: 60 }, (_, index) => `models/${index}.tflite`);
    const many = Object.fromEntries(names.map((name) => [name, Buffer.from('no network')]));
    const config = configuration().replace('residual.tflite', '*.tflite');
    const state = { files: [{ filename: 'mcunet.yml' }], longestComment: 3100 };
    return withWorkflow({ files: { ...many, 'mcunet.yml': config }, state }, async ({ run, server }) => {
      const ended = await run();
      expect(ended).toMatchObject({ exitCode: 3, outputs: { status: 'error', 'model-count': '60' } });
      expect(ended.outputs['comment-url']).toMatch(/#issuecomment-1000$/);
      expect(errorsOf(ended)).toHaveLength(10);
      expect(server.log.filter((line) => line === `422 ${create}`)).toHaveLength(3);
      const [comment] = server.state.comments;
      expect(comment?.body.startsWith(`${markerOf(100)}\n### ⚠️ mcunet: 60 of 60 could not be verified`)).toBe(
        true,
      );
    });
  });
});

describe('other events', () => {
  test.each(['push', 'merge_group'])('%s verifies everything and writes nothing', (event) =>
    withWorkflow({ files }, async ({ run, server }) => {
      const payload = { ref: 'refs/heads/topic', repository: { default_branch: 'main' } };
      const ended = await run({ event, payload });
      expect(ended).toMatchObject({ exitCode: 0, outputs: { status: 'pass' } });
      expect(server.log).toEqual([]);
    }),
  );

  test('any event does with mode: verify, and a comment can be declined', () =>
    withWorkflow({ files, state: touching }, async ({ run, server }) => {
      const ended = await run({ event: 'repository_dispatch', payload: {}, inputs: { mode: 'verify' } });
      expect(ended.outputs.status).toBe('pass');
      expect((await run({ inputs: { comment: 'false', check: 'false' } })).outputs.status).toBe('pass');
      expect(server.log.filter((line) => writes.test(line))).toEqual([]);
    }));
});
