/** What started the run, out of the event's payload: only what is needed, and all of that checked. */
import { z } from 'zod';
import type { Repository } from './client.ts';
import { eventMalformed, eventUnknown, pullRequestTargetRefused } from './failures.ts';

export type Trigger =
  | {
      readonly kind: 'pull-request';
      readonly number: number;
      readonly headSha: string;
      /** Tip of the base branch when the event was made. */
      readonly baseSha: string;
      readonly fromFork: boolean;
    }
  /** A state of the repository to verify whole: no pull request to answer. */
  | { readonly kind: 'commit'; readonly headSha: string };

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

const pullRequestPayload = z.object({
  pull_request: z.object({
    number: z.number().int().positive(),
    head: z.object({ sha, repo: z.object({ full_name: z.string() }).nullable() }),
    base: z.object({ sha }),
  }),
});

const commitEvents: readonly string[] = ['push', 'workflow_dispatch', 'schedule', 'merge_group'];

export type RunEvent = {
  /** `GITHUB_EVENT_NAME`. */
  readonly name: string;
  /** Content of `GITHUB_EVENT_PATH`, not trusted. */
  readonly payload: unknown;
  /** `GITHUB_SHA`. */
  readonly sha: string;
  readonly repository: Repository;
};

/**
 * Throws `GITHUB_EVENT_UNKNOWN`, `GITHUB_EVENT_MALFORMED` or `GITHUB_EVENT_REFUSED`.
 *
 * @param takesAnyEvent whether an event that says nothing by itself stands for the commit it ran on
 */
export function readTrigger(event: RunEvent, takesAnyEvent: boolean): Trigger {
  if (event.name === 'pull_request') return readPullRequest(event);
  if (event.name === 'pull_request_target') throw pullRequestTargetRefused();
  if (takesAnyEvent || commitEvents.includes(event.name)) return { kind: 'commit', headSha: event.sha };
  throw eventUnknown(event.name, ['pull_request', ...commitEvents]);
}

function readPullRequest({ payload, repository }: RunEvent): Trigger {
  const parsed = pullRequestPayload.safeParse(payload);
  if (!parsed.success) throw eventMalformed('pull_request', parsed.error.issues[0]);
  const { number, head, base } = parsed.data.pull_request;
  const ownName = `${repository.owner}/${repository.repo}`.toLowerCase();
  return {
    kind: 'pull-request',
    number,
    headSha: head.sha,
    baseSha: base.sha,
    // The head's repository is null where the fork was deleted.
    fromFork: head.repo?.full_name.toLowerCase() !== ownName,
  };
}
