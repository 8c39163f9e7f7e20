/**
 * Waivers of a pull request's limits. Each is the comment that gave it, and nothing else is stored: its author's
 * permission is looked up whenever it is read, so it ends with its days, with that permission, and with the comment.
 */
import type { GitHub, PullRequest } from './client.ts';
import { mayCommand } from './commands.ts';
import { parseCommand, type WaiveCommand } from './parse-command.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

type Waiver = {
  readonly metric: WaiveCommand['metric'];
  readonly by: string;
  /** ISO 8601. */
  readonly until: string;
  readonly reason: string;
};

export type Waivers = {
  /** The newest that holds of each metric. */
  readonly active: readonly Waiver[];
  /** One line for each command that was not obeyed. */
  readonly ignored: readonly string[];
};

/** Nobody needs more people to waive limits of one pull request; it bounds the questions that spam can cause. */
const mostAuthors = 20;

/** @param now Unix time, milliseconds */
export async function listWaivers(
  github: GitHub,
  pull: PullRequest,
  now: number,
): Promise<Waivers | Refusal> {
  try {
    const claims = await listClaims(github, pull);
    return await judgeClaims(github, pull, claims, now);
  } catch (error) {
    const purpose = { what: 'read the waivers', permission: 'pull-requests: read', fromFork: false };
    const refusal = explainRefusal(error, purpose);
    if (refusal === undefined) throw error;
    return refusal;
  }
}

/** Whoever wrote it says so; nothing of it holds yet. */
type Claim = Waiver & { readonly wasEdited: boolean };

/** Newest first. */
async function listClaims(github: GitHub, pull: PullRequest): Promise<readonly Claim[]> {
  const comments = await github.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    owner: pull.owner,
    repo: pull.repo,
    issue_number: pull.number,
    per_page: 100,
  });
  const claims = comments.flatMap((comment): readonly Claim[] => {
    const command = parseCommand(comment.body ?? '');
    const { user, created_at: created, updated_at: updated } = comment;
    if (command?.kind !== 'waive' || user === null || user.type === 'Bot') return [];
    const { metric, reason } = command;
    // An edited comment may be by two hands.
    return [
      { metric, reason, by: user.login, until: endOf(created, command.days), wasEdited: created !== updated },
    ];
  });
  return claims.toReversed();
}

/** When a waiver ends that was given at a time. */
export function endOf(created: string, days: number): string {
  return new Date(Date.parse(created) + days * 86_400_000).toISOString();
}

async function judgeClaims(
  github: GitHub,
  pull: PullRequest,
  claims: readonly Claim[],
  now: number,
): Promise<Waivers> {
  const active = new Map<Waiver['metric'], Waiver>();
  const ignored: string[] = [];
  const known = new Map<string, boolean | Refusal>();
  for (const { wasEdited, ...waiver } of claims) {
    const { metric, by, until } = waiver;
    const ignore = (reason: string) =>
      void ignored.push(`the waiver of ${metric} by ${by} does not hold: ${reason}`);
    if (active.has(metric)) continue;
    if (wasEdited) ignore('its comment was edited');
    else if (Date.parse(until) <= now) ignore(`it ended on ${until.slice(0, 10)}`);
    else if (!known.has(by) && known.size >= mostAuthors) ignore('too many people waive limits here');
    else {
      const may = known.get(by) ?? (await mayCommand(github, pull, by));
      known.set(by, may);
      if (may === true) active.set(metric, waiver);
      else ignore(may === false ? 'its author may not write to this repository' : may.reason);
    }
  }
  return { active: [...active.values()], ignored };
}
