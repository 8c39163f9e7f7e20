/** Door of `github`: what a run reads from GitHub, and what it writes there. */
export {
  downloadArtifact,
  findArtifactOfBranch,
  findArtifactOfCommit,
  findArtifactOfRun,
} from './artifacts.ts';
export { changeBranchFile } from './branch-file.ts';
export { listChangedFiles, type Touched, touchedModels, type Watched } from './changed-files.ts';
export { type Annotation, publishCheck } from './checks.ts';
export { connectGitHub, type GitHub, type PullRequest } from './client.ts';
export { acknowledge, dispatchWorkflow, findWorkflow, mayCommand, rerunFor } from './commands.ts';
export { bodyOf, type CommentOutcome, type CommentRequest, publishComment } from './comment.ts';
export { type Command, type RunEvent, readTrigger, type Trigger } from './event.ts';
export { openCommit } from './git-objects.ts';
export { findMergeBase } from './merge-base.ts';
export {
  mostWaivedDays,
  type ParsedCommand,
  parseCommand,
  type WaiveCommand,
  waivableMetrics,
} from './parse-command.ts';
export { findPullOfRun, type Head, readHead, type SourceRun } from './pull-of-run.ts';
export { attachToRelease } from './releases.ts';
export type { Fetch, Network } from './retry.ts';
export { readSearchRequest, type SearchRequest, searchInputs } from './search-request.ts';
export { fullBytes } from './thread.ts';
export { endOf, listWaivers } from './waivers.ts';
