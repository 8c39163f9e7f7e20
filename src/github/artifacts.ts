/** Artifacts of workflow runs: found by name and run or commit, fetched within bounds. */
import type { GitHub, Repository } from './client.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

export type Artifact = { readonly id: number; readonly name: string; readonly sizeBytes: number };

const purpose = { what: 'read the artifact', permission: 'actions: read', fromFork: false };

/**
 * The newest artifact of a name that a run uploaded for a commit.
 *
 * @param from `own`: only runs of this very repository, not those of its forks
 */
export async function findArtifactOfCommit(
  github: GitHub,
  { owner, repo }: Repository,
  name: string,
  headSha: string,
  from: 'own' | 'any',
): Promise<Artifact | Refusal | undefined> {
  return refusalOr(async () => {
    const { data } = await github.request('GET /repos/{owner}/{repo}/actions/artifacts', {
      owner,
      repo,
      name,
      per_page: 100,
    });
    // A fork's run uploads here too, under its own repository's name.
    const found = data.artifacts.find(
      ({ expired, workflow_run: run }) =>
        !expired &&
        run?.head_sha === headSha &&
        (from === 'any' || run.head_repository_id === run.repository_id),
    );
    return found && { id: found.id, name: found.name, sizeBytes: found.size_in_bytes };
  });
}

/** The newest artifact of a name that a run of this very repository uploaded for a branch. */
export async function findArtifactOfBranch(
  github: GitHub,
  { owner, repo }: Repository,
  name: string,
  branch: string,
): Promise<Artifact | Refusal | undefined> {
  return refusalOr(async () => {
    const { data } = await github.request('GET /repos/{owner}/{repo}/actions/artifacts', {
      owner,
      repo,
      name,
      per_page: 100,
    });
    const found = data.artifacts
      .filter(
        ({ expired, workflow_run: run }) =>
          !expired && run?.head_branch === branch && run.head_repository_id === run.repository_id,
      )
      .toSorted((one, other) => other.id - one.id)[0];
    return found && { id: found.id, name: found.name, sizeBytes: found.size_in_bytes };
  });
}

/** The artifact of a name that one run uploaded; the newest, where attempts uploaded several. */
export async function findArtifactOfRun(
  github: GitHub,
  { owner, repo }: Repository,
  name: string,
  runId: number,
): Promise<Artifact | Refusal | undefined> {
  return refusalOr(async () => {
    const { data } = await github.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts', {
      owner,
      repo,
      run_id: runId,
      name,
      per_page: 100,
    });
    const found = data.artifacts
      .filter((artifact) => artifact.name === name && !artifact.expired)
      .reduce<(typeof data.artifacts)[number] | undefined>(
        (newest, next) => (newest === undefined || next.id > newest.id ? next : newest),
        undefined,
      );
    return found && { id: found.id, name: found.name, sizeBytes: found.size_in_bytes };
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
