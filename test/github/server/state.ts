/** What the loopback GitHub keeps. */
import type { Check } from './checks.ts';
import type { Pull } from './pulls.ts';
import type { StoredAsset } from './releases.ts';
import type { CommitContents, StoredArtifact } from './repository.ts';

export type Comment = {
  readonly id: number;
  readonly login: string;
  body: string;
  readonly createdAt?: string;
  /** Other than `createdAt` where it was edited. */
  readonly updatedAt?: string;
};

export type ChangedFile = {
  readonly filename: string;
  readonly status?: 'added' | 'removed' | 'modified' | 'renamed';
  readonly previous_filename?: string;
};

export type State = {
  readonly owner: string;
  readonly repo: string;
  readonly pull: number;
  readonly token: string;
  /** Whom the token writes as. */
  readonly viewer: string;
  /** What the token was granted for pull requests. */
  grant: 'none' | 'read' | 'write';
  locked: boolean;
  longestComment: number;
  readonly files: ChangedFile[];
  comments: Comment[];
  /** The merge base of every comparison. */
  mergeBase: string;
  /** Files of the commits that can be read. */
  readonly commits: Record<string, CommitContents>;
  readonly artifacts: StoredArtifact[];
  readonly pulls: Pull[];
  readonly checks: Check[];
  /** Whether the token may write check runs. */
  grantsChecks: boolean;
  /** What collaborators may do. */
  readonly permissions: Record<string, 'admin' | 'write' | 'read' | 'none'>;
  /** Runs of the workflow for pull requests. */
  readonly runs: { readonly id: number; readonly headSha: string; readonly status?: string }[];
  readonly reruns: number[];
  /** File names of the workflows that there are. */
  readonly workflows: string[];
  readonly dispatches: { readonly workflow: string; readonly body: unknown }[];
  /** Commits that branches point to, and the parents of those that were made. */
  readonly branches: Record<string, string>;
  readonly parents: Record<string, readonly string[]>;
  /** What others put on a branch just before each of our moves. */
  readonly rivals: CommitContents[];
  /** Whether the token may write contents. */
  readonly grantsContents: boolean;
  /** Tag of the one release; none where empty. */
  releaseTag: string;
  assets: StoredAsset[];
  readonly reactions: { readonly comment: number; readonly content: string }[];
  nextId: number;
};

export function makeState(changes: Partial<State> = {}): State {
  return {
    owner: 'Codertocat',
    repo: 'Hello-World',
    pull: 2,
    token: 'ghs_loopbackToken',
    viewer: 'github-actions[bot]',
    grant: 'write',
    locked: false,
    longestComment: 65_536,
    files: [],
    comments: [],
    mergeBase: 'ba5e'.padEnd(40, '0'),
    commits: {},
    artifacts: [],
    pulls: [{ number: 2, headOwner: 'Codertocat', headBranch: 'changes', headSha: 'c0ffee'.padEnd(40, '0') }],
    checks: [],
    grantsChecks: true,
    permissions: {},
    runs: [],
    reruns: [],
    workflows: [],
    dispatches: [],
    reactions: [],
    branches: {},
    parents: {},
    rivals: [],
    grantsContents: true,
    releaseTag: '',
    assets: [],
    nextId: 1_000,
    ...changes,
  };
}
