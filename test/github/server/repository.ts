/** Commits, trees, blobs and artifacts of the loopback GitHub. */
import { createHash } from 'node:crypto';
import type { Operation } from './description.ts';
import { type Reply, refuse } from './replies.ts';
import type { State } from './state.ts';

export type StoredArtifact = {
  readonly id: number;
  readonly name: string;
  readonly runId: number;
  readonly headSha: string;
  /** Whether the run was one of the repository itself, not of a fork. */
  readonly isOwn: boolean;
  readonly zip: Uint8Array;
  readonly expired?: boolean;
};

export type CommitContents = Readonly<Record<string, string | Uint8Array>>;

const api = 'https://api.github.com/repos/Codertocat/Hello-World';

export function blobSha(contents: string | Uint8Array): string {
  const bytes = Buffer.from(contents);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function treeReply(sha: string, files: CommitContents): object {
  const tree = Object.entries(files).map(([path, contents]) => ({
    path,
    mode: '100644',
    type: 'blob',
    sha: blobSha(contents),
    size: contents.length,
    url: `${api}/git/blobs/${blobSha(contents)}`,
  }));
  return { sha, url: `${api}/git/trees/${sha}`, truncated: false, tree };
}

export function contentsOfBlob(
  commits: Readonly<Record<string, CommitContents>>,
  sha: string,
): string | Uint8Array | undefined {
  return Object.values(commits)
    .flatMap((files) => Object.values(files))
    .find((contents) => blobSha(contents) === sha);
}

function blobReply(commits: Readonly<Record<string, CommitContents>>, sha: string): object | undefined {
  const found = contentsOfBlob(commits, sha);
  if (found === undefined) return undefined;
  const bytes = Buffer.from(found);
  const content = bytes.toString('base64').replaceAll(/(.{60})/g, '$1\n');
  return {
    sha,
    node_id: 'B_1',
    size: bytes.length,
    url: `${api}/git/blobs/${sha}`,
    content,
    encoding: 'base64',
  };
}

function comparisonReply(mergeBase: string): object {
  return {
    url: `${api}/compare/x...y`,
    html_url: api,
    permalink_url: api,
    diff_url: api,
    patch_url: api,
    base_commit: commitReply(mergeBase),
    merge_base_commit: commitReply(mergeBase),
    status: 'ahead',
    ahead_by: 1,
    behind_by: 0,
    total_commits: 1,
    commits: [],
  };
}

function commitReply(sha: string): object {
  const url = `${api}/commits/${sha}`;
  const person = { name: 'Mona', email: 'mona@example.com', date: '2026-01-01T00:00:00Z' };
  return {
    url,
    sha,
    node_id: 'C_1',
    html_url: url,
    comments_url: `${url}/comments`,
    commit: {
      url,
      author: person,
      committer: person,
      message: 'a commit',
      comment_count: 0,
      tree: { sha, url },
    },
    author: null,
    committer: null,
    parents: [],
  };
}

function artifactReply(artifact: StoredArtifact): object {
  const url = `${api}/actions/artifacts/${artifact.id}`;
  return {
    id: artifact.id,
    node_id: `A_${artifact.id}`,
    name: artifact.name,
    size_in_bytes: artifact.zip.length,
    url,
    archive_download_url: `${url}/zip`,
    expired: artifact.expired ?? false,
    created_at: '2026-01-01T00:00:00Z',
    expires_at: '2026-04-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    workflow_run: {
      id: artifact.runId,
      repository_id: 1,
      head_repository_id: artifact.isOwn ? 1 : 2,
      head_branch: 'main',
      head_sha: artifact.headSha,
    },
  };
}

export function answerRepository(
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
