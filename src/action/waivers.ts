/** Limits of a pull request that someone who may has waived for a while. */
import * as core from '@actions/core';
import { listWaivers, type PullRequest } from '../github/index.ts';
import { isWaivable, type Report, underWaivers } from '../report/index.ts';
import { inertLine, info } from './log.ts';
import type { Session } from './session.ts';

/** GitHub is asked only where a waiver could change the verdict; without its answer none holds. */
export async function judgeUnderWaivers(
  { github, now }: Session,
  report: Report,
  pull: PullRequest | undefined,
): Promise<Report> {
  if (pull === undefined || !isWaivable(report)) return underWaivers(report, []);
  const waivers = await listWaivers(github, pull, now);
  if ('reason' in waivers) {
    core.warning(inertLine(`no waiver holds: ${waivers.reason}`));
    return underWaivers(report, []);
  }
  for (const line of waivers.ignored) info(line);
  return underWaivers(report, waivers.active);
}
