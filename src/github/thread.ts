/** A pull request's conversation, as far as our own comments go. */
import { RequestError } from '@octokit/request-error';
import { at } from '../base/index.ts';
import type { GitHub, PullRequest } from './client.ts';
import { parseMarker, type Stamp } from './marker.ts';

export type Thread = { readonly github: GitHub; readonly pull: PullRequest };

export type OwnComment = {
  readonly id: number;
  readonly url: string;
  readonly body: string;
  readonly stamp: Stamp;
};

/** A body of at most so many bytes. */
export type Body = (maxBytes: number) => string;

/** GitHub takes 65,536 characters, sometimes fewer: a refused size is tried again one rung lower. */
const ladderBytes = [65_000, 32_000, 12_000, 3000, 900] as const;

/** What a comment may take before GitHub refuses any size. */
export const fullBytes: number = ladderBytes[0];

/** Our comments over all pages, oldest first: with our marker in the first line **and** by our own hand. */
export async function listOwnComments(
  { github, pull }: Thread,
  markerId: string,
): Promise<readonly OwnComment[]> {
  const comments = await github.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    owner: pull.owner,
    repo: pull.repo,
    issue_number: pull.number,
    per_page: 100,
  });
  const marked = comments.flatMap((comment) => {
    const stamp = parseMarker(comment.body ?? '');
    return stamp?.id === markerId ? [{ comment, stamp }] : [];
  });
  if (marked.length === 0) return [];
  const login = await ownLogin(github);
  return marked
    .filter(({ comment }) => comment.user?.login === login)
    .map(({ comment, stamp }) => ({
      id: Number(comment.id),
      url: comment.html_url,
      body: comment.body ?? '',
      stamp,
    }))
    .sort((one, other) => one.id - other.id);
}

/** REST tells this to people only; GraphQL also to `GITHUB_TOKEN` and other apps. */
async function ownLogin(github: GitHub): Promise<string> {
  const { viewer } = await github.graphql<{ readonly viewer: { readonly login: string } }>(
    'query { viewer { login } }',
  );
  return viewer.login;
}

export async function createComment(
  { github, pull }: Thread,
  body: Body,
): Promise<{ readonly id: number; readonly url: string }> {
  const { data } = await sendFullest(body, (text) =>
    github.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      owner: pull.owner,
      repo: pull.repo,
      issue_number: pull.number,
      body: text,
    }),
  );
  return { id: Number(data.id), url: data.html_url };
}

/** `false` where the comment is no longer there. */
export async function updateComment({ github, pull }: Thread, id: number, body: Body): Promise<boolean> {
  return unlessGone(() =>
    sendFullest(body, (text) =>
      github.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
        owner: pull.owner,
        repo: pull.repo,
        comment_id: id,
        body: text,
      }),
    ),
  );
}

/** `false` where the comment is no longer there. */
export async function deleteComment({ github, pull }: Thread, id: number): Promise<boolean> {
  return unlessGone(() =>
    github.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      owner: pull.owner,
      repo: pull.repo,
      comment_id: id,
    }),
  );
}

async function sendFullest<T>(body: Body, send: (text: string) => Promise<T>): Promise<T> {
  for (let rung = 0; ; rung++) {
    try {
      return await send(body(at(ladderBytes, rung)));
    } catch (error) {
      const isRefusedSize = error instanceof RequestError && error.status === 422;
      if (!isRefusedSize || rung === ladderBytes.length - 1) throw error;
    }
  }
}

async function unlessGone(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return false;
    throw error;
  }
}
