/** What every mode works with: the inputs, the run, the machine, GitHub, and where verdicts are shown. */
import type { Host } from '../base/index.ts';
import { connectGitHub, type GitHub, type PullRequest, readTrigger, type Trigger } from '../github/index.ts';
import { nodeHost } from '../host/index.ts';
import { generator, type RowStore } from '../pipeline/index.ts';
import { type Inputs, loadInputs, loadRun, type Run } from './inputs.ts';
import { openNetwork } from './network.ts';
import { openRowFolder } from './row-folder.ts';

/** Which verdict this is, and who must yield to whom. */
export type Place = {
  readonly inputs: Inputs;
  /** The run that made the report, which is not the one that publishes a fork's. */
  readonly stamp: { readonly runId: number; readonly attempt: number; readonly headSha: string };
  readonly runUrl: string;
  readonly github: GitHub;
  /** Whose comment; `undefined` where there is no pull request. */
  readonly pull: PullRequest | undefined;
  /** Whether the token can write: that of a run for a fork cannot. */
  readonly isTrusted: boolean;
};

export type Session = {
  readonly inputs: Inputs;
  readonly run: Run;
  readonly host: Host;
  readonly github: GitHub;
  readonly trigger: Trigger;
  readonly store: RowStore | undefined;
  /** When the run began, Unix time in milliseconds. */
  readonly now: number;
};

/** `undefined` for an event that asks for nothing. */
export async function openSession(): Promise<Session | undefined> {
  const inputs = loadInputs();
  const run = await loadRun();
  const trigger = readTrigger(run.event, inputs.mode !== 'auto');
  if (trigger === undefined) return undefined;
  const userAgent = `${generator.name}/${generator.version}`;
  const connection = { token: inputs.token, apiUrl: run.apiUrl, userAgent };
  const github = connectGitHub(connection, await openNetwork(run.usesProxy));
  const host = nodeHost();
  const store = openRowFolder(host, run.temporaryFolder);
  return { inputs, run, host, github, trigger, store, now: Date.now() };
}

/** Where this run's own verdict is shown. */
export function ownPlace({ inputs, run, github, trigger }: Session): Place {
  const pull = trigger.kind === 'pull-request' ? { ...run.event.repository, ...trigger } : undefined;
  const stamp = { runId: run.runId, attempt: run.attempt, headSha: trigger.headSha };
  return { inputs, stamp, runUrl: run.runUrl, github, pull, isTrusted: pull?.fromFork !== true };
}
