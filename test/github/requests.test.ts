/** Patience and its bounds, changed files and events of the `github` room. */

import { describe, expect, test } from 'vitest';
import { listChangedFiles, publishComment, readTrigger, touchedModels } from '../../src/github/index.ts';
import { examplesOf } from './server/events.ts';
import { headSha, withGitHub } from './server/session.ts';

const files = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
const create = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';

describe('retries', () => {
  test('server errors are tried again, with growing pauses', () =>
    withGitHub({ files: [{ filename: 'a' }] }, async ({ github, pull, server, sleeps, waits }) => {
      server.inject({ route: files, status: 502, times: 2 });
      expect(await listChangedFiles(github, pull)).toEqual({
        paths: ['a'],
        renames: new Map(),
        complete: true,
      });
      expect(sleeps).toEqual([500, 1000]);
      expect(waits[0]).toBe('GitHub answered 502; trying again in 0.5 s');
    }));

  test('but not for ever', () =>
    withGitHub({}, async ({ github, pull, server, sleeps }) => {
      server.inject({ route: files, status: 503, times: 99 });
      expect(await listChangedFiles(github, pull)).toMatchObject({ code: 'GITHUB_ERROR' });
      expect(sleeps).toEqual([500, 1000, 2000]);
      expect(server.log).toHaveLength(4);
    }));

  test.each([
    [429, { 'retry-after': '3' }, 'slow down', 3000],
    [403, { 'retry-after': '7' }, 'You have exceeded a secondary rate limit', 7000],
    [403, {}, 'You have exceeded a secondary rate limit. Wait a few minutes.', 60_000],
    [
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767225610' },
      'API rate limit exceeded',
      11_000,
    ],
  ])('waits as long as GitHub asks: %i %o', (status, headers, message, pauseMs) =>
    withGitHub({}, async ({ github, pull, server, sleeps }) => {
      server.inject({ route: files, status, headers, message });
      expect(await listChangedFiles(github, pull)).toEqual({ paths: [], renames: new Map(), complete: true });
      expect(sleeps).toEqual([pauseMs]);
    }),
  );

  test('gives up at once where the limit resets too late', () =>
    withGitHub({}, async ({ github, pull, server, sleeps }) => {
      server.inject({ route: files, status: 429, headers: { 'retry-after': '3000' } });
      expect(await listChangedFiles(github, pull)).toMatchObject({ code: 'GITHUB_RATE_LIMIT' });
      expect(sleeps).toEqual([]);
    }));

  test('a comment whose first reply was lost is not posted twice', () =>
    withGitHub({}, async ({ github, pull, state, server }) => {
      server.before(create, () => {
        const marker = `<!-- mcunet-action id=x run=7 attempt=1 head=${headSha} -->`;
        state.comments.push({ id: 50, login: state.viewer, body: `${marker}\nreport` });
      });
      server.inject({ route: create, status: 502 });
      const stamp = { id: 'x', runId: 7, attempt: 1, headSha };
      await publishComment(github, pull, { stamp, render: () => 'report', onlyUpdate: false });
      expect(state.comments.map(({ id }) => id)).toEqual([50]);
    }));

  test('a server that is not there is a refusal', () =>
    withGitHub({}, async ({ github, pull, server, sleeps }) => {
      await server.close();
      expect(await listChangedFiles(github, pull)).toMatchObject({ code: 'GITHUB_UNREACHABLE' });
      expect(sleeps).toHaveLength(3);
    }));
});

describe('listChangedFiles', () => {
  test('reads all pages, and both names of a renamed file', () => {
    const many = Array.from({ length: 230 }, (_, index) => ({ filename: `docs/${index}.md` }));
    const renamed = { filename: 'new.tflite', previous_filename: 'old.tflite', status: 'renamed' as const };
    return withGitHub({ files: [...many, renamed] }, async ({ github, pull, server }) => {
      const changed = await listChangedFiles(github, pull);
      expect(changed).toMatchObject({ complete: true });
      expect('paths' in changed && changed.paths).toHaveLength(232);
      expect('paths' in changed && changed.paths.slice(-2)).toEqual(['new.tflite', 'old.tflite']);
      expect(server.log).toHaveLength(3);
    });
  });

  test('knows that a list of 3,000 may be cut', () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({ filename: `${index}` }));
    return withGitHub({ files: many }, async ({ github, pull }) => {
      expect(await listChangedFiles(github, pull)).toMatchObject({ complete: false });
    });
  });

  test('names the permission that is missing', () =>
    withGitHub({ grant: 'none' }, async ({ github, pull }) => {
      expect(await listChangedFiles(github, pull)).toMatchObject({
        code: 'GITHUB_PERMISSION',
        reason: expect.stringContaining('grant `pull-requests: read`'),
      });
    }));
});

describe('touchedModels', () => {
  const watched = [
    { name: 'kws', model: 'models/kws.tflite', dataset: 'data/kws01' },
    { name: 'vision', model: 'models/vision/**/*.tflite', dataset: 'data/set.npz' },
    { name: 'odd', model: 'models/[odd].tflite', dataset: undefined },
  ];

  test.each([
    ['models/kws.tflite', ['kws']],
    ['models/vision/v2/a.tflite', ['vision']],
    ['models/[odd].tflite', ['odd']],
    ['data/kws01/y_labels.csv', ['kws']],
    ['data/kws012/x.bin', []],
    ['data/set.npz', ['vision']],
    ['mcunet.yml', ['kws', 'vision', 'odd']],
    ['README.md', []],
  ])('%s touches %o', (path, names) => {
    const touched = touchedModels(['docs/x.md', path], watched, 'mcunet.yml');
    expect(touched).toEqual(names.map((name) => ({ name, because: path })));
  });
});

describe('readTrigger', () => {
  const repository = { owner: 'Codertocat', repo: 'Hello-World' };
  const sha = 'd'.repeat(40);

  test('every example of GitHub is understood', () => {
    for (const payload of examplesOf('pull_request')) {
      const { full_name } = payload.repository as { full_name: string };
      const [owner = '', repo = ''] = full_name.split('/');
      const trigger = readTrigger({ name: 'pull_request', payload, sha, repository: { owner, repo } }, false);
      expect(trigger).toMatchObject({ kind: 'pull-request', fromFork: false });
    }
    for (const name of ['workflow_dispatch', 'merge_group']) {
      for (const payload of examplesOf(name)) {
        const commit = { kind: 'commit', headSha: sha, defaultBranch: undefined };
        expect(readTrigger({ name, payload, sha, repository }, false)).toEqual(commit);
      }
    }
    for (const payload of examplesOf('push')) {
      expect(readTrigger({ name: 'push', payload, sha, repository }, false)).toEqual(
        payload.ref === 'refs/heads/master'
          ? { kind: 'commit', headSha: sha, defaultBranch: 'master' }
          : { kind: 'release', headSha: sha, tag: 'simple-tag', created: '1970-01-01T00:00:00Z' },
      );
    }
    for (const payload of examplesOf('release')) {
      const release = { kind: 'release', headSha: sha, tag: '0.0.1' };
      expect(readTrigger({ name: 'release', payload, sha, repository }, false)).toMatchObject(release);
    }
    for (const name of ['workflow_run', 'issue_comment']) {
      // None of these was for a pull request.
      for (const payload of examplesOf(name)) {
        expect(readTrigger({ name, payload, sha, repository }, false)).toBeUndefined();
      }
    }
  });

  test('an event that says nothing stands for its commit where any is taken, but never the refused one', () => {
    expect(readTrigger({ name: 'issues', payload: {}, sha, repository }, true)).toEqual({
      kind: 'commit',
      headSha: sha,
      defaultBranch: undefined,
    });
    expect(() => readTrigger({ name: 'pull_request_target', payload: {}, sha, repository }, true)).toThrow(
      expect.objectContaining({ code: 'GITHUB_EVENT_REFUSED' }),
    );
  });

  test('a head in another repository, or in one that is gone, is a fork', () => {
    for (const repo of [{ full_name: 'mallory/Hello-World' }, null]) {
      const base = { sha, repo: { default_branch: 'main' } };
      const payload = { pull_request: { number: 3, head: { sha, repo }, base } };
      expect(readTrigger({ name: 'pull_request', payload, sha, repository }, false)).toEqual({
        kind: 'pull-request',
        number: 3,
        headSha: sha,
        baseSha: sha,
        defaultBranch: 'main',
        fromFork: true,
      });
    }
  });

  test.each([
    ['issues', {}, 'GITHUB_EVENT_UNKNOWN'],
    ['pull_request_target', {}, 'GITHUB_EVENT_REFUSED'],
    ['pull_request', {}, 'GITHUB_EVENT_MALFORMED'],
    [
      'pull_request',
      { pull_request: { number: '1; rm', head: { sha, repo: null } } },
      'GITHUB_EVENT_MALFORMED',
    ],
    [
      'pull_request',
      { pull_request: { number: 1, head: { sha: 'x-->', repo: null } } },
      'GITHUB_EVENT_MALFORMED',
    ],
  ])('%s with %o is %s', (name, payload, code) => {
    expect(() => readTrigger({ name, payload, sha, repository }, false)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
