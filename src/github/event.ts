/** What started the run, out of the event's payload: only what is needed, and all of that checked. */
import { z } from 'zod';
import type { Repository } from './client.ts';
import { eventMalformed, eventUnknown, pullRequestTargetRefused } from './failures.ts';
import type { SourceRun } from './pull-of-run.ts';

export type Trigger =
  | {
      readonly kind: 'pull-request';
      readonly number: number;
      readonly headSha: string;
      /** Tip of the base branch when the event was made. */
      readonly baseSha: string;
      readonly fromFork: boolean;
      readonly defaultBranch: string;
    }
  /** A state of the repository to verify whole: no pull request to answer. `defaultBranch` where it is that one's. */
  | { readonly kind: 'commit'; readonly headSha: string; readonly defaultBranch: string | undefined }
  | { readonly kind: 'release'; readonly headSha: string; readonly tag: string; readonly created: string }
  /** Another workflow's run has ended; its report is to be published. */
  | { readonly kind: 'workflow-run'; readonly headSha: string; readonly run: SourceRun }
  | Command;

/** A comment on a pull request, not read yet. */
export type Command = {
  readonly kind: 'comment';
  readonly headSha: string;
  readonly pull: number;
  readonly commentId: number;
  readonly author: string;
  readonly body: string;
  /** ISO 8601. */
  readonly createdAt: string;
};

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const id = z.number().int().positive();
const fullName = z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/);

const pullRequestPayload = z.object({
  pull_request: z.object({
    number: id,
    head: z.object({ sha, repo: z.object({ full_name: z.string() }).nullable() }),
    base: z.object({ sha, repo: z.object({ default_branch: z.string() }) }),
  }),
});

const pushPayload = z.object({
  ref: z.string(),
  repository: z.object({ default_branch: z.string() }),
});

const releasePayload = z.object({
  release: z.object({ tag_name: z.string().min(1).max(300), created_at: z.iso.datetime().nullable() }),
});

const workflowRunPayload = z.object({
  workflow_run: z.object({
    id,
    run_attempt: id,
    event: z.string(),
    conclusion: z.string().nullable(),
    head_sha: sha,
    head_branch: z.string().min(1).max(300),
    head_repository: z.object({ full_name: fullName }),
    html_url: z.url(),
  }),
  repository: z.object({ default_branch: z.string() }),
});

const commentPayload = z.object({
  action: z.string(),
  issue: z.object({ number: id, pull_request: z.object({}).optional() }),
  comment: z.object({
    id,
    body: z.string(),
    created_at: z.iso.datetime(),
    user: z.object({ login: z.string().min(1).max(100), type: z.string() }),
  }),
});

const commitEvents: readonly string[] = ['push', 'workflow_dispatch', 'schedule', 'merge_group'];
const otherEvents: readonly string[] = ['pull_request', 'workflow_run', 'issue_comment', 'release'];

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
 * `undefined` for an event that asks for nothing: a comment that is no command, a run that was for no pull request.
 * Throws `GITHUB_EVENT_UNKNOWN`, `GITHUB_EVENT_MALFORMED` or `GITHUB_EVENT_REFUSED`.
 *
 * @param takesAnyEvent whether an event that says nothing by itself stands for the commit it ran on
 */
export function readTrigger(event: RunEvent, takesAnyEvent: boolean): Trigger | undefined {
  switch (event.name) {
    case 'pull_request':
      return readPullRequest(event);
    case 'pull_request_target':
      throw pullRequestTargetRefused();
    case 'workflow_run':
      return readWorkflowRun(event);
    case 'issue_comment':
      return readComment(event);
    case 'release':
      return readRelease(event);
    case 'push':
      return readPush(event);
    default:
      if (takesAnyEvent || commitEvents.includes(event.name)) {
        return { kind: 'commit', headSha: event.sha, defaultBranch: undefined };
      }
      throw eventUnknown(event.name, [...otherEvents, ...commitEvents]);
  }
}

function checked<T>(schema: z.ZodType<T>, { name, payload }: RunEvent): T {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) throw eventMalformed(name, parsed.error.issues[0]);
  return parsed.data;
}

function readPullRequest(event: RunEvent): Trigger {
  const { number, head, base } = checked(pullRequestPayload, event).pull_request;
  const { owner, repo } = event.repository;
  return {
    kind: 'pull-request',
    number,
    headSha: head.sha,
    baseSha: base.sha,
    defaultBranch: base.repo.default_branch,
    // The head's repository is null where the fork was deleted.
    fromFork: head.repo?.full_name.toLowerCase() !== `${owner}/${repo}`.toLowerCase(),
  };
}

/** Where GitHub tells no time, a bill of materials still needs one, and always the same. */
const unknownTime = '1970-01-01T00:00:00Z';

function readRelease(event: RunEvent): Trigger {
  const { tag_name: tag, created_at: created } = checked(releasePayload, event).release;
  return { kind: 'release', headSha: event.sha, tag, created: created ?? unknownTime };
}

const tagPrefix = 'refs/tags/';

function readPush(event: RunEvent): Trigger {
  const { ref, repository } = checked(pushPayload, event);
  const headSha = event.sha;
  if (ref.startsWith(tagPrefix)) {
    return { kind: 'release', headSha, tag: ref.slice(tagPrefix.length), created: unknownTime };
  }
  const branch = repository.default_branch;
  return { kind: 'commit', headSha, defaultBranch: ref === `refs/heads/${branch}` ? branch : undefined };
}

function readWorkflowRun(event: RunEvent): Trigger | undefined {
  const { workflow_run: run, repository } = checked(workflowRunPayload, event);
  if (run.event !== 'pull_request') return undefined;
  return {
    kind: 'workflow-run',
    headSha: run.head_sha,
    run: {
      runId: run.id,
      attempt: run.run_attempt,
      headSha: run.head_sha,
      headBranch: run.head_branch,
      headRepository: run.head_repository.full_name,
      conclusion: run.conclusion ?? 'unknown',
      url: run.html_url,
      defaultBranch: repository.default_branch,
    },
  };
}

/** Only a new comment of a person on a pull request can be a command. */
function readComment(event: RunEvent): Command | undefined {
  const { action, issue, comment } = checked(commentPayload, event);
  if (action !== 'created' || issue.pull_request === undefined || comment.user.type === 'Bot')
    return undefined;
  return {
    kind: 'comment',
    headSha: event.sha,
    pull: issue.number,
    commentId: comment.id,
    author: comment.user.login,
    body: comment.body,
    createdAt: comment.created_at,
  };
}
