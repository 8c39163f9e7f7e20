/** Commands in comments: who is obeyed, what is answered, and that nothing happens for anyone else. */
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { toJson } from '../../src/report/index.ts';
import { makeReport, passingEntry } from '../support/report-fixture.ts';
import { commentEvent, headSha } from './events.ts';
import { withWorkflow } from './workflow.ts';

const files = {};
const writers = { permissions: { octocat: 'write' as const } };
const writes = /POST \/repos|PATCH|DELETE/;
const command = (body: string, login?: string) => ({
  event: 'issue_comment',
  payload: commentEvent(body, login),
});

describe('a command is answered once', () => {
  test('help, however often it is delivered', () =>
    withWorkflow({ files, state: writers }, async ({ run, state }) => {
      const ended = await run(command('/mcunet help\nand more words'));
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      await run(command('/mcunet help'));
      expect(state.comments).toHaveLength(1);
      expect(state.comments[0]?.body).toContain('`/mcunet verify <sha>`');
      expect(state.reactions[0]).toEqual({ comment: 77, content: 'eyes' });
    }));

  test('verify runs the pull request’s own workflow again', () => {
    const runs = [
      { id: 5, headSha },
      { id: 6, headSha },
      { id: 7, headSha: 'e'.repeat(40) },
    ];
    return withWorkflow({ files, state: { ...writers, runs } }, async ({ run, state }) => {
      await run(command(`/mcunet verify ${headSha.slice(0, 7)}`));
      expect(state.reruns).toEqual([6]);
      expect(state.comments[0]?.body).toContain(`\`${headSha.slice(0, 7)}\` is verified again`);
    });
  });

  test('explain reads the latest report, and shows names without obeying them', () => {
    const [model] = makeReport([passingEntry]).models;
    const [layer, ...layers] = model?.layers ?? [];
    if (model === undefined || layer === undefined) throw new Error('the fixture has layers');
    const name = 'conv|@octocat<img>';
    const report = {
      ...makeReport([passingEntry]),
      models: [{ ...model, layers: [{ ...layer, name }, ...layers] }],
    };
    const zip = zipSync({ 'report.json': strToU8(toJson(report)) });
    const artifacts = [{ id: 1, name: 'mcunet-report', runId: 5, headSha, isOwn: false, zip }];
    return withWorkflow({ files, state: { ...writers, artifacts } }, async ({ run, state }) => {
      await run(command(`/mcunet explain ${name}`));
      const body = state.comments[0]?.body ?? '';
      expect(body).toContain('| Model | Layer |');
      expect(body.replaceAll(/`[^`]*`|<code>.*?<\/code>|<!--.*?-->/g, '')).not.toMatch(/@octocat|<img/);
    });
  });
});

describe('a search', () => {
  const workflows = ['mcunet-search.yml'];
  const asking = `/mcunet search ${headSha.slice(0, 7)}`;

  test('is started on the branch, for this very commit, within the limits', () =>
    withWorkflow({ files, state: { ...writers, workflows } }, async ({ run, state }) => {
      await run(command(`${asking} sram=256KiB flash=1MiB latency=100ms`));
      const inputs = {
        sha: headSha,
        pull: '2',
        comment: '77',
        sram: '256KiB',
        flash: '1MiB',
        latency: '100ms',
      };
      expect(state.dispatches).toEqual([{ workflow: 'mcunet-search.yml', body: { ref: 'changes', inputs } }]);
      expect(state.comments[0]?.body).toContain('A search within sram 256KiB, flash 1MiB, latency 100ms');
      await run({ event: 'issue_comment', payload: { ...commentEvent('/mcunet help') } });
      expect(state.comments.at(-1)?.body).toContain('/mcunet search');
    }));

  test('is offered and done only where there is a workflow for it', () =>
    withWorkflow({ files, state: writers }, async ({ run, state }) => {
      await run(command(asking));
      expect(state.comments[0]?.body).toContain('this repository has no workflow `mcunet-search.yml`');
      expect(state.dispatches).toEqual([]);
      state.comments = [];
      await run(command('/mcunet help'));
      expect(state.comments[0]?.body).not.toContain('search');
    }));

  test('never runs on a fork', () => {
    const pulls = [{ number: 2, headOwner: 'mallory', headBranch: 'patch', headSha }];
    return withWorkflow({ files, state: { ...writers, workflows, pulls } }, async ({ run, state }) => {
      await run(command(asking));
      expect(state.comments[0]?.body).toContain('never on the code of a fork');
      expect(state.dispatches).toEqual([]);
    });
  });

  test('that GitHub refuses is answered, and fails', () =>
    withWorkflow({ files, state: { ...writers, workflows } }, async ({ run, state, server }) => {
      const route = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';
      server.inject({ route, status: 403, message: 'Resource not accessible by integration' });
      expect((await run(command(asking))).exitCode).toBe(2);
      expect(state.comments[0]?.body).toContain('That could not be done');
      expect(state.comments[0]?.body).toContain("grant 'actions: write' under");
    }));
});

test('a head that moves while a command runs is said', () =>
  withWorkflow(
    { files, state: { ...writers, runs: [{ id: 5, headSha }] } },
    async ({ run, state, server }) => {
      server.before('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', () => {
        for (const pull of state.pulls) pull.headSha = 'e'.repeat(40);
      });
      await run(command(`/mcunet verify ${headSha}`));
      expect(state.comments[0]?.body).toContain('meanwhile: ask again');
    },
  ));

describe('nothing is done for', () => {
  test.each([
    ['a stranger', '/mcunet help', 'mallory'],
    ['a comment without a command', 'Have you tried /mcunet help?', 'octocat'],
    ['a command further down', 'Hello\n/mcunet help', 'octocat'],
    ['another bot’s command', '/mcunetx help', 'octocat'],
  ])('%s', (_, body, login) =>
    withWorkflow({ files, state: writers }, async ({ run, server, state }) => {
      expect((await run(command(body, login))).exitCode).toBe(0);
      expect(state.comments).toEqual([]);
      expect(server.log.filter((line) => writes.test(line))).toEqual([]);
    }),
  );

  test('someone whose permission cannot be read', () =>
    withWorkflow({ files, state: writers }, async ({ run, server, state }) => {
      server.inject({ route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission', status: 403 });
      const ended = await run(command('/mcunet help'));
      expect(ended.stdout).toContain('::warning::the command is not obeyed');
      expect(state.comments).toEqual([]);
    }));

  test.each(['verify e0ffee0', `verify ${'e'.repeat(40)}`, 'search e0ffee0'])('a stale SHA: %s', (words) =>
    withWorkflow({ files, state: { ...writers, runs: [{ id: 5, headSha }] } }, async ({ run, state }) => {
      await run(command(`/mcunet ${words}`));
      expect(state.reruns).toEqual([]);
      expect(state.comments[0]?.body).toContain(
        `The head of this pull request is \`${headSha.slice(0, 12)}\``,
      );
    }),
  );

  test.each([
    'verify',
    'verify main; rm -rf /',
    'format',
    'explain',
    'search',
    'search c0ffee0 sram=$(id)',
    'search c0ffee0 sram=1KiB sram=2KiB',
    'search c0ffee0 colour=red',
    'waive everything 7 because',
    'waive flash 0 because',
    'waive flash 7',
  ])('words that are no command: %s', (words) =>
    withWorkflow({ files, state: writers }, async ({ run, state }) => {
      await run(command(`/mcunet ${words}`));
      expect(state.comments[0]?.body).toContain('That is no command of mcunet');
      expect(state.reruns).toEqual([]);
    }),
  );
});
