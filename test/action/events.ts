/** Events that start runs: GitHub's documented examples, with the documented differences. */
import { examplesOf } from '../github/server/events.ts';

export const headSha: string = 'c0ffee'.padEnd(40, '0');

/** A pull request as GitHub documents it, from a branch of the same repository or from a fork. */
export function pullRequestEvent(isFork = false): Readonly<Record<string, unknown>> {
  const [example] = examplesOf('pull_request');
  const payload = structuredClone(example) as {
    pull_request: { number: number; head: { sha: string; repo: { full_name: string; fork: boolean } } };
  };
  payload.pull_request.head.sha = headSha;
  if (isFork) {
    // As documented for forks: the head's repository is another one, and says that it is a fork.
    payload.pull_request.head.repo.full_name = 'contributor/Hello-World';
    payload.pull_request.head.repo.fork = true;
  }
  return payload;
}

/** A push to the default branch. */
export function pushEvent(): Readonly<Record<string, unknown>> {
  return { ref: 'refs/heads/main', repository: { default_branch: 'main' } };
}

/** The end of a run for a pull request, of a fork unless told: GitHub's example with another event and head. */
export function workflowRunEvent(
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const [example] = examplesOf('workflow_run');
  const payload = structuredClone(example) as { workflow_run: Record<string, unknown> };
  const head_repository = {
    ...(payload.workflow_run.head_repository as object),
    full_name: 'mallory/Hello-World',
  };
  const run = { id: 100, event: 'pull_request', head_sha: headSha, head_branch: 'patch', head_repository };
  payload.workflow_run = { ...payload.workflow_run, ...run, conclusion: 'success', ...changes };
  return payload;
}

/** A new comment on the pull request. */
export function commentEvent(body: string, login = 'octocat'): Readonly<Record<string, unknown>> {
  const [example] = examplesOf('issue_comment');
  const payload = structuredClone(example) as {
    action: string;
    issue: Record<string, unknown>;
    comment: Record<string, unknown> & { user: object };
  };
  payload.issue.number = 2;
  payload.issue.pull_request = { url: 'https://api.github.com/repos/Codertocat/Hello-World/pulls/2' };
  payload.comment = { ...payload.comment, id: 77, body, user: { ...payload.comment.user, login } };
  return payload;
}
