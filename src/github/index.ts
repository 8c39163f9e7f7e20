/** Door of `github`: what a run reads from GitHub, and the comment that it keeps there. */
export { listChangedFiles, type Touched, touchedModels, type Watched } from './changed-files.ts';
export { connectGitHub, type GitHub, type PullRequest } from './client.ts';
export { type CommentOutcome, type CommentRequest, publishComment } from './comment.ts';
export { type RunEvent, readTrigger } from './event.ts';
export type { Fetch, Network } from './retry.ts';
