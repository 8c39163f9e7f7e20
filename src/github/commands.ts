/** What commands in comments make GitHub do; obeyed only from people who may write. */
import { RequestError } from '@octokit/request-error';
import type { GitHub, Repository } from './client.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

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

export type Rerun = {
  /** `running`: it has not ended, so GitHub runs nothing again. */
  readonly kind: 'started' | 'running';
  readonly url: string;
};

/** Runs the newest run of a pull request's workflow for a commit again; `undefined` where there is none. */
export async function rerunFor(
  github: GitHub,
  { owner, repo }: Repository,
  headSha: string,
  /** File name of the workflow. */
  workflow: string,
): Promise<Rerun | Refusal | undefined> {
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
    if (newest.status !== 'completed') return { kind: 'running', url: newest.html_url };
    await github.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', {
      owner,
      repo,
      run_id: Number(newest.id),
    });
    return { kind: 'started', url: newest.html_url };
  });
}

/** The page of a workflow; `undefined` where the repository has no such workflow. */
export async function findWorkflow(
  github: GitHub,
  { owner, repo }: Repository,
  /** File name of the workflow. */
  workflow: string,
): Promise<{ readonly url: string } | Refusal | undefined> {
  return refusalOr('look for the workflow', 'actions: read', async () => {
    const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}';
    try {
      const { data } = await github.request(route, { owner, repo, workflow_id: workflow });
      return data.state === 'active' ? { url: data.html_url } : undefined;
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) return undefined;
      throw error;
    }
  });
}

/** Starts a workflow on a branch of this repository; `undefined` where that went well. */
export async function dispatchWorkflow(
  github: GitHub,
  { owner, repo }: Repository,
  workflow: string,
  branch: string,
  inputs: Readonly<Record<string, string>>,
): Promise<Refusal | undefined> {
  return refusalOr('start the workflow', 'actions: write', async () => {
    await github.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
      owner,
      repo,
      workflow_id: workflow,
      ref: branch,
      inputs,
    });
    return undefined;
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
