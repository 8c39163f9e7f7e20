/** What a search can offer to a pull request over its budget: found earlier, never searched in the pull request's own job. */
import { posix } from 'node:path';
import { Failure } from '../base/index.ts';
import type { Config } from '../config/index.ts';
import { downloadArtifact, findArtifactOfBranch, findWorkflow } from '../github/index.ts';
import { parseSearchReport, type Report, type SearchReport, withSearchOffers } from '../report/index.ts';
import { info } from './log.ts';
import { mostArchiveBytes, readArchive } from './report-archive.ts';
import type { Session } from './session.ts';

/** Name of the artifact that the workflow of the search uploads: `search.json` alone. */
const searchArtifact = 'mcunet-search';

/** GitHub is asked only where something is over a limit. */
export async function offerSearch(
  session: Session,
  report: Report,
  { search, models }: Config,
): Promise<Report> {
  const { trigger } = session;
  const isOver = report.models.some(({ status }) => status === 'fail');
  if (search === undefined || trigger.kind !== 'pull-request' || !isOver) return report;
  const last = await lastSearch(session, trigger.defaultBranch);
  const mayStart = !trigger.fromFork && (await canStart(session));
  const datasets = new Map(
    models.flatMap(({ name, dataset }) => (dataset ? [[name, posix.normalize(dataset.path)] as const] : [])),
  );
  const sha = mayStart ? trigger.headSha : undefined;
  return withSearchOffers(report, { target: search.target, last, sha, datasets });
}

/** A report that is not believed: a network that it says was found is the one that was, or is left out. */
export async function checkOffers(session: Session, report: Report, branch: string): Promise<Report> {
  const isClaimed = report.models.map(({ offer }) => offer?.kind === 'found');
  const last = isClaimed.includes(true) ? await lastSearch(session, branch) : undefined;
  const target = last?.report.target ?? '';
  const checked = withSearchOffers(report, { target, last, sha: undefined, datasets: new Map() });
  const models = checked.models.map((model, index) => (isClaimed[index] ? model : { ...model, offer: null }));
  return { ...checked, models };
}

/** A search that a command would start. */
async function canStart({ github, run, inputs }: Session): Promise<boolean> {
  const workflow = await findWorkflow(github, run.event.repository, inputs.searchWorkflow);
  return workflow !== undefined && 'url' in workflow;
}

async function lastSearch(
  { github, run }: Session,
  branch: string,
): Promise<{ readonly report: SearchReport; readonly runId: number } | undefined> {
  const { repository } = run.event;
  const artifact = await findArtifactOfBranch(github, repository, searchArtifact, branch);
  if (artifact === undefined) return undefined;
  if ('reason' in artifact) return none(artifact.reason);
  const { runId } = artifact;
  if (runId === undefined) return none('GitHub does not say which run it is of');
  const archive = await downloadArtifact(github, repository, artifact, mostArchiveBytes);
  if (!(archive instanceof Uint8Array)) return none(archive.reason);
  try {
    return { report: parseSearchReport(readArchive(archive, 'search.json')), runId };
  } catch (error) {
    if (error instanceof Failure) return none(error.toLine());
    throw error;
  }
}

function none(reason: string): undefined {
  info(`the last search has nothing to offer: ${reason}`);
}
