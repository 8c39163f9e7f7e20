/** Whatever the network does and wherever runs are killed: one comment in the end, with the last head's verdict. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectGitHub, publishComment } from '../../src/github/index.ts';
import { withGitHub } from './server/session.ts';

/** What becomes of one request. */
type Fault = 'none' | 'lost' | 'answer lost' | 'server error' | 'rate limit';

type Run = {
  /** For each request in turn; none where the list ends. */
  readonly faults: readonly Fault[];
  /** The run dies at this request. */
  readonly killedAt: number;
  /** GitHub delivers the event once more, and a second run of the same attempt begins. */
  readonly isDeliveredTwice: boolean;
};

const fault = fc.constantFrom<Fault>('none', 'none', 'lost', 'answer lost', 'server error', 'rate limit');
const run: fc.Arbitrary<Run> = fc.record({
  faults: fc.array(fault, { maxLength: 12 }),
  killedAt: fc.integer({ min: 1, max: 14 }),
  isDeliveredTwice: fc.boolean(),
});

function faulty({ faults, killedAt }: Run): typeof globalThis.fetch {
  let count = 0;
  return async (input, init) => {
    count += 1;
    const now = faults[count - 1] ?? 'none';
    if (count >= killedAt || now === 'lost') throw new Error('the connection is gone');
    if (now === 'server error') return new Response('{}', { status: 502 });
    if (now === 'rate limit') return new Response('{}', { status: 429, headers: { 'retry-after': '1' } });
    const answer = await fetch(input, init);
    if (now === 'answer lost') throw new Error('the connection broke off');
    return answer;
  };
}

test(
  '500 random sequences of faults',
  () =>
    withGitHub({}, async ({ state, server, pull }) => {
      const publish = async (runId: number, network: typeof globalThis.fetch) => {
        const headSha = String(runId).padStart(40, '0');
        const github = connectGitHub(
          { token: state.token, apiUrl: server.apiUrl, userAgent: 'mcunet-action/test' },
          { fetch: network, sleep: async () => {}, now: () => 0, onWait: () => {} },
        );
        const stamp = { id: 'mcunet.yml', runId, attempt: 1, headSha };
        const render = () => `verdict of ${headSha}`;
        return publishComment(github, { ...pull, headSha }, { stamp, render, onlyUpdate: false });
      };
      let written = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), async (runs) => {
          state.comments = [];
          for (const [index, faults] of runs.entries()) {
            const both = faults.isDeliveredTwice ? [faults, faults] : [faults];
            await Promise.all(both.map((one) => publish(index + 1, faulty(one))));
          }
          // The last run was killed or not; it is run again, and an older one wakes up after it.
          await publish(runs.length, fetch);
          if (runs.length > 1) await publish(1, fetch);
          expect(state.comments).toHaveLength(1);
          const verdict = `verdict of ${String(runs.length).padStart(40, '0')}`;
          expect(state.comments[0]?.body.split('\n')[1]).toBe(verdict);
          written += 1;
        }),
        { numRuns: 500, seed: 42 },
      );
      expect(written).toBe(500);
    }),
  120_000,
);
