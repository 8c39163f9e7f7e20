/** Commands in comments: a closed list, read from the first line only, and obeyed only from people who may write. */
import type { GitHub, Repository } from './client.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

export type ParsedCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'verify'; readonly sha: string }
  | { readonly kind: 'explain'; readonly layer: string }
  /** Begins like a command and is none. */
  | { readonly kind: 'unknown' };

const longestLayer = 200;

/** `undefined` for a comment that is no command. */
export function parseCommand(body: string): ParsedCommand | undefined {
  const line = body.split(/\r?\n/, 1)[0] ?? '';
  const [, word, rest = ''] = /^\/mcunet(?:[ \t]+(\w+)(?:[ \t]+(.*))?)?[ \t]*$/.exec(line) ?? [];
  if (!/^\/mcunet(?:[ \t]|$)/.test(line)) return undefined;
  const words = rest.trim();
  if (word === 'help' || (word === undefined && line.trim() === '/mcunet')) return { kind: 'help' };
  if (word === 'verify' && /^[0-9a-f]{7,64}$/.test(words)) return { kind: 'verify', sha: words };
  if (word === 'explain' && words !== '' && words.length <= longestLayer) {
    return { kind: 'explain', layer: words };
  }
  return { kind: 'unknown' };
}

/** Whether someone may write to the repository, as GitHub's own endpoint says; a refusal means no. */
export async function mayCommand(
  github: GitHub,
  { owner, repo }: Repository,
  username: string,
): Promise<boolean | Refusal> {
  return refusalOr('read who may command', 'metadata: read', async () => {
    const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
    const { data } = await github.request(route, { owner, repo, username });
    return data.permission === 'admin' || data.permission === 'write';
  });
}

/** Shows that a command was seen. */
export async function acknowledge(
  github: GitHub,
  { owner, repo }: Repository,
  commentId: number,
): Promise<Refusal | undefined> {
  return refusalOr('react to the comment', 'pull-requests: write', async () => {
    const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions';
    await github.request(route, { owner, repo, comment_id: commentId, content: 'eyes' });
    return undefined;
  });
}

/** Runs the newest run of a pull request's workflow for a commit again; `undefined` where there is none. */
export async function rerunFor(
  github: GitHub,
  { owner, repo }: Repository,
  headSha: string,
  /** File name of the workflow. */
  workflow: string,
): Promise<string | Refusal | undefined> {
  return refusalOr('run the workflow again', 'actions: write', async () => {
    const { data } = await github.request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
      owner,
      repo,
      workflow_id: workflow,
      event: 'pull_request',
      head_sha: headSha,
      per_page: 100,
    });
    const newest = data.workflow_runs.toSorted((one, other) => Number(other.id) - Number(one.id))[0];
    if (newest === undefined) return undefined;
    await github.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', {
      owner,
      repo,
      run_id: Number(newest.id),
    });
    return newest.html_url;
  });
}

async function refusalOr<T>(what: string, permission: string, act: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await act();
  } catch (error) {
    const refusal = explainRefusal(error, { what, permission, fromFork: false });
    if (refusal === undefined) throw error;
    return refusal;
  }
}
