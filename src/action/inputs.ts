/** What the workflow asks for and where it runs, read once and checked: nothing else reads the environment. */
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import * as core from '@actions/core';
import { z } from 'zod';
import type { Failure } from '../base/index.ts';
import { containerOptions, type ToolchainOptions } from '../firmware/index.ts';
import type { RunEvent } from '../github/index.ts';
import { environmentInvalid, inputInvalid } from './failures.ts';

export type Inputs = {
  readonly token: string;
  /** `auto` leaves events alone that it does not know, the others take any; `plan` builds nothing. */
  readonly mode: 'auto' | 'verify' | 'plan' | 'search';
  /** Path of `mcunet.yml` in the workspace. */
  readonly config: string;
  /** Names of the models that this run is about; all where empty. */
  readonly models: readonly string[];
  readonly outputFolder: string;
  readonly comment: boolean;
  readonly check: boolean;
  /** Whether a release's files may be replaced by others. */
  readonly overwrite: boolean;
  /** Tells comments of several runs on one pull request apart. */
  readonly commentId: string;
  /** Branch that keeps the history beside the artifact; none where empty. */
  readonly historyBranch: string;
  /** File name of the workflow that a command runs again. */
  readonly verifyWorkflow: string;
  /** File name of the workflow that a command asks to search. */
  readonly searchWorkflow: string;
  /** Whether pull requests from forks may flash a board. */
  readonly forkBoards: boolean;
  /** Of a search, instead of the configuration's. */
  readonly seed: number | undefined;
  /** Which part of a search this run is. */
  readonly shard: { readonly index: number; readonly count: number } | undefined;
  /** Folder that holds the states of all shards, to be united. */
  readonly merge: string | undefined;
};

/** Where the run is, as GitHub's environment variables tell it. */
export type Run = {
  readonly event: RunEvent;
  readonly runId: number;
  readonly attempt: number;
  readonly workspace: string;
  readonly apiUrl: string;
  /** Page of this run, for people. */
  readonly runUrl: string;
  readonly usesProxy: boolean;
  /** Folder that the runner empties after the job. */
  readonly temporaryFolder: string | undefined;
  /** How compilers are run in a container, from `MCUNET_...` variables. */
  readonly container: ToolchainOptions;
};

/** Where a configuration is looked for unless told. */
export const defaultConfig = 'mcunet.yml';

const insideWorkspace = z
  .string()
  .min(1, 'must not be empty')
  .max(500, 'must not be longer than 500 characters')
  .refine((path) => !posix.isAbsolute(path) && !posix.normalize(path).startsWith('..'), {
    message: 'must be a path inside the workspace, without a leading slash',
  })
  .transform((path) => posix.normalize(path));

const yamlTrue = ['true', 'True', 'TRUE'];
const yamlFalse = ['false', 'False', 'FALSE'];

const flag = z
  .string()
  .refine((text) => [...yamlTrue, ...yamlFalse].includes(text), { message: 'must be true or false' })
  .transform((text) => yamlTrue.includes(text));

const workflowFile = z.string().regex(/^[\w.-]{1,100}\.ya?ml$/, 'must be the file name of a workflow');

const seedNumber = z
  .string()
  .regex(/^\d{0,10}$/, 'must be a whole number')
  .transform((text) => (text === '' ? undefined : Number(text)))
  .refine((value) => value === undefined || value < 2 ** 32, 'must be less than 4294967296');

const shardOfCount = z
  .string()
  .regex(/^(?:[1-9]\d{0,3}\/[1-9]\d{0,3})?$/, 'must be i/n, for example 1/4')
  .transform((text) => {
    const [index = 0, count = 0] = text.split('/').map(Number);
    return text === '' ? undefined : { index, count };
  })
  .refine((value) => value === undefined || value.index <= value.count, 'has no such part');

const inputsSchema = z.object({
  token: z.string().min(1, 'must not be empty; leave it out for the token of the workflow'),
  mode: z.enum(['auto', 'verify', 'plan', 'search'], { error: 'must be auto, verify, plan or search' }),
  config: insideWorkspace,
  models: z
    .string()
    .max(50_000, 'must not be longer than 50,000 characters')
    .transform((text) => text.split(/[\s,]+/).filter((name) => name !== '')),
  'output-folder': insideWorkspace,
  comment: flag,
  check: flag,
  overwrite: flag,
  'history-branch': z
    .string()
    .regex(/^(?!.*(?:\.\.|\/\/|@\{|\.lock$|\/$|\.$))(?:[\w][\w./-]{0,99})?$/, 'must be the name of a branch'),
  'verify-workflow': workflowFile,
  'search-workflow': workflowFile,
  'fork-boards': flag,
  'comment-id': z.string().max(100, 'must not be longer than 100 characters'),
  seed: seedNumber,
  shard: shardOfCount,
  merge: z.string().max(500, 'must not be longer than 500 characters'),
});

const inputNames = inputsSchema.keyof().options;

/** Throws an `AggregateError` of one `Failure` for each input that is wrong. */
export function loadInputs(): Inputs {
  const given = Object.fromEntries(inputNames.map((name) => [name, core.getInput(name)]));
  const inputs = checked(inputsSchema, given, inputInvalid);
  return {
    token: inputs.token,
    mode: inputs.mode,
    config: inputs.config,
    models: inputs.models,
    outputFolder: inputs['output-folder'],
    comment: inputs.comment,
    check: inputs.check,
    overwrite: inputs.overwrite,
    historyBranch: inputs['history-branch'],
    commentId: inputs['comment-id'] === '' ? inputs.config : inputs['comment-id'],
    verifyWorkflow: inputs['verify-workflow'],
    searchWorkflow: inputs['search-workflow'],
    forkBoards: inputs['fork-boards'],
    seed: inputs.seed,
    shard: inputs.shard,
    merge: inputs.merge === '' ? undefined : inputs.merge,
  };
}

const runSchema = z.object({
  GITHUB_API_URL: z.url(),
  GITHUB_SERVER_URL: z.url(),
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_EVENT_PATH: z.string().refine(existsSync, { message: 'no such file' }),
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().positive(),
  GITHUB_RUN_ID: z.coerce.number().int().positive(),
  GITHUB_SHA: z.string().regex(/^[0-9a-f]{40,64}$/),
  GITHUB_WORKSPACE: z.string().min(1),
});

/** Throws an `AggregateError` of one `Failure` for each variable that is wrong. */
export async function loadRun(): Promise<Run> {
  const { env } = process;
  const { GITHUB_WORKSPACE: workspace } = checked(runSchema, env, environmentInvalid);
  const context = await openContext();
  const { owner, repo } = context.repo;
  const proxies = [env.https_proxy, env.HTTPS_PROXY, env.http_proxy, env.HTTP_PROXY];
  return {
    event: {
      name: context.eventName,
      payload: context.payload,
      sha: context.sha,
      repository: { owner, repo },
    },
    runId: context.runId,
    attempt: context.runAttempt,
    workspace,
    apiUrl: context.apiUrl,
    runUrl: `${context.serverUrl}/${owner}/${repo}/actions/runs/${context.runId}`,
    temporaryFolder: env.RUNNER_TEMP === '' ? undefined : env.RUNNER_TEMP,
    container: containerOptions(env),
    usesProxy: proxies.some((proxy) => proxy !== undefined && proxy !== ''),
  };
}

/** Imported only now: the toolkit reads the event as it loads, and takes the variables as they come. */
async function openContext(): Promise<typeof import('@actions/github').context> {
  try {
    const { context } = await import('@actions/github');
    return context;
  } catch (error) {
    throw environmentInvalid('GITHUB_EVENT_PATH', `cannot be read as JSON (${String(error)})`);
  }
}

function checked<T>(
  schema: z.ZodType<T>,
  value: unknown,
  failure: (name: string, problem: string) => Failure,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AggregateError(
    parsed.error.issues.map(({ path, message }) => failure(path.map(String).join('.'), message)),
  );
}
