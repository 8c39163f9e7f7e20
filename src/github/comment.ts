/** The one comment that a pull request gets: found again, updated in place, never taken over by others. */
import type { GitHub, PullRequest } from './client.ts';
import { formatMarker, isNewer, type Stamp } from './marker.ts';
import { explainRefusal, type Refusal } from './refusals.ts';
import {
  type Body,
  createComment,
  deleteComment,
  listOwnComments,
  type OwnComment,
  type Thread,
  updateComment,
} from './thread.ts';

export type CommentOutcome =
  | { readonly kind: 'created' | 'updated'; readonly url: string }
  /** A newer run has written already. */
  | { readonly kind: 'yielded'; readonly url: string; readonly runId: number }
  /** There was nothing to update. */
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export type CommentRequest = {
  readonly stamp: Stamp;
  /** Markdown of at most so many bytes. */
  readonly render: (maxBytes: number) => string;
  /** Leaves a pull request without our comment as it is. */
  readonly onlyUpdate: boolean;
};

/** Writes the report into our comment; a refusal by GitHub is an outcome, not an error. */
export async function publishComment(
  github: GitHub,
  pull: PullRequest,
  request: CommentRequest,
): Promise<CommentOutcome> {
  try {
    return await settle({ github, pull }, request);
  } catch (error) {
    const refusal = explainRefusal(error, {
      what: 'write the comment',
      permission: 'pull-requests: write',
      fromFork: pull.fromFork,
    });
    if (refusal === undefined) throw error;
    return { kind: 'refused', refusal };
  }
}

/** What this run has written so far. */
type Written = { readonly id: number; readonly outcome: CommentOutcome };

type Decision =
  | { readonly kind: 'done'; readonly outcome: CommentOutcome }
  | { readonly kind: 'create' }
  | {
      readonly kind: 'tidy';
      readonly keep: number;
      /** New content of the comment that is kept; absent where it has the right one. */
      readonly body: Body | undefined;
      readonly remove: readonly number[];
      readonly outcome: CommentOutcome;
    };

const mostRounds = 6;

/**
 * Looks, acts and looks again until nothing is left to do, so that runs which race, comments that vanish and
 * duplicates all end in one comment: the oldest, with the newest run's report.
 */
async function settle(thread: Thread, request: CommentRequest): Promise<CommentOutcome> {
  const vanished = new Set<number>();
  let written: Written | undefined;
  for (let round = 0; round < mostRounds; round++) {
    const own = await listOwnComments(thread, request.stamp.id);
    const decision = decide(
      own.filter(({ id }) => !vanished.has(id)),
      written,
      request,
    );
    if (decision.kind === 'done') return decision.outcome;
    if (decision.kind === 'create') {
      const { id, url } = await createComment(thread, bodyOf(request));
      written = { id, outcome: { kind: 'created', url } };
      continue;
    }
    const { keep, body, remove, outcome } = decision;
    if (body === undefined || (await updateComment(thread, keep, body))) {
      written = { id: keep, outcome };
      for (const id of remove) await deleteComment(thread, id);
    } else {
      vanished.add(keep);
    }
  }
  return written?.outcome ?? { kind: 'none' };
}

/** `own` is oldest first. */
function decide(own: readonly OwnComment[], written: Written | undefined, request: CommentRequest): Decision {
  const [oldest, ...duplicates] = own;
  if (oldest === undefined) {
    // A list that does not show what we have just created is stale.
    if (written !== undefined) return { kind: 'done', outcome: written.outcome };
    return request.onlyUpdate ? { kind: 'done', outcome: { kind: 'none' } } : { kind: 'create' };
  }
  const newest = own.reduce((best, next) => (isNewer(next.stamp, best.stamp) ? next : best));
  const yields = isNewer(newest.stamp, request.stamp);
  const isRight = yields
    ? newest.id === oldest.id
    : oldest.id === written?.id && !isNewer(request.stamp, oldest.stamp);
  const outcome: CommentOutcome = yields
    ? { kind: 'yielded', url: oldest.url, runId: newest.stamp.runId }
    : { kind: written?.outcome.kind === 'created' ? 'created' : 'updated', url: oldest.url };
  if (isRight && duplicates.length === 0) return { kind: 'done', outcome };
  const rightBody = yields ? () => newest.body : bodyOf(request);
  return {
    kind: 'tidy',
    keep: oldest.id,
    body: isRight ? undefined : rightBody,
    remove: duplicates.map(({ id }) => id),
    outcome,
  };
}

/** What a pull request gets to read: our marker, and Markdown of at most what is left. */
export function bodyOf({ stamp, render }: Pick<CommentRequest, 'stamp' | 'render'>): Body {
  const marker = `${formatMarker(stamp)}\n`;
  return (maxBytes) => marker + render(maxBytes - marker.length);
}
