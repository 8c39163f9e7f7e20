/** The merge base of a pull request, from GitHub or from the checkout, and what its own run uploaded. */
import { Failure } from '../base/index.ts';
import type { Config } from '../config/index.ts';
import {
  downloadArtifact,
  findArtifactOfCommit,
  findMergeBase,
  type GitHub,
  openCommit,
  type PullRequest,
} from '../github/index.ts';
import {
  type Base,
  compareWithBase,
  openLocalCommit,
  type RowStore,
  type Services,
  withoutBase,
} from '../pipeline/index.ts';
import type { Report } from '../report/index.ts';
import { info } from './log.ts';
import type { Project } from './project.ts';
import { mostArchiveBytes, readReportArchive } from './report-archive.ts';

/** Name of the artifact that the baseline run on the base branch uploads. */
export const baselineArtifact = 'mcunet-baseline';

export type OpenRequest = {
  readonly project: Project;
  /** Models of the head to compare. */
  readonly config: Config;
  readonly pull: PullRequest & { readonly baseSha: string };
  /** New paths from the repository's root, and their old ones. */
  readonly renames: ReadonlyMap<string, string>;
  readonly github: GitHub;
  readonly store: RowStore | undefined;
};

/** Never fails: where there is no base, the report says why. */
export async function openBase(request: OpenRequest, services: Services): Promise<Base> {
  const { github, pull, project, config, renames, store } = request;
  const { headSha } = pull;
  const sha = await findMergeBase(github, pull, pull.baseSha);
  if (typeof sha !== 'string') return withoutBase(config, headSha, null, sha.reason);
  const files =
    (await openLocalCommit(services.host, project.repository, sha)) ?? (await openCommit(github, pull, sha));
  if ('reason' in files) return withoutBase(config, headSha, sha, files.reason);
  const uploaded = () => uploadedReport(github, pull, sha);
  return compareWithBase({ project, config, headSha, sha, files, renames, store, uploaded }, services);
}

/** What the base branch's own run uploaded for the merge base; nothing where there is none to be had. */
async function uploadedReport(github: GitHub, pull: PullRequest, sha: string): Promise<Report | undefined> {
  const artifact = await findArtifactOfCommit(github, pull, baselineArtifact, sha, 'own');
  if (artifact === undefined) return undefined;
  if ('reason' in artifact) {
    info(`no uploaded base report: ${artifact.reason}`);
    return undefined;
  }
  const archive = await downloadArtifact(github, pull, artifact, mostArchiveBytes);
  if (!(archive instanceof Uint8Array)) {
    info(`no uploaded base report: ${archive.reason}`);
    return undefined;
  }
  try {
    return readReportArchive(archive);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    info(`no uploaded base report: ${error.toLine()}`);
    return undefined;
  }
}
