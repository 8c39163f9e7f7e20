/** Files of a commit out of the checkout's own git objects, where they are there. */
import { Failure, type Host } from '../base/index.ts';

/** The files of one commit. */
export type CommitFiles = {
  readonly paths: readonly string[];
  /** `undefined` for a path that is not there. */
  read(path: string): Promise<Uint8Array | undefined>;
};

/** `undefined` where the checkout does not have the commit, as with a depth of 1, or where there is no git. */
export async function openLocalCommit(
  host: Host,
  repository: string,
  sha: string,
): Promise<CommitFiles | undefined> {
  const list = await git(host, repository, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', sha, '--']);
  if (list === undefined) return undefined;
  const paths = new TextDecoder().decode(list).split('\0').slice(0, -1);
  const known = new Set(paths);
  return {
    paths,
    read: async (path) =>
      known.has(path) ? git(host, repository, ['cat-file', 'blob', `${sha}:${path}`]) : undefined,
  };
}

/** What a git command printed; `undefined` where it failed or there is no git. */
export async function git(
  host: Host,
  repository: string,
  words: readonly string[],
): Promise<Uint8Array | undefined> {
  try {
    const result = await host.run({ argv: ['git', '-C', repository, ...words], timeoutMs: 60_000 });
    return result.exitCode === 0 ? result.stdout : undefined;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
