/** One file on a branch of its own, changed through git's objects: no checkout, no working tree, races noticed. */
import { RequestError } from '@octokit/request-error';
import type { GitHub, Repository } from './client.ts';
import { readBlob } from './git-objects.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

export type BranchFile = {
  readonly branch: string;
  readonly path: string;
  readonly message: string;
  /** The file's new text, from the present one; `undefined` where there is none yet. */
  readonly change: (text: string | undefined) => string;
};

/** Other runs may write at the same time. */
const mostTries = 5;

/** The text that is there afterwards. A branch that is not there is made, without any other history. */
export async function changeBranchFile(
  github: GitHub,
  repository: Repository,
  file: BranchFile,
): Promise<string | Refusal> {
  try {
    for (let tries = mostTries; tries > 0; tries--) {
      const text = await attempt(github, repository, file);
      if (text !== undefined) return text;
    }
    return { code: 'GITHUB_BRANCH_BUSY', reason: `other runs keep writing to the branch ${file.branch}` };
  } catch (error) {
    const purpose = {
      what: `write to the branch ${file.branch}`,
      permission: 'contents: write',
      fromFork: false,
    };
    const refusal = explainRefusal(error, purpose);
    if (refusal === undefined) throw error;
    return refusal;
  }
}

type Entry = { readonly path: string; readonly sha: string };

/** `undefined` where someone else was faster. */
async function attempt(
  github: GitHub,
  { owner, repo }: Repository,
  { branch, path, message, change }: BranchFile,
): Promise<string | undefined> {
  const head = await headOf(github, { owner, repo }, branch);
  const entries = head === undefined ? [] : await entriesOf(github, { owner, repo }, head);
  const present = entries.find((entry) => entry.path === path);
  const text = present && new TextDecoder().decode(await readBlob(github, { owner, repo }, present.sha));
  const changed = change(text);
  if (changed === text) return text;
  const file = { path, mode: '100644', type: 'blob' } as const;
  const others = entries
    .filter((entry) => entry.path !== path)
    .map((entry) => ({ ...file, path: entry.path, sha: entry.sha }));
  const tree = await github.request('POST /repos/{owner}/{repo}/git/trees', {
    owner,
    repo,
    tree: [...others, { ...file, content: changed }],
  });
  const commit = await github.request('POST /repos/{owner}/{repo}/git/commits', {
    owner,
    repo,
    message,
    tree: tree.data.sha,
    parents: head === undefined ? [] : [head],
  });
  const isMoved = await moveBranch(github, { owner, repo }, branch, head, commit.data.sha);
  return isMoved ? changed : undefined;
}

async function headOf(
  github: GitHub,
  { owner, repo }: Repository,
  branch: string,
): Promise<string | undefined> {
  try {
    const ref = `heads/${branch}`;
    const { data } = await github.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { owner, repo, ref });
    return data.object.sha;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return undefined;
    throw error;
  }
}

async function entriesOf(
  github: GitHub,
  { owner, repo }: Repository,
  sha: string,
): Promise<readonly Entry[]> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
    owner,
    repo,
    tree_sha: sha,
    recursive: '1',
  });
  return data.tree.flatMap(({ type, path, sha: blob }) => (type === 'blob' ? [{ path, sha: blob }] : []));
}

/** Never by force: false where the branch is not what it was. */
async function moveBranch(
  github: GitHub,
  { owner, repo }: Repository,
  branch: string,
  from: string | undefined,
  sha: string,
): Promise<boolean> {
  try {
    if (from === undefined) {
      const ref = `refs/heads/${branch}`;
      await github.request('POST /repos/{owner}/{repo}/git/refs', { owner, repo, ref, sha });
    } else {
      const ref = `heads/${branch}`;
      await github.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        owner,
        repo,
        ref,
        sha,
        force: false,
      });
    }
    return true;
  } catch (error) {
    if (error instanceof RequestError && error.status === 422) return false;
    throw error;
  }
}
