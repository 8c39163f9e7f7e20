/** A server and a client of the `github` room on it, for one test; every violation fails the test. */
import { expect } from 'vitest';
import { connectGitHub, type GitHub, type PullRequest } from '../../../src/github/index.ts';
import { type GitHubServer, startGitHub } from './server.ts';
import { makeState, type State } from './state.ts';

export type Session = {
  readonly server: GitHubServer;
  readonly state: State;
  readonly github: GitHub;
  readonly pull: PullRequest;
  /** Milliseconds that the client would have slept. */
  readonly sleeps: readonly number[];
  readonly waits: readonly string[];
};

export const headSha: string = 'c0ffee'.padEnd(40, '0');

export async function withGitHub(
  changes: Partial<State>,
  body: (session: Session) => Promise<void>,
  basePath: '' | '/api/v3' = '',
): Promise<void> {
  const state = makeState(changes);
  const server = await startGitHub(state, basePath);
  const sleeps: number[] = [];
  const waits: string[] = [];
  const github = connectGitHub(
    { token: state.token, apiUrl: server.apiUrl, userAgent: 'mcunet-action/test' },
    {
      fetch: globalThis.fetch,
      sleep: async (milliseconds) => void sleeps.push(milliseconds),
      now: () => Date.UTC(2026, 0, 1),
      onWait: (line) => void waits.push(line),
    },
  );
  const pull = { owner: state.owner, repo: state.repo, number: state.pull, headSha, fromFork: false };
  try {
    await body({ server, state, github, pull, sleeps, waits });
    expect(server.violations).toEqual([]);
  } finally {
    await server.close();
  }
}
