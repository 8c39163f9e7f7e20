/** The pull request that another workflow's run was for, found anew: what the run itself says is not believed. */
import type { GitHub, PullRequest, Repository } from './client.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

/** Of the event `workflow_run`, which GitHub makes, not the run. */
export type SourceRun = {
  readonly runId: number;
  readonly attempt: number;
  readonly headSha: string;
  readonly headBranch: string;
  /** `owner/name` of the head's repository. */
  readonly headRepository: string;
  readonly conclusion: string;
  readonly url: string;
  /** Of this repository. */
  readonly defaultBranch: string;
};

/** The open pull request whose head is exactly the run's; `undefined` where it has moved on or is closed. */
export async function findPullOfRun(
  github: GitHub,
  { owner, repo }: Repository,
  run: SourceRun,
): Promise<PullRequest | Refusal | undefined> {
  const [headOwner = ''] = run.headRepository.split('/');
  return refusalOr(async () => {
    const pulls = await github.paginate('GET /repos/{owner}/{repo}/pulls', {
      owner,
      repo,
      state: 'open',
      head: `${headOwner}:${run.headBranch}`,
      per_page: 100,
    });
    const found = pulls.find(
      ({ head }) =>
        head.sha === run.headSha && head.repo?.full_name.toLowerCase() === run.headRepository.toLowerCase(),
    );
    if (found === undefined) return undefined;
    const fromFork = run.headRepository.toLowerCase() !== `${owner}/${repo}`.toLowerCase();
    return { owner, repo, number: found.number, headSha: run.headSha, fromFork };
  });
}

export type Head = {
  readonly headSha: string;
  /** In the head's own repository. */
  readonly headBranch: string;
  readonly fromFork: boolean;
};

/** The head of a pull request as it is now. */
export async function readHead(
  github: GitHub,
  { owner, repo }: Repository,
  number: number,
): Promise<Head | Refusal> {
  return refusalOr(async () => {
    const { data } = await github.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      owner,
      repo,
      pull_number: number,
    });
    const fromFork = data.head.repo?.full_name.toLowerCase() !== `${owner}/${repo}`.toLowerCase();
    return { headSha: data.head.sha, headBranch: data.head.ref, fromFork };
  });
}

async function refusalOr<T>(act: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await act();
  } catch (error) {
    const purpose = { what: 'find the pull request', permission: 'pull-requests: read', fromFork: false };
    const refusal = explainRefusal(error, purpose);
    if (refusal === undefined) throw error;
    return refusal;
  }
}
