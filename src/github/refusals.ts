/** GitHub's refusals, in words that say what to do about them. */
import { RequestError } from '@octokit/request-error';

/** A call to GitHub that did not succeed; the caller decides what can be done without it. */
export type Refusal = { readonly code: string; readonly reason: string };

/** What the refused call was for. */
export type Purpose = {
  /** For example `read the changed files`. */
  readonly what: string;
  /** Grants that allow it, as written in a workflow, for example `pull-requests: write`. */
  readonly permission: string;
  readonly fromFork: boolean;
};

/** `undefined` for anything but an error of the API or the network: that is a bug and must be thrown on. */
export function explainRefusal(error: unknown, purpose: Purpose): Refusal | undefined {
  if (error instanceof RequestError) return explain(error, purpose);
  if (error instanceof Error && error.name === 'GraphqlResponseError') {
    return { code: 'GITHUB_ERROR', reason: `could not ${purpose.what}: ${oneLine(error.message)}` };
  }
  return undefined;
}

function explain(error: RequestError, { what, permission, fromFork }: Purpose): Refusal {
  const said = oneLine(error.message);
  if (error.response === undefined) {
    return { code: 'GITHUB_UNREACHABLE', reason: `could not ${what}: GitHub did not answer (${said})` };
  }
  if (isRateLimit(error)) {
    return {
      code: 'GITHUB_RATE_LIMIT',
      reason: `could not ${what}: the token's rate limit is used up (${said})`,
    };
  }
  if (error.status === 401) {
    return { code: 'GITHUB_TOKEN_INVALID', reason: `could not ${what}: GitHub does not accept the token` };
  }
  if (error.status === 403 && /\blocked\b/i.test(said)) {
    return { code: 'GITHUB_LOCKED', reason: `could not ${what}: the conversation is locked` };
  }
  if (error.status === 403 || error.status === 404) {
    const advice = fromFork
      ? 'a pull request from a fork gets a token that can only read, whatever the workflow grants'
      : `grant \`${permission}\` under \`permissions:\` of the workflow`;
    return { code: 'GITHUB_PERMISSION', reason: `could not ${what}: ${advice} (${error.status}: ${said})` };
  }
  return { code: 'GITHUB_ERROR', reason: `could not ${what}: GitHub answered ${error.status} (${said})` };
}

function isRateLimit(error: RequestError): boolean {
  const exhausted = error.response?.headers['x-ratelimit-remaining'] === '0';
  return error.status === 429 || (error.status === 403 && (exhausted || /rate limit/i.test(error.message)));
}

function oneLine(message: string): string {
  return message
    .replaceAll(/ - https:\/\/\S+/g, '')
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .slice(0, 300);
}
