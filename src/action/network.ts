/** The way to GitHub: Node's own `fetch`, or through a proxy where the runner names one. */
import { setTimeout } from 'node:timers/promises';
import type { Fetch, Network } from '../github/index.ts';
import { info } from './log.ts';

export async function openNetwork(usesProxy: boolean): Promise<Network> {
  return {
    fetch: usesProxy ? await proxyFetch() : globalThis.fetch,
    sleep: (milliseconds) => setTimeout(milliseconds),
    now: Date.now,
    onWait: info,
  };
}

/** Loaded only where it is needed: it is larger than all the rest of the action. */
async function proxyFetch(): Promise<Fetch> {
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent();
  const throughProxy = (input: Parameters<typeof fetch>[0], init: Parameters<typeof fetch>[1]) =>
    fetch(input, { ...init, dispatcher });
  // undici's types are those of its own package, the objects those of the standard.
  return throughProxy as unknown as Fetch;
}
