/** Patience with GitHub's API: server errors and rate limits are waited out, within bounds. */

export type Fetch = typeof globalThis.fetch;

/** What requests need of the machine: tests bring their own clock. */
export type Network = {
  readonly fetch: Fetch;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Unix time, milliseconds. */
  readonly now: () => number;
  /** Told before every wait: one line. */
  readonly onWait: (line: string) => void;
};

const attempts = 4;
const firstBackoffMs = 500;
const requestTimeoutMs = 30_000;
/** A primary rate limit resets within the hour; nobody wants a job that waits for it. */
const longestWaitMs = 120_000;
/** GitHub's advice for a secondary limit that names no time. */
const secondaryLimitWaitMs = 60_000;

/**
 * `fetch` that tries again after lost connections, 5xx, and 403 or 429 that ask for it. After the last attempt, or
 * where the wait would be too long, the reply is handed on as it is. Repeating a POST may create twice what GitHub
 * created before its reply was lost; `publishComment` collapses such pairs.
 */
export function withRetries(network: Network): Fetch {
  return async (input, init) => {
    for (let attempt = 1; ; attempt++) {
      const reply = await fetchOnce(network.fetch, input, init);
      const waitMs = attempt === attempts ? undefined : await waitBeforeRetry(reply, attempt, network.now());
      if (waitMs === undefined || waitMs > longestWaitMs) {
        if (!(reply instanceof Error)) return reply;
        throw reply;
      }
      const what = reply instanceof Error ? 'did not answer' : `answered ${reply.status}`;
      network.onWait(`GitHub ${what}; trying again in ${(waitMs / 1000).toFixed(1)} s`);
      await network.sleep(waitMs);
    }
  };
}

/** The whole reply, or the error where none came: Octokit takes a body that breaks off for an empty one. */
async function fetchOnce(
  fetch: Fetch,
  input: Parameters<Fetch>[0],
  init: Parameters<Fetch>[1],
): Promise<Response | Error> {
  try {
    const reply = await fetch(input, { ...init, signal: AbortSignal.timeout(requestTimeoutMs) });
    const { status, statusText, headers } = reply;
    const body = await reply.arrayBuffer();
    return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function waitBeforeRetry(
  reply: Response | Error,
  attempt: number,
  now: number,
): Promise<number | undefined> {
  const backoffMs = firstBackoffMs * 2 ** (attempt - 1);
  if (reply instanceof Error || reply.status >= 500) return backoffMs;
  if (reply.status !== 403 && reply.status !== 429) return undefined;
  const retryAfter = Number(reply.headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(retryAfter)) return Math.max(0, retryAfter * 1000);
  if (reply.headers.get('x-ratelimit-remaining') === '0') {
    const reset = Number(reply.headers.get('x-ratelimit-reset') ?? Number.NaN);
    return Number.isFinite(reset) ? Math.max(0, reset * 1000 - now) + 1000 : secondaryLimitWaitMs;
  }
  const isLimit = reply.status === 429 || /secondary rate limit/i.test(await reply.clone().text());
  return isLimit ? secondaryLimitWaitMs : undefined;
}
