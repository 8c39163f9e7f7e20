/** What the default branch keeps for later: its report, and the history of its figures. */
import { posix } from 'node:path';
import * as core from '@actions/core';
import { Failure } from '../base/index.ts';
import { downloadArtifact, findArtifactOfBranch } from '../github/index.ts';
import {
  extendHistory,
  formatHistory,
  type HistoryRow,
  parseHistory,
  type Report,
  trendCharts,
} from '../report/index.ts';
import { baselineArtifact } from './base.ts';
import { info } from './log.ts';
import { mostArchiveBytes, readArchive } from './report-archive.ts';
import type { Session } from './session.ts';

const historyName = 'history.jsonl';

/** Adds this commit to the history that the branch's last run uploaded; the workflow uploads the longer one. */
export async function keepHistory(session: Session, report: Report, branch: string): Promise<void> {
  const { host, run, inputs, trigger } = session;
  const history = extendHistory(await lastHistory(session, branch), report, trigger.headSha);
  const folder = posix.join(run.workspace, inputs.outputFolder);
  await host.writeFiles(folder, new Map([[historyName, formatHistory(history)]]));
  core.setOutput('history-path', posix.join(inputs.outputFolder, historyName));
  const charts = trendCharts(history);
  if (charts !== '') await core.summary.addRaw(charts, true).write();
}

/** A branch without a history begins one; a history that cannot be read is said so. */
async function lastHistory({ github, run }: Session, branch: string): Promise<readonly HistoryRow[]> {
  const { repository } = run.event;
  const artifact = await findArtifactOfBranch(github, repository, baselineArtifact, branch);
  if (artifact === undefined) return [];
  if ('reason' in artifact) return begin(artifact.reason);
  const archive = await downloadArtifact(github, repository, artifact, mostArchiveBytes);
  if (!(archive instanceof Uint8Array)) return begin(archive.reason);
  try {
    return parseHistory(readArchive(archive, historyName));
  } catch (error) {
    if (error instanceof Failure) return begin(error.toLine());
    throw error;
  }
}

function begin(reason: string): readonly HistoryRow[] {
  info(`the history begins anew: ${reason}`);
  return [];
}
