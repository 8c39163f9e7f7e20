/** Artifacts of workflow runs: found by name and run or commit, fetched within bounds. */
import type { GitHub, Repository } from './client.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

export type Artifact = {
  readonly id: number;
  readonly name: string;
  readonly sizeBytes: number;
  /** The run that uploaded it, where GitHub says which. */
  readonly runId: number | undefined;
};

const purpose = { what: 'read the artifact', permission: 'actions: read', fromFork: false };

/**
 * The newest artifact of a name that a run uploaded for a commit.
 *
 * @param from `own`: only runs of this very repository, not those of its forks
 */
export async function findArtifactOfCommit(
  github: GitHub,
  repository: Repository,
  name: string,
  headSha: string,
  from: 'own' | 'any',
): Promise<Artifact | Refusal | undefined> {
  return newestOf(
    () => listArtifacts(github, repository, name),
    (listed) => listed.workflow_run?.head_sha === headSha && (from === 'any' || isOwn(listed)),
  );
}

/** The newest artifact of a name that a run of this very repository uploaded for a branch. */
export async function findArtifactOfBranch(
  github: GitHub,
  repository: Repository,
  name: string,
  branch: string,
): Promise<Artifact | Refusal | undefined> {
  return newestOf(
    () => listArtifacts(github, repository, name),
    (listed) => listed.workflow_run?.head_branch === branch && isOwn(listed),
  );
}

/** The artifact of a name that one run uploaded; the newest, where attempts uploaded several. */
export async function findArtifactOfRun(
  github: GitHub,
  { owner, repo }: Repository,
  name: string,
  runId: number,
): Promise<Artifact | Refusal | undefined> {
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts';
  return newestOf(
    async () => {
      const { data } = await github.request(route, { owner, repo, run_id: runId, name, per_page: 100 });
      return data.artifacts;
    },
    (listed) => listed.name === name,
  );
}

/** As GitHub lists one. */
type Listed = Awaited<ReturnType<typeof listArtifacts>>[number];

async function listArtifacts(github: GitHub, { owner, repo }: Repository, name: string) {
  const route = 'GET /repos/{owner}/{repo}/actions/artifacts';
  const { data } = await github.request(route, { owner, repo, name, per_page: 100 });
  return data.artifacts;
}

/** A fork's run uploads here too, under its own repository's name. */
function isOwn({ workflow_run: run }: Listed): boolean {
  return run?.head_repository_id === run?.repository_id;
}

async function newestOf(
  list: () => Promise<readonly Listed[]>,
  isWanted: (listed: Listed) => boolean,
): Promise<Artifact | Refusal | undefined> {
  return refusalOr(async () => {
    const wanted = (await list()).filter((listed) => !listed.expired && isWanted(listed));
    const newest = wanted.toSorted((one, other) => other.id - one.id)[0];
    if (newest === undefined) return undefined;
    const { id, name, size_in_bytes: sizeBytes, workflow_run: run } = newest;
    return { id, name, sizeBytes, runId: run?.id };
  });
}

/** The zip archive. GitHub redirects to its storage, which gets no token: `fetch` drops it on another host. */
export async function downloadArtifact(
  github: GitHub,
  { owner, repo }: Repository,
  artifact: Artifact,
  mostBytes: number,
): Promise<Uint8Array | Refusal> {
  if (artifact.sizeBytes > mostBytes) return tooLarge(artifact.sizeBytes, mostBytes);
  return refusalOr(async () => {
    const route = 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}';
    const { data } = await github.request(route, {
      owner,
      repo,
      artifact_id: artifact.id,
      archive_format: 'zip',
    });
    const bytes = new Uint8Array(data as ArrayBuffer);
    return bytes.length > mostBytes ? tooLarge(bytes.length, mostBytes) : bytes;
  });
}

function tooLarge(bytes: number, mostBytes: number): Refusal {
  return { code: 'GITHUB_ARTIFACT_TOO_LARGE', reason: `the artifact has ${bytes} bytes, over ${mostBytes}` };
}

async function refusalOr<T>(act: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await act();
  } catch (error) {
    const refusal = explainRefusal(error, purpose);
    if (refusal === undefined) throw error;
    return refusal;
  }
}
