/** The check run that shows a verdict beside the commit, with annotations on what failed. */
import type { GitHub, Repository } from './client.ts';
import { isNewer, type Stamp } from './marker.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

export type Annotation = {
  /** From the repository's root. */
  readonly path: string;
  readonly line: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
};

export type CheckRequest = {
  readonly name: string;
  readonly stamp: Stamp;
  readonly conclusion: 'success' | 'failure' | 'neutral';
  readonly title: string;
  /** Markdown of at most so many bytes. */
  readonly summary: (maxBytes: number) => string;
  readonly annotations: readonly Annotation[];
};

export type CheckOutcome =
  | { readonly kind: 'created' | 'updated'; readonly url: string | null }
  | { readonly kind: 'yielded'; readonly runId: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** GitHub takes 65,535 characters of summary and 50 annotations a request. */
const summaryBytes = 60_000;
const annotationsPerRequest = 50;

/** Creates our check run on a commit, or updates it; a refusal by GitHub is an outcome, not an error. */
export async function publishCheck(
  github: GitHub,
  repository: Repository,
  request: CheckRequest,
): Promise<CheckOutcome> {
  try {
    return await write(github, repository, request);
  } catch (error) {
    const purpose = { what: 'write the check run', permission: 'checks: write', fromFork: false };
    const refusal = explainRefusal(error, purpose);
    if (refusal === undefined) throw error;
    return { kind: 'refused', refusal };
  }
}

async function write(
  github: GitHub,
  { owner, repo }: Repository,
  request: CheckRequest,
): Promise<CheckOutcome> {
  const { stamp } = request;
  const earlier = await findOwn(github, { owner, repo }, request);
  if (earlier !== undefined && isNewer(earlier.stamp, stamp)) {
    return { kind: 'yielded', runId: earlier.stamp.runId };
  }
  const batches = inBatches(request.annotations);
  const output = (annotations: readonly Annotation[]) => ({
    title: request.title,
    summary: request.summary(summaryBytes),
    annotations: annotations.map(toAnnotation),
  });
  const state = {
    owner,
    repo,
    name: request.name,
    external_id: formatStamp(stamp),
    status: 'completed' as const,
    conclusion: request.conclusion,
    output: output(batches[0] ?? []),
  };
  const { data } =
    earlier === undefined
      ? await github.request('POST /repos/{owner}/{repo}/check-runs', { ...state, head_sha: stamp.headSha })
      : await github.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
          ...state,
          check_run_id: earlier.id,
        });
  for (const batch of batches.slice(1)) {
    await github.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
      owner,
      repo,
      check_run_id: Number(data.id),
      output: output(batch),
    });
  }
  return { kind: earlier === undefined ? 'created' : 'updated', url: data.html_url };
}

type OwnCheck = { readonly id: number; readonly stamp: Stamp };

/** A check run carries the stamp of the run that wrote it; one that a lost reply left behind is found again. */
async function findOwn(
  github: GitHub,
  { owner, repo }: Repository,
  { name, stamp }: CheckRequest,
): Promise<OwnCheck | undefined> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    owner,
    repo,
    ref: stamp.headSha,
    check_name: name,
    per_page: 100,
  });
  const own = data.check_runs.flatMap(({ id, external_id: text }) => {
    const found = parseStamp(text ?? '', stamp.headSha);
    return found?.id === stamp.id ? [{ id: Number(id), stamp: found }] : [];
  });
  return own.toSorted((one, other) => one.id - other.id)[0];
}

function formatStamp({ id, runId, attempt }: Stamp): string {
  return `mcunet-action ${runId}.${attempt} ${id}`;
}

function parseStamp(text: string, headSha: string): Stamp | undefined {
  const groups = /^mcunet-action (?<run>\d{1,15})\.(?<attempt>\d{1,6}) (?<id>.+)$/.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return { id: groups.id ?? '', runId: Number(groups.run), attempt: Number(groups.attempt), headSha };
}

function inBatches(annotations: readonly Annotation[]): readonly (readonly Annotation[])[] {
  const count = Math.ceil(annotations.length / annotationsPerRequest);
  return Array.from({ length: count }, (_, index) =>
    annotations.slice(index * annotationsPerRequest, (index + 1) * annotationsPerRequest),
  );
}

function toAnnotation({ path, line, level, title, message }: Annotation) {
  return { path, start_line: line, end_line: line, annotation_level: level, title, message };
}
