/** Files of a commit that is not checked out, read as git objects over the API. */
import type { GitHub, Repository } from './client.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

/** The files of one commit. */
export type CommitFiles = {
  readonly paths: readonly string[];
  /** `undefined` for a path that is not there. */
  read(path: string): Promise<Uint8Array | undefined>;
};

const purpose = { what: 'read the base commit', permission: 'contents: read', fromFork: false };

/** GitHub hands out trees of 100,000 entries at most, and blobs of 100 MB. */
export async function openCommit(
  github: GitHub,
  { owner, repo }: Repository,
  sha: string,
): Promise<CommitFiles | Refusal> {
  try {
    const { data } = await github.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      owner,
      repo,
      tree_sha: sha,
      recursive: '1',
    });
    if (data.truncated) {
      return { code: 'GITHUB_TREE_TRUNCATED', reason: 'the base commit has more files than GitHub lists' };
    }
    const blobs = new Map(
      data.tree.flatMap(({ type, path, sha: blob }) => (type === 'blob' ? [[path, blob] as const] : [])),
    );
    return {
      paths: [...blobs.keys()],
      read: async (path) => {
        const blob = blobs.get(path);
        return blob === undefined ? undefined : readBlob(github, { owner, repo }, blob);
      },
    };
  } catch (error) {
    const refusal = explainRefusal(error, purpose);
    if (refusal === undefined) throw error;
    return refusal;
  }
}

/** Contents of a blob. */
export async function readBlob(
  github: GitHub,
  { owner, repo }: Repository,
  sha: string,
): Promise<Uint8Array> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
    owner,
    repo,
    file_sha: sha,
  });
  return new Uint8Array(Buffer.from(data.content, 'base64'));
}
