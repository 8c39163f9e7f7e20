/** Where people read the result: the job summary, and the comment on the pull request. */
import * as core from '@actions/core';
import {
  type CommentOutcome,
  type CommentRequest,
  type GitHub,
  type PullRequest,
  publishComment,
} from '../github/index.ts';
import type { Inputs, Run } from './inputs.ts';
import { inertLine, info } from './log.ts';

/** GitHub takes 1 MiB a step. */
export const summaryBytes = 1_000_000;

/** Of a pull request that changes nothing that would have to be built. */
export function untouchedMarkdown(headSha: string, runUrl: string): string {
  return [
    '### ✅ mcunet: no model is touched',
    '',
    `\`${headSha.slice(0, 7)}\` changes no model, data set or configuration, so nothing was built · [run](<${runUrl}>)`,
    '',
  ].join('\n');
}

export async function writeSummary(markdown: string): Promise<void> {
  try {
    await core.summary.addRaw(markdown, true).write();
  } catch (error) {
    core.warning(inertLine(`the job summary could not be written: ${String(error)}`));
  }
}

export type CommentTask = Pick<CommentRequest, 'render' | 'onlyUpdate'>;

/** Never fails the verdict: what GitHub refuses is a warning, and the summary has the report. */
export async function writeComment(
  task: CommentTask,
  pull: PullRequest | undefined,
  github: GitHub,
  { inputs, run }: { readonly inputs: Inputs; readonly run: Run },
): Promise<void> {
  if (pull === undefined || !inputs.comment) return;
  const { runId, attempt } = run;
  const stamp = { id: inputs.commentId, runId, attempt, headSha: pull.headSha };
  announce(await publishComment(github, pull, { ...task, stamp }));
}

function announce(outcome: CommentOutcome): void {
  switch (outcome.kind) {
    case 'created':
    case 'updated':
      core.setOutput('comment-url', outcome.url);
      info(`comment ${outcome.kind}: ${outcome.url}`);
      break;
    case 'yielded':
      core.setOutput('comment-url', outcome.url);
      info(`run ${outcome.runId} is newer: its comment stays, ${outcome.url}`);
      break;
    case 'none':
      info('no earlier comment to update');
      break;
    case 'refused':
      core.warning(
        inertLine(`${outcome.refusal.reason}; the report is in the job summary [${outcome.refusal.code}]`),
      );
      break;
  }
}
