/** Commits, trees, blobs and artifacts of the loopback GitHub. */
import { createHash } from 'node:crypto';

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

export function treeReply(sha: string, files: CommitContents): object {
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

export function blobReply(
  commits: Readonly<Record<string, CommitContents>>,
  sha: string,
): object | undefined {
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

export function comparisonReply(mergeBase: string): object {
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

export function artifactReply(artifact: StoredArtifact): object {
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
