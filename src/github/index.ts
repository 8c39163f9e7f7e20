/** Door of `github`: what a run reads from GitHub, and the comment that it keeps there. */
export {
  type ChangedFiles,
  listChangedFiles,
  type Touched,
  touchedModels,
  type Watched,
} from './changed-files.ts';
export { type Connection, connectGitHub, type GitHub, type PullRequest, type Repository } from './client.ts';
export { type CommentOutcome, type CommentRequest, publishComment } from './comment.ts';
export { type RunEvent, readTrigger, type Trigger } from './event.ts';
export type { Stamp } from './marker.ts';
export type { Refusal } from './refusals.ts';
export type { Fetch, Network } from './retry.ts';
