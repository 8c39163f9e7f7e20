/** Where people read the result: the job summary, and the comment on the pull request. */
import * as core from '@actions/core';
import type { Failure } from '../base/index.ts';
import {
  type CommentOutcome,
  type CommentRequest,
  type GitHub,
  type PullRequest,
  publishComment,
} from '../github/index.ts';
import type { Inputs, Run } from './inputs.ts';
import { inertLine, info } from './log.ts';

/** Whose comment on what. */
type CommentPlace = {
  readonly inputs: Inputs;
  readonly run: Run;
  readonly github: GitHub;
  readonly pull: PullRequest | undefined;
};

/** GitHub takes 1 MiB a step. */
export const summaryBytes = 1_000_000;

/** Of a pull request that changes nothing that would have to be built. */
export function untouchedMarkdown(headSha: string, runUrl: string): string {
  return note('✅', 'no model is touched', [
    `${commitAndRun(headSha, runUrl)}: this changes no model, data set or configuration, so nothing was built.`,
  ]);
}

/** Of a run that ended before it could verify anything. */
export function failureMarkdown(headSha: string, runUrl: string, failure: Failure): string {
  // Nothing in a fenced block is Markdown, a mention or a link, and without a backtick nothing ends it.
  const words = inertLine(failure.toLine()).replaceAll('`', "'").slice(0, 2000);
  return note('⚠️', 'nothing could be verified', [commitAndRun(headSha, runUrl), '', '```text', words, '```']);
}

function note(mark: string, headline: string, lines: readonly string[]): string {
  return [`### ${mark} mcunet: ${headline}`, '', ...lines, ''].join('\n');
}

function commitAndRun(headSha: string, runUrl: string): string {
  return `\`${headSha.slice(0, 7)}\` · [run](<${runUrl}>)`;
}

export async function writeSummary(markdown: string): Promise<void> {
  try {
    await core.summary.addRaw(markdown, true).write();
  } catch (error) {
    core.warning(inertLine(`the job summary could not be written: ${String(error)}`));
  }
}

/** Never fails the verdict: what GitHub refuses is a warning, and the summary has the report. */
export async function writeComment(
  task: Pick<CommentRequest, 'render' | 'onlyUpdate'>,
  { inputs, run, github, pull }: CommentPlace,
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
