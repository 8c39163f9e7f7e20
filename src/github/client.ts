/** A connection to one GitHub server, public or Enterprise. */
import { Octokit } from '@octokit/rest';
import { type Network, withRetries } from './retry.ts';

export type GitHub = Octokit;

export type Connection = {
  readonly token: string;
  /** `GITHUB_API_URL`: `https://api.github.com`, or `https://HOST/api/v3` on an Enterprise server. */
  readonly apiUrl: string;
  readonly userAgent: string;
};

const silent = () => undefined;

/** Requests are typed by route, for example `github.request('GET /repos/{owner}/{repo}', ...)`. */
export function connectGitHub(connection: Connection, network: Network): GitHub {
  const github = new Octokit({
    auth: connection.token,
    baseUrl: connection.apiUrl.replace(/\/+$/, ''),
    userAgent: connection.userAgent,
    request: { fetch: withRetries(network) },
    // Failures are reported where they are understood.
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  github.hook.before('request', (options) => {
    options.headers['x-github-api-version'] = '2022-11-28';
  });
  return github;
}

/** A repository, as `GITHUB_REPOSITORY` names it. */
export type Repository = { readonly owner: string; readonly repo: string };

/** The pull request that a run reports on. */
export type PullRequest = Repository & {
  readonly number: number;
  readonly headSha: string;
  /** Whether the head is in another repository: GitHub then gives the run a token that cannot write. */
  readonly fromFork: boolean;
};
