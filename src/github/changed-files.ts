/** Which files a pull request changes, and which models that touches. */
import picomatch from 'picomatch';
import type { GitHub, PullRequest } from './client.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

export type ChangedFiles = {
  /** Paths from the repository's root; a renamed file stands with both names. */
  readonly paths: readonly string[];
  /** New names of renamed files, with the old ones. */
  readonly renames: ReadonlyMap<string, string>;
  /** GitHub lists 3,000 files at most: with that many there may be more. */
  readonly complete: boolean;
};

const longestList = 3000;

/** Reads all pages. */
export async function listChangedFiles(github: GitHub, pull: PullRequest): Promise<ChangedFiles | Refusal> {
  try {
    const files = await github.paginate('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
      owner: pull.owner,
      repo: pull.repo,
      pull_number: pull.number,
      per_page: 100,
    });
    return {
      paths: files.flatMap((file) =>
        file.previous_filename === undefined ? [file.filename] : [file.filename, file.previous_filename],
      ),
      renames: new Map(
        files.flatMap(({ filename, previous_filename: before }) =>
          before === undefined ? [] : [[filename, before] as const],
        ),
      ),
      complete: files.length < longestList,
    };
  } catch (error) {
    const refusal = explainRefusal(error, {
      what: 'list the changed files',
      permission: 'pull-requests: read',
      fromFork: pull.fromFork,
    });
    if (refusal === undefined) throw error;
    return refusal;
  }
}

/** What a model depends on; all paths are from the repository's root. */
export type Watched = {
  readonly name: string;
  /** Glob of the model's file or files. */
  readonly model: string;
  /** File or folder of the dataset. */
  readonly dataset: string | undefined;
};

export type Touched = {
  readonly name: string;
  /** The first changed file that touches it. */
  readonly because: string;
};

/** The models that a change touches, in their own order; a changed configuration touches all. */
export function touchedModels(
  changed: readonly string[],
  watched: readonly Watched[],
  configuration: string,
): readonly Touched[] {
  return watched.flatMap(({ name, model, dataset }) => {
    const isModel = picomatch(model, { dot: true });
    const because = changed.find(
      (path) =>
        path === configuration ||
        path === model ||
        isModel(path) ||
        (dataset !== undefined && (path === dataset || path.startsWith(`${dataset}/`))),
    );
    return because === undefined ? [] : [{ name, because }];
  });
}
