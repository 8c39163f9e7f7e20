/** The answers of the loopback GitHub, with what the description leaves out: pages, sizes, locks, permissions. */

import { answerBranches } from './branches.ts';
import type { Operation } from './description.ts';
import { type Check, checkReply, type Pull, pullReply, runReply, workflowReply } from './pulls.ts';
import { assetReply, releaseReply, type StoredAsset } from './releases.ts';
import {
  artifactReply,
  blobReply,
  type CommitContents,
  comparisonReply,
  contentsOfBlob,
  type StoredArtifact,
  treeReply,
} from './repository.ts';

export type Comment = {
  readonly id: number;
  readonly login: string;
  body: string;
  readonly createdAt?: string;
  /** Other than `createdAt` where it was edited. */
  readonly updatedAt?: string;
};

export type ChangedFile = {
  readonly filename: string;
  readonly status?: 'added' | 'removed' | 'modified' | 'renamed';
  readonly previous_filename?: string;
};

export type State = {
  readonly owner: string;
  readonly repo: string;
  readonly pull: number;
  readonly token: string;
  /** Whom the token writes as. */
  readonly viewer: string;
  /** What the token was granted for pull requests. */
  grant: 'none' | 'read' | 'write';
  locked: boolean;
  longestComment: number;
  readonly files: ChangedFile[];
  comments: Comment[];
  /** The merge base of every comparison. */
  mergeBase: string;
  /** Files of the commits that can be read. */
  readonly commits: Record<string, CommitContents>;
  readonly artifacts: StoredArtifact[];
  readonly pulls: Pull[];
  readonly checks: Check[];
  /** Whether the token may write check runs. */
  grantsChecks: boolean;
  /** What collaborators may do. */
  readonly permissions: Record<string, 'admin' | 'write' | 'read' | 'none'>;
  /** Runs of the workflow for pull requests. */
  readonly runs: { readonly id: number; readonly headSha: string; readonly status?: string }[];
  readonly reruns: number[];
  /** File names of the workflows that there are. */
  readonly workflows: string[];
  readonly dispatches: { readonly workflow: string; readonly body: unknown }[];
  /** Commits that branches point to, and the parents of those that were made. */
  readonly branches: Record<string, string>;
  readonly parents: Record<string, readonly string[]>;
  /** What others put on a branch just before each of our moves. */
  readonly rivals: CommitContents[];
  /** Whether the token may write contents. */
  readonly grantsContents: boolean;
  /** Tag of the one release; none where empty. */
  releaseTag: string;
  assets: StoredAsset[];
  readonly reactions: { readonly comment: number; readonly content: string }[];
  nextId: number;
};

export function makeState(changes: Partial<State> = {}): State {
  return {
    owner: 'Codertocat',
    repo: 'Hello-World',
    pull: 2,
    token: 'ghs_loopbackToken',
    viewer: 'github-actions[bot]',
    grant: 'write',
    locked: false,
    longestComment: 65_536,
    files: [],
    comments: [],
    mergeBase: 'ba5e'.padEnd(40, '0'),
    commits: {},
    artifacts: [],
    pulls: [{ number: 2, headOwner: 'Codertocat', headBranch: 'changes', headSha: 'c0ffee'.padEnd(40, '0') }],
    checks: [],
    grantsChecks: true,
    permissions: {},
    runs: [],
    reruns: [],
    workflows: [],
    dispatches: [],
    reactions: [],
    branches: {},
    parents: {},
    rivals: [],
    grantsContents: true,
    releaseTag: '',
    assets: [],
    nextId: 1_000,
    ...changes,
  };
}

type CheckBody = {
  readonly head_sha?: string;
  readonly name?: string;
  readonly external_id?: string;
  readonly conclusion?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary?: string;
    readonly annotations?: readonly unknown[];
  };
};

/** What each route asks of a workflow's `permissions:`; GitHub's description does not say it. */
export const permissionOf: Readonly<Record<string, string>> = {
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': 'pull-requests: read',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': 'pull-requests: read',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': 'pull-requests: write',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': 'pull-requests: write',
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': 'pull-requests: write',
  'GET /repos/{owner}/{repo}/compare/{basehead}': 'contents: read',
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': 'contents: read',
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': 'contents: read',
  'GET /repos/{owner}/{repo}/git/ref/{ref}': 'contents: read',
  'POST /repos/{owner}/{repo}/git/trees': 'contents: write',
  'POST /repos/{owner}/{repo}/git/commits': 'contents: write',
  'POST /repos/{owner}/{repo}/git/refs': 'contents: write',
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': 'contents: write',
  'GET /repos/{owner}/{repo}/actions/artifacts': 'actions: read',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts': 'actions: read',
  'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}': 'actions: read',
  'GET /repos/{owner}/{repo}/pulls': 'pull-requests: read',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': 'pull-requests: read',
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': 'checks: read',
  'POST /repos/{owner}/{repo}/check-runs': 'checks: write',
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': 'checks: write',
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': 'metadata: read',
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': 'pull-requests: write',
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}': 'actions: read',
  'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches': 'actions: write',
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs': 'actions: read',
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun': 'actions: write',
  'GET /repos/{owner}/{repo}/releases/tags/{tag}': 'contents: read',
  'GET /repos/{owner}/{repo}/releases/{release_id}/assets': 'contents: read',
  'GET /repos/{owner}/{repo}/releases/assets/{asset_id}': 'contents: read',
  'POST /repos/{owner}/{repo}/releases/{release_id}/assets': 'contents: write',
  'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}': 'contents: write',
  'POST /graphql': 'none',
};

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** An error as GitHub words it. */
export function refuse(status: number, message: string): Reply {
  const documentation_url = 'https://docs.github.com/rest';
  const body = { message, documentation_url, status: String(status) };
  if (status !== 422) return { status, headers: {}, body };
  const errors = [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }];
  return { status, headers: {}, body: { message: 'Validation Failed', documentation_url, errors } };
}

export function answer(
  state: State,
  operation: Operation,
  query: URLSearchParams,
  body: unknown,
  { apiUrl, storageUrl }: { readonly apiUrl: string; readonly storageUrl: string },
): Reply {
  const { owner, repo } = operation.parameters;
  if (owner !== state.owner || repo !== state.repo) return refuse(404, 'Not Found');
  const needs = permissionOf[operation.route];
  if (!isGranted(state, needs)) return refuse(403, 'Resource not accessible by integration');
  const { pull_number: pull, issue_number: issue, comment_id: commentId } = operation.parameters;
  if ((pull ?? issue ?? String(state.pull)) !== String(state.pull)) return refuse(404, 'Not Found');
  const text = (body as { body?: string } | undefined)?.body ?? '';
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files':
      return page(state.files.map(fileReply), query, `${apiUrl}/repos/${owner}/${repo}/pulls/${pull}/files`);
    case 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': {
      const url = `${apiUrl}/repos/${owner}/${repo}/issues/${issue}/comments`;
      return page(
        state.comments.map((comment) => commentReply(state, comment)),
        query,
        url,
      );
    }
    case 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments':
      return createComment(state, text);
    case 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}':
      return changeComment(state, Number(commentId), text);
    case 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}':
      return deleteComment(state, Number(commentId));
    default:
      return (
        answerChecks(state, operation, query, body as CheckBody) ??
        answerPulls(state, operation, query) ??
        answerWorkflows(state, operation, query, body) ??
        answerReleases(state, operation, query, storageUrl) ??
        answerBranches(state, operation, body, (blob) => contentsOfBlob(state.commits, blob)) ??
        answerRepository(state, operation, query, storageUrl)
      );
  }
}

function isGranted(state: State, needs: string | undefined): boolean {
  const [scope, level] = (needs ?? '').split(': ');
  if (scope === 'checks') return state.grantsChecks;
  if (needs === 'contents: write') return state.grantsContents;
  if (scope !== 'pull-requests') return true;
  return state.grant === 'write' || (state.grant === 'read' && level === 'read');
}

function answerPulls(state: State, operation: Operation, query: URLSearchParams): Reply | undefined {
  const { owner, repo = '', username = '', comment_id: comment } = operation.parameters;
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/pulls': {
      const wanted = state.pulls.filter(
        (pull) =>
          (pull.state ?? 'open') === query.get('state') &&
          `${pull.headOwner}:${pull.headBranch}` === query.get('head'),
      );
      return page(
        wanted.map((pull) => pullReply(pull, repo)),
        query,
        `https://x/repos/${owner}/${repo}/pulls`,
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

function answerWorkflows(
  state: State,
  operation: Operation,
  query: URLSearchParams,
  body: unknown,
): Reply | undefined {
  const { workflow_id: workflow = '' } = operation.parameters;
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}':
      return state.workflows.includes(workflow)
        ? { status: 200, headers: {}, body: workflowReply(workflow) }
        : refuse(404, 'Not Found');
    case 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches':
      state.dispatches.push({ workflow, body });
      return { status: 204, headers: {}, body: undefined };
    case 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs': {
      const runs = state.runs.filter(({ headSha }) => headSha === query.get('head_sha')).map(runReply);
      return { status: 200, headers: {}, body: { total_count: runs.length, workflow_runs: runs } };
    }
    case 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun':
      state.reruns.push(Number(operation.parameters.run_id));
      return { status: 201, headers: {}, body: {} };
    default:
      return undefined;
  }
}

function answerChecks(
  state: State,
  operation: Operation,
  query: URLSearchParams,
  body: CheckBody | undefined,
): Reply | undefined {
  const { ref, check_run_id: id } = operation.parameters;
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': {
      const own = state.checks.filter(
        ({ headSha, name }) => headSha === ref && name === query.get('check_name'),
      );
      const reply = { total_count: own.length, check_runs: own.map(checkReply) };
      return { status: 200, headers: {}, body: reply };
    }
    case 'POST /repos/{owner}/{repo}/check-runs': {
      const made = { id: state.nextId++, headSha: body?.head_sha ?? '', name: '', externalId: '' };
      const check: Check = { ...made, conclusion: '', title: '', summary: '', annotations: [] };
      state.checks.push(check);
      return changeCheck(check, body, 201);
    }
    case 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': {
      const check = state.checks.find((candidate) => String(candidate.id) === id);
      return check === undefined ? refuse(404, 'Not Found') : changeCheck(check, body, 200);
    }
    default:
      return undefined;
  }
}

function changeCheck(check: Check, body: CheckBody | undefined, status: number): Reply {
  const { output } = body ?? {};
  if ((output?.annotations?.length ?? 0) > 50) return refuse(422, 'No more than 50 annotations');
  if ((output?.summary?.length ?? 0) > 65_535) return refuse(422, 'Summary is too long');
  check.name = body?.name ?? check.name;
  check.externalId = body?.external_id ?? check.externalId;
  check.conclusion = body?.conclusion ?? check.conclusion;
  check.title = output?.title ?? check.title;
  check.summary = output?.summary ?? check.summary;
  check.annotations = [...check.annotations, ...(output?.annotations ?? [])];
  return { status, headers: {}, body: checkReply(check) };
}

function answerReleases(
  state: State,
  operation: Operation,
  query: URLSearchParams,
  uploadUrl: string,
): Reply | undefined {
  const { tag, asset_id: id } = operation.parameters;
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/releases/tags/{tag}':
      return tag === state.releaseTag
        ? { status: 200, headers: {}, body: releaseReply(tag, uploadUrl) }
        : refuse(404, 'Not Found');
    case 'GET /repos/{owner}/{repo}/releases/{release_id}/assets':
      return page(state.assets.map(assetReply), query, `${uploadUrl}/assets`);
    case 'GET /repos/{owner}/{repo}/releases/assets/{asset_id}':
      return { status: 302, headers: { location: `${uploadUrl}/assets/${id}` }, body: undefined };
    case 'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}':
      state.assets = state.assets.filter((asset) => String(asset.id) !== id);
      return { status: 204, headers: {}, body: undefined };
    default:
      return undefined;
  }
}

function answerRepository(
  state: State,
  operation: Operation,
  query: URLSearchParams,
  storageUrl: string,
): Reply {
  const {
    tree_sha: tree = '',
    file_sha: blob = '',
    run_id: run,
    artifact_id: artifact,
  } = operation.parameters;
  const ok = (body: object | undefined): Reply =>
    body === undefined ? refuse(404, 'Not Found') : { status: 200, headers: {}, body };
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/compare/{basehead}':
      return ok(state.mergeBase === '' ? undefined : comparisonReply(state.mergeBase));
    case 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': {
      const files = state.commits[tree];
      return ok(files && treeReply(tree, files));
    }
    case 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}':
      return ok(blobReply(state.commits, blob));
    case 'GET /repos/{owner}/{repo}/actions/artifacts':
      return listArtifacts(state.artifacts.filter(({ name }) => name === query.get('name')));
    case 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts':
      return listArtifacts(
        state.artifacts.filter(({ name, runId }) => name === query.get('name') && String(runId) === run),
      );
    case 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}': {
      const stored = state.artifacts.find(({ id }) => String(id) === artifact);
      if (stored === undefined) return refuse(404, 'Not Found');
      if (stored.expired === true) return refuse(410, 'Artifact has expired');
      return { status: 302, headers: { location: `${storageUrl}/${stored.id}` }, body: undefined };
    }
    default:
      throw new Error(`no answer for ${operation.route}`);
  }
}

function listArtifacts(artifacts: readonly StoredArtifact[]): Reply {
  const body = { total_count: artifacts.length, artifacts: artifacts.map(artifactReply) };
  return { status: 200, headers: {}, body };
}

function checkText(state: State, text: string): Reply | undefined {
  if (state.locked) return refuse(403, 'Unable to create comment because issue is locked.');
  if (text.trim() === '') return refuse(422, 'Body cannot be blank');
  if (text.length > state.longestComment) {
    return refuse(422, `Body is too long (maximum is ${state.longestComment} characters)`);
  }
  return undefined;
}

function createComment(state: State, text: string): Reply {
  const refused = checkText(state, text);
  if (refused !== undefined) return refused;
  const comment = { id: state.nextId++, login: state.viewer, body: text };
  state.comments.push(comment);
  return { status: 201, headers: {}, body: commentReply(state, comment) };
}

function changeComment(state: State, id: number, text: string): Reply {
  const comment = state.comments.find((candidate) => candidate.id === id);
  if (comment === undefined) return refuse(404, 'Not Found');
  if (comment.login !== state.viewer) return refuse(403, 'Must have write access to change this comment');
  const refused = checkText(state, text);
  if (refused !== undefined) return refused;
  comment.body = text;
  return { status: 200, headers: {}, body: commentReply(state, comment) };
}

function deleteComment(state: State, id: number): Reply {
  if (!state.comments.some((comment) => comment.id === id)) return refuse(404, 'Not Found');
  state.comments = state.comments.filter((comment) => comment.id !== id);
  return { status: 204, headers: {}, body: undefined };
}

/** 30 a page unless asked, 100 at most, and where the next page is in a `Link` header. */
function page(all: readonly unknown[], query: URLSearchParams, url: string): Reply {
  const size = Math.min(100, Number(query.get('per_page') ?? 30));
  const number = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (target: number, relation: string) =>
    `<${url}?per_page=${size}&page=${target}>; rel="${relation}"`;
  const headers: Record<string, string> =
    number < last ? { link: `${link(number + 1, 'next')}, ${link(last, 'last')}` } : {};
  return { status: 200, headers, body: all.slice((number - 1) * size, number * size) };
}

function fileReply(file: ChangedFile) {
  const url = `https://github.com/x/y/blob/main/${encodeURIComponent(file.filename)}`;
  const counts = { additions: 1, deletions: 0, changes: 1 };
  const urls = { blob_url: url, raw_url: url, contents_url: url };
  return { sha: 'b'.repeat(40), status: file.status ?? 'modified', ...file, ...counts, ...urls };
}

const someDay = '2026-01-01T00:00:00Z';

function commentReply(
  state: State,
  { id, login, body, createdAt = someDay, updatedAt = createdAt }: Comment,
) {
  const name = `${state.owner}/${state.repo}`;
  return {
    id,
    node_id: `IC_${id}`,
    url: `https://api.github.com/repos/${name}/issues/comments/${id}`,
    html_url: `https://github.com/${name}/pull/${state.pull}#issuecomment-${id}`,
    issue_url: `https://api.github.com/repos/${name}/issues/${state.pull}`,
    body,
    user: userReply(login),
    author_association: 'NONE',
    created_at: createdAt,
    updated_at: updatedAt,
    performed_via_github_app: null,
  };
}

function userReply(login: string) {
  const url = `https://api.github.com/users/${encodeURIComponent(login)}`;
  const related = ['followers', 'following', 'gists', 'starred', 'subscriptions', 'organizations', 'repos'];
  return {
    login,
    id: 41_898_282,
    node_id: 'MDM6Qm90NDE4OTgyODI=',
    avatar_url: 'https://avatars.githubusercontent.com/in/15368?v=4',
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    ...Object.fromEntries(related.map((name) => [`${name}_url`, `${url}/${name}`])),
    events_url: `${url}/events`,
    received_events_url: `${url}/received_events`,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  };
}
