/** Pull requests and check runs of the loopback GitHub. */
import { examplesOf } from './events.ts';

export type Pull = {
  readonly number: number;
  readonly headOwner: string;
  readonly headBranch: string;
  headSha: string;
  readonly state?: 'open' | 'closed';
};

export type Check = {
  readonly id: number;
  readonly headSha: string;
  name: string;
  externalId: string;
  conclusion: string;
  title: string;
  summary: string;
  annotations: readonly unknown[];
};

/** GitHub's documented example, as of this pull request. */
export function pullReply(pull: Pull, repo: string): object {
  const { pull_request: example } = structuredClone(examplesOf('pull_request')[0]) as {
    pull_request: { head: { repo: object } } & object;
  };
  const head = {
    ...example.head,
    label: `${pull.headOwner}:${pull.headBranch}`,
    ref: pull.headBranch,
    sha: pull.headSha,
    repo: { ...example.head.repo, full_name: `${pull.headOwner}/${repo}` },
  };
  return { ...example, number: pull.number, state: pull.state ?? 'open', head, auto_merge: null };
}

export function checkReply(check: Check): object {
  const url = `https://api.github.com/repos/Codertocat/Hello-World/check-runs/${check.id}`;
  return {
    id: check.id,
    head_sha: check.headSha,
    node_id: `CR_${check.id}`,
    external_id: check.externalId,
    url,
    html_url: `https://github.com/Codertocat/Hello-World/runs/${check.id}`,
    details_url: url,
    status: 'completed',
    conclusion: check.conclusion,
    started_at: '2026-01-01T00:00:00Z',
    completed_at: '2026-01-01T00:00:00Z',
    output: {
      title: check.title,
      summary: check.summary.slice(0, 100),
      text: null,
      annotations_count: check.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: check.name,
    check_suite: { id: 1 },
    app: null,
    pull_requests: [],
  };
}

/** GitHub's documented example of a run, as of this one. */
export function runReply({
  id,
  headSha,
  status = 'completed',
}: {
  readonly id: number;
  readonly headSha: string;
  readonly status?: string;
}): object {
  const { workflow_run: example } = structuredClone(examplesOf('workflow_run')[0]) as {
    workflow_run: object;
  };
  return {
    ...example,
    id,
    head_sha: headSha,
    status,
    event: 'pull_request',
    display_title: 'a change',
    path: 'x.yml',
  };
}

export function workflowReply(file: string): object {
  const url = `https://github.com/Codertocat/Hello-World/blob/main/.github/workflows/${file}`;
  return {
    id: 1,
    node_id: 'W_1',
    name: file,
    path: `.github/workflows/${file}`,
    state: 'active',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    url,
    html_url: url,
    badge_url: url,
  };
}
