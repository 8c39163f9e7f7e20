/** What the default branch keeps for later: its report, and the history of its figures. */
import { posix } from 'node:path';
import * as core from '@actions/core';
import { Failure } from '../base/index.ts';
import { changeBranchFile, downloadArtifact, findArtifactOfBranch } from '../github/index.ts';
import {
  extendHistory,
  formatHistory,
  type HistoryRow,
  parseHistory,
  type Report,
  toHtml,
  trendCharts,
} from '../report/index.ts';
import { baselineArtifact } from './base.ts';
import { inertLine, info } from './log.ts';
import { mostArchiveBytes, readArchive } from './report-archive.ts';
import type { Session } from './session.ts';

const historyName = 'history.jsonl';

/** Adds this commit to the history that the branch's last run uploaded; the workflow uploads the longer one. */
export async function keepHistory(session: Session, report: Report, branch: string): Promise<void> {
  const { host, run, inputs } = session;
  const history = await extendedHistory(session, report, branch);
  const folder = posix.join(run.workspace, inputs.outputFolder);
  const files = new Map([
    [historyName, formatHistory(history)],
    ['report.html', toHtml(report, { history })],
  ]);
  await host.writeFiles(folder, files);
  core.setOutput('history-path', posix.join(inputs.outputFolder, historyName));
  const charts = trendCharts(history);
  if (charts !== '') await core.summary.addRaw(charts, true).write();
}

/** Kept on a branch of its own where one is asked for and can be written; else what the last run uploaded goes on. */
async function extendedHistory(
  session: Session,
  report: Report,
  branch: string,
): Promise<readonly HistoryRow[]> {
  const { inputs, github, run, trigger } = session;
  const extend = (history: readonly HistoryRow[]) => extendHistory(history, report, trigger.headSha);
  if (inputs.historyBranch === branch) {
    core.warning(
      `history-branch: ${inertLine(branch)} is the default branch; the history needs one of its own`,
    );
  }
  if (inputs.historyBranch === '' || inputs.historyBranch === branch) {
    return extend(await lastHistory(session, branch));
  }
  const first = await lastHistory(session, branch);
  const text = await changeBranchFile(github, run.event.repository, {
    branch: inputs.historyBranch,
    path: historyPath(inputs.config),
    message: `Figures of ${trigger.headSha}`,
    change: (present) => formatHistory(extend(present === undefined ? first : parseHistory(present))),
  });
  if (typeof text === 'string') return parseHistory(text);
  core.warning(inertLine(text.reason));
  return extend(first);
}

/** Configurations of one repository keep their histories apart. */
function historyPath(config: string): string {
  return posix.join(posix.dirname(config), historyName);
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
