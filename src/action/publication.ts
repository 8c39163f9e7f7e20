/** Where people read the result: the job summary, and the comment on the pull request. */
import * as core from '@actions/core';
import type { Failure } from '../base/index.ts';
import {
  type CommentOutcome,
  type CommentRequest,
  type PullRequest,
  publishCheck,
  publishComment,
} from '../github/index.ts';
import { headline, type Report, toMarkdown } from '../report/index.ts';
import { defaultConfig } from './inputs.ts';
import { fenced, inertLine, info } from './log.ts';
import type { Place } from './session.ts';
import { annotationsOf, quote } from './verdict.ts';

/** GitHub takes 1 MiB a step. */
const summaryBytes = 1_000_000;

/** Of a pull request that changes nothing that would have to be built. */
export function untouchedMarkdown(headSha: string, runUrl: string): string {
  return note('✅', 'no model is touched', [
    `${commitAndRun(headSha, runUrl)}: this changes no model, data set or configuration, so nothing was built.`,
  ]);
}

/** Of a run that ended before it could verify anything. */
export function failureMarkdown(
  headSha: string,
  runUrl: string,
  failure: Failure,
  headline = 'nothing could be verified',
): string {
  const lines = [commitAndRun(headSha, runUrl), '', fenced(failure.toLine())];
  return note('⚠️', headline, lines);
}

function note(mark: string, headline: string, lines: readonly string[]): string {
  return [`### ${mark} mcunet: ${headline}`, '', ...lines, ''].join('\n');
}

function commitAndRun(headSha: string, runUrl: string): string {
  return `\`${headSha.slice(0, 7)}\` · [run](<${runUrl}>)`;
}

async function writeSummary(markdown: string): Promise<void> {
  try {
    await core.summary.addRaw(markdown, true).write();
  } catch (error) {
    core.warning(inertLine(`the job summary could not be written: ${String(error)}`));
  }
}

/** A report in the summary, the comment and the check run; none of them changes the verdict. */
export async function showReport(report: Report, configFolder: string, place: Place): Promise<void> {
  const { stamp, runUrl, pull, inputs } = place;
  const context = report.revision === null ? `\`${stamp.headSha.slice(0, 7)}\`` : '';
  const options = { context, links: [{ label: 'run', url: runUrl }, ...searchLinks(report, runUrl)] };
  const render = (maxBytes: number) => toMarkdown(report, { ...options, maxBytes });
  await writeSummary(render(summaryBytes));
  if (!mayWrite(place)) return;
  await writeComment({ render, onlyUpdate: false }, place);
  if (inputs.check && pull !== undefined) await writeCheck(report, render, configFolder, place, pull);
}

/** To the runs that have the networks that are offered: a report names them by number, wherever it is from. */
function searchLinks({ models }: Report, runUrl: string): { label: string; url: string }[] {
  const runs = models.flatMap(({ offer }) => (offer?.kind === 'found' ? [offer.runId] : []));
  const folder = runUrl.slice(0, runUrl.lastIndexOf('/'));
  return [...new Set(runs)].slice(0, 1).map((run) => ({ label: 'search', url: `${folder}/${run}` }));
}

/** In the summary, and in the comment of the pull request that there may be. */
export async function showMarkdown(render: CommentRequest['render'], place: Place): Promise<void> {
  await writeSummary(render(summaryBytes));
  if (mayWrite(place)) await writeComment({ render, onlyUpdate: false }, place);
}

/** Words instead of a report, in the summary and in a comment that would be stale otherwise. */
export async function publishNote(
  place: Place,
  markdown: string,
  { onlyUpdate }: { readonly onlyUpdate: boolean } = { onlyUpdate: true },
): Promise<void> {
  await writeSummary(markdown);
  if (mayWrite(place)) await writeComment({ render: () => markdown, onlyUpdate }, place);
}

/** A run for a fork's pull request can only read: it is not even tried, the second workflow publishes. */
function mayWrite({ pull, isTrusted }: Place): boolean {
  if (pull === undefined || isTrusted) return pull !== undefined;
  info('a pull request from a fork: the report is in the job summary, and the second workflow publishes it');
  return false;
}

/** Never fails the verdict: what GitHub refuses is a warning, and the summary has the report. */
async function writeComment(
  task: Pick<CommentRequest, 'render' | 'onlyUpdate'>,
  { inputs, stamp, github, pull }: Place,
): Promise<void> {
  if (pull === undefined || !inputs.comment) return;
  announce(await publishComment(github, pull, { ...task, stamp: { ...stamp, id: inputs.commentId } }));
}

async function writeCheck(
  report: Report,
  summary: (maxBytes: number) => string,
  configFolder: string,
  { inputs, stamp, github }: Place,
  pull: PullRequest,
): Promise<void> {
  const outcome = await publishCheck(github, pull, {
    name: inputs.commentId === defaultConfig ? 'mcunet' : `mcunet ${inertLine(inputs.commentId)}`,
    stamp: { ...stamp, id: inputs.commentId },
    conclusion: report.status === 'pass' ? 'success' : 'failure',
    title: headline(report, quote),
    summary,
    annotations: annotationsOf(report, configFolder),
  });
  if (outcome.kind === 'refused') {
    const { reason, code } = outcome.refusal;
    core.warning(inertLine(`${reason}, or say \`check: false\`; the verdict is this job's own [${code}]`));
  } else if (outcome.kind === 'yielded') info(`run ${outcome.runId} is newer: its check run stays`);
  else info(`check run ${outcome.kind}`);
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
