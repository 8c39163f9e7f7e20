/** The sticky comment of the `github` room, against GitHub's API on loopback. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CommentRequest, publishComment } from '../../src/github/index.ts';
import { headSha, type Session, withGitHub as withServer } from './server/session.ts';
import type { State } from './server/state.ts';

const list = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
const create = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const update = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';

function markerOf(runId: number, id = 'mcunet.yml', attempt = 1): string {
  return `<!-- mcunet-action id=${id} run=${runId} attempt=${attempt} head=${headSha} -->`;
}

function requestOf(runId: number, changes: Partial<CommentRequest> = {}): CommentRequest {
  return {
    stamp: { id: 'mcunet.yml', runId, attempt: 1, headSha },
    render: () => `report of run ${runId}`,
    onlyUpdate: false,
    ...changes,
  };
}

const bot = 'github-actions[bot]';
const ours = (id: number, runId: number) => ({
  id,
  login: bot,
  body: `${markerOf(runId)}\nreport of run ${runId}`,
});

describe.each([
  ['github.com', ''],
  ['an Enterprise server', '/api/v3'],
] as const)('publishComment on %s', (_host, basePath) => {
  const withGitHub = (changes: Partial<State>, body: (session: Session) => Promise<void>) =>
    withServer(changes, body, basePath);

  test('posts the first comment with a marker in front', () =>
    withGitHub({}, async ({ github, pull, state }) => {
      const outcome = await publishComment(github, pull, requestOf(7));
      expect(outcome).toEqual({
        kind: 'created',
        url: 'https://github.com/Codertocat/Hello-World/pull/2#issuecomment-1000',
      });
      expect(state.comments).toEqual([{ id: 1000, login: bot, body: `${markerOf(7)}\nreport of run 7` }]);
    }));

  test('updates in place, and leaves the comment of another configuration alone', () => {
    const other = { id: 5, login: bot, body: `${markerOf(1, 'other%2Fmcunet.yml')}\nother` };
    return withGitHub({ comments: [other, ours(6, 1)] }, async ({ github, pull, state }) => {
      expect(await publishComment(github, pull, requestOf(7))).toMatchObject({ kind: 'updated' });
      expect(state.comments).toEqual([other, ours(6, 7)]);
    });
  });

  test('finds its comment behind 150 others, and never touches a marker planted by someone else', () => {
    const chatter = Array.from({ length: 150 }, (_, index) => ({
      id: index + 1,
      login: 'octocat',
      body: 'hm',
    }));
    const planted = { id: 10, login: 'mallory', body: `${markerOf(1)}\nall is well` };
    const quoted = { id: 11, login: bot, body: `> ${markerOf(1)}\nquoted` };
    const others = chatter.map((comment) => [planted, quoted].find(({ id }) => id === comment.id) ?? comment);
    return withGitHub({ comments: [...others, ours(200, 1)] }, async ({ github, pull, state, server }) => {
      expect(await publishComment(github, pull, requestOf(7))).toMatchObject({ kind: 'updated' });
      expect(state.comments).toEqual([...others, ours(200, 7)]);
      expect(server.log.filter((line) => line.endsWith(list))).toHaveLength(4);
    });
  });

  test('a planted marker alone does not keep the first comment away', () =>
    withGitHub(
      { comments: [{ id: 10, login: 'mallory', body: markerOf(999) }] },
      async ({ github, pull, state }) => {
        expect(await publishComment(github, pull, requestOf(7))).toMatchObject({ kind: 'created' });
        expect(state.comments.map(({ login }) => login)).toEqual(['mallory', bot]);
      },
    ));

  test('an older run yields to a newer one, and an older attempt to a newer', () =>
    withGitHub({ comments: [ours(6, 8)] }, async ({ github, pull, state, server }) => {
      const outcome = await publishComment(github, pull, requestOf(7));
      expect(outcome).toMatchObject({ kind: 'yielded', runId: 8 });
      const again = { ...requestOf(8), stamp: { id: 'mcunet.yml', runId: 8, attempt: 0, headSha } };
      expect(await publishComment(github, pull, again)).toMatchObject({ kind: 'yielded' });
      expect(state.comments).toEqual([ours(6, 8)]);
      expect(server.log.every((line) => line.includes('GET') || line.includes('graphql'))).toBe(true);
    }));

  test('duplicates collapse into the oldest, with the newest report', () =>
    withGitHub({ comments: [ours(6, 1), ours(7, 3), ours(8, 2)] }, async ({ github, pull, state }) => {
      expect(await publishComment(github, pull, requestOf(2))).toMatchObject({ kind: 'yielded', runId: 3 });
      expect(state.comments).toEqual([ours(6, 3)]);
    }));

  test.each([
    ['older', 7, 8],
    ['newer', 8, 7],
  ])('two runs that both post first end in one comment where the %s is the slower', (_, first, second) =>
    withGitHub({}, async ({ github, pull, state, server }) => {
      // The other run posts between this run's look and its post.
      server.before(create, async () => {
        await publishComment(github, pull, requestOf(second));
      });
      const outcome = await publishComment(github, pull, requestOf(first));
      expect(outcome.kind).toBe(first > second ? 'created' : 'yielded');
      expect(state.comments).toEqual([ours(1000, 8)]);
    }),
  );

  test('a report that a slower, older run has overwritten is put right again', () =>
    withGitHub({ comments: [ours(6, 1)] }, async ({ github, pull, state, server }) => {
      server.before(update, () => {
        server.before(list, () => {
          state.comments = [ours(6, 7)];
        });
      });
      expect(await publishComment(github, pull, requestOf(8))).toMatchObject({ kind: 'updated' });
      expect(state.comments).toEqual([ours(6, 8)]);
    }));

  test('a comment deleted between look and update is posted anew', () =>
    withGitHub({ comments: [ours(6, 1)] }, async ({ github, pull, state, server }) => {
      server.before(update, () => {
        state.comments = [];
      });
      expect(await publishComment(github, pull, requestOf(7))).toMatchObject({ kind: 'created' });
      expect(state.comments).toEqual([ours(1000, 7)]);
    }));

  test('a list that does not show the new comment yet does not make a second', () =>
    withGitHub({}, async ({ github, pull, state, server }) => {
      server.before(create, () => {
        server.before(list, () => {
          state.comments = [];
        });
      });
      expect(await publishComment(github, pull, requestOf(7))).toMatchObject({ kind: 'created' });
      expect(server.log.filter((line) => line.endsWith(create))).toHaveLength(1);
    }));

  test('only updates where it is told so', () =>
    withGitHub({}, async ({ github, pull, state, server }) => {
      expect(await publishComment(github, pull, requestOf(7, { onlyUpdate: true }))).toEqual({
        kind: 'none',
      });
      expect(state.comments).toEqual([]);
      expect(server.log).toEqual([`200 ${list}`]);
    }));

  test('a body that GitHub finds too long is rendered one rung smaller', () =>
    withGitHub({ longestComment: 20_000 }, async ({ github, pull, state }) => {
      const sizes: number[] = [];
      const render = (maxBytes: number) => {
        sizes.push(maxBytes);
        return 'x'.repeat(maxBytes);
      };
      expect(await publishComment(github, pull, requestOf(7, { render }))).toMatchObject({ kind: 'created' });
      const marker = markerOf(7).length + 1;
      expect(sizes).toEqual([65_000 - marker, 32_000 - marker, 12_000 - marker]);
      expect(state.comments[0]?.body).toHaveLength(12_000);
    }));

  test.each([
    ['locked', { locked: true }, false, 'GITHUB_LOCKED', 'conversation is locked'],
    ['read-only', { grant: 'read' }, false, 'GITHUB_PERMISSION', 'grant `pull-requests: write`'],
    [
      'read-only on a fork',
      { grant: 'read' },
      true,
      'GITHUB_PERMISSION',
      'from a fork gets a token that can only read',
    ],
    ['none', { grant: 'none' }, false, 'GITHUB_PERMISSION', 'Resource not accessible by integration'],
    ['too long at every size', { longestComment: 10 }, false, 'GITHUB_ERROR', 'GitHub answered 422'],
  ] as const)('a refusal (%s) is an outcome with a reason', (_, changes, fromFork, code, reason) =>
    withGitHub(changes, async ({ github, pull, state }) => {
      const outcome = await publishComment(github, { ...pull, fromFork }, requestOf(7));
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { code } });
      expect(outcome.kind === 'refused' && outcome.refusal.reason).toContain(reason);
      expect(state.comments).toEqual([]);
    }),
  );

  test('a marker never ends early, whatever the configuration is called', () =>
    withGitHub({}, async ({ github, pull, state }) => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), async (id) => {
          state.comments = [];
          const stamp = { id, runId: 1, attempt: 1, headSha };
          await publishComment(github, pull, { ...requestOf(1), stamp });
          await publishComment(github, pull, { ...requestOf(2), stamp: { ...stamp, runId: 2 } });
          expect(state.comments).toHaveLength(1);
          expect(state.comments[0]?.body.split('\n')).toHaveLength(2);
          expect(state.comments[0]?.body.match(/-->/g)).toHaveLength(1);
        }),
      );
    }));
});
