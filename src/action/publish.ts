/**
 * Publishes the report of a run that could not write: the trusted half of the pair for forks. Nothing of the pull
 * request is checked out or executed; its report is data, and is checked and rendered here.
 */
import { posix } from 'node:path';
import * as core from '@actions/core';
import { Failure } from '../base/index.ts';
import {
  downloadArtifact,
  findArtifactOfRun,
  findPullOfRun,
  type PullRequest,
  readHead,
  type SourceRun,
} from '../github/index.ts';
import type { Report } from '../report/index.ts';
import { publishRefused } from './failures.ts';
import { info } from './log.ts';
import { failureMarkdown, publishNote, showReport, untouchedMarkdown } from './publication.ts';
import { mostArchiveBytes, readReportArchive } from './report-archive.ts';
import { checkOffers } from './search-offer.ts';
import type { Place, Session } from './session.ts';
import { judgeUnderWaivers } from './waivers.ts';

/** Name of the artifact that the untrusted half uploads: `report.json` alone. */
export const reportArtifact = 'mcunet-report';

export async function publish(session: Session, source: SourceRun): Promise<void> {
  const { github, run, inputs } = session;
  const pull = await findPullOfRun(github, run.event.repository, source);
  if (pull !== undefined && 'reason' in pull) throw publishRefused(pull.reason);
  if (pull === undefined) {
    core.setOutput('status', 'skipped');
    info('no open pull request has the head of that run: it has moved on, and its next run is published');
    return;
  }
  const { runId, attempt, headSha, url } = source;
  const stamp = { runId, attempt, headSha };
  const place: Place = { inputs, stamp, runUrl: url, github, pull, isTrusted: true };
  try {
    const claimed = await fetchReport(session, source);
    const offered = claimed && (await checkOffers(session, claimed, source.defaultBranch));
    const report = offered && (await judgeUnderWaivers(session, offered, pull));
    if (!(await isStillHead(session, pull))) return;
    core.setOutput('status', report?.status ?? 'skipped');
    core.setOutput('model-count', report?.models.length ?? 0);
    if (report !== undefined) return await showReport(report, posix.dirname(inputs.config), place);
    if (source.conclusion === 'success') return await publishNote(place, untouchedMarkdown(headSha, url));
    throw publishRefused(`the run ended with ${source.conclusion} and left no report`);
  } catch (error) {
    if (error instanceof Failure && (await isStillHead(session, pull))) {
      core.setOutput('status', 'error');
      await publishNote(place, failureMarkdown(headSha, url, error), { onlyUpdate: false });
    }
    throw error;
  }
}

async function fetchReport({ github, run }: Session, source: SourceRun): Promise<Report | undefined> {
  const { repository } = run.event;
  const artifact = await findArtifactOfRun(github, repository, reportArtifact, source.runId);
  if (artifact === undefined) return undefined;
  if ('reason' in artifact) throw publishRefused(artifact.reason);
  const archive = await downloadArtifact(github, repository, artifact, mostArchiveBytes);
  if (!(archive instanceof Uint8Array)) throw publishRefused(archive.reason);
  const report = readReportArchive(archive);
  if (report.revision !== null && report.revision.head !== source.headSha) {
    throw publishRefused('the report is of another commit');
  }
  return report;
}

/** Looked up again before anything is written: a push in between makes the report yesterday's. */
async function isStillHead({ github, run }: Session, pull: PullRequest): Promise<boolean> {
  const head = await readHead(github, run.event.repository, pull.number);
  if ('reason' in head) throw publishRefused(head.reason);
  if (head.headSha === pull.headSha) return true;
  core.setOutput('status', 'skipped');
  info('the pull request has moved on: its next run is published');
  return false;
}
