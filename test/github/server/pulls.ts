/** Pull requests of the loopback GitHub, and who may do what there. */
import type { Operation } from './description.ts';
import { examplesOf } from './events.ts';
import { page, type Reply, refuse, userReply } from './replies.ts';
import type { ChangedFile, State } from './state.ts';

export type Pull = {
  readonly number: number;
  readonly headOwner: string;
  readonly headBranch: string;
  headSha: string;
  readonly state?: 'open' | 'closed';
};

/** GitHub's documented example, as of this pull request. */
function pullReply(pull: Pull, repo: string): object {
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

export function answerPulls(
  state: State,
  operation: Operation,
  query: URLSearchParams,
  apiUrl: string,
): Reply | undefined {
  const { owner, repo = '', username = '', comment_id: comment } = operation.parameters;
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': {
      const url = `${apiUrl}/repos/${owner}/${repo}/pulls/${operation.parameters.pull_number}/files`;
      return page(state.files.map(fileReply), query, url);
    }
    case 'GET /repos/{owner}/{repo}/pulls': {
      const wanted = state.pulls.filter(
        (pull) =>
          (pull.state ?? 'open') === query.get('state') &&
          `${pull.headOwner}:${pull.headBranch}` === query.get('head'),
      );
      return page(
        wanted.map((pull) => pullReply(pull, repo)),
        query,
        `${apiUrl}/repos/${owner}/${repo}/pulls`,
      );
    }
    case 'GET /repos/{owner}/{repo}/pulls/{pull_number}': {
      const pull = state.pulls.find(({ number }) => String(number) === operation.parameters.pull_number);
      return pull === undefined
        ? refuse(404, 'Not Found')
        : { status: 200, headers: {}, body: pullReply(pull, repo) };
    }
    case 'GET /repos/{owner}/{repo}/collaborators/{username}/permission': {
      const permission = state.permissions[username] ?? 'none';
      const user = { ...userReply(username), role_name: permission };
      return { status: 200, headers: {}, body: { permission, role_name: permission, user } };
    }
    case 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': {
      state.reactions.push({ comment: Number(comment), content: 'eyes' });
      const user = userReply(state.viewer);
      const body = { id: 1, node_id: 'R_1', user, content: 'eyes', created_at: '2026-01-01T00:00:00Z' };
      return { status: 201, headers: {}, body };
    }
    default:
      return undefined;
  }
}

function fileReply(file: ChangedFile) {
  const url = `https://github.com/x/y/blob/main/${encodeURIComponent(file.filename)}`;
  const counts = { additions: 1, deletions: 0, changes: 1 };
  const urls = { blob_url: url, raw_url: url, contents_url: url };
  return { sha: 'b'.repeat(40), status: file.status ?? 'modified', ...file, ...counts, ...urls };
}
