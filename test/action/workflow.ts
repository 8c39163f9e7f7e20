/**
 * Runs the built action as GitHub's runner does: a child process with an environment made from nothing, inputs with
 * the defaults of action.yml, and GitHub's API on loopback.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { type GitHubServer, startGitHub } from '../github/server/server.ts';
import { makeState, type State } from '../github/server/state.ts';
import { bundled } from '../support/bundled.ts';
import { pullRequestEvent } from './events.ts';
import { modeOf, undocumentedRoutes } from './route-log.ts';

const repositoryRoot = join(import.meta.dirname, '../..');
const watcher = join(import.meta.dirname, 'watch-run.ts');

type ActionDescription = {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
};

export const actionDescription: ActionDescription = parse(
  readFileSync(join(repositoryRoot, 'action.yml'), 'utf8'),
);

export type Files = Readonly<Record<string, string | Uint8Array>>;

export type RunSettings = {
  readonly event?: string;
  readonly payload?: unknown;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly runId?: number;
  readonly attempt?: number;
  /** Beside or instead of the runner's variables; `undefined` takes one away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Beside GitHub and its storage, `host:port`. */
  readonly hosts?: readonly string[];
};

export type Ended = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly seconds: number;
  /** Of the action's own process, whatever else the machine was doing. */
  readonly processorSeconds: number;
  /** Of the processes that it ran. */
  readonly childrenSeconds: number;
  /** Every `host:port` that was connected to. */
  readonly connections: readonly string[];
};

export type Workflow = {
  readonly server: GitHubServer;
  readonly state: State;
  readonly workspace: string;
  run(settings?: RunSettings): Promise<Ended>;
};

export type Setting = {
  readonly files: Files;
  readonly state?: Partial<State>;
  readonly basePath?: '' | '/api/v3';
  /** Whether these runs are the ones that the log of routes is made from. */
  readonly makesRouteLog?: boolean;
};

/** Which of our comments one is; there is never a second of the same. */
function identity({ body }: { readonly body: string }): string | undefined {
  return /^<!-- mcunet-action id=(\S+) /.exec(body)?.[1];
}

/** A run for a pull request from a fork, whose token cannot write. */
function isReadOnlyHalf({ event = 'pull_request', payload }: RunSettings): boolean {
  const { pull_request: pull } = (payload ?? {}) as ReturnType<typeof pullRequestEvent> & {
    readonly pull_request?: { readonly head?: { readonly repo?: { readonly fork?: boolean } } };
  };
  return event === 'pull_request' && pull?.head?.repo?.fork === true;
}

/**
 * Whatever a test looks at, it fails where a request or a reply is not as GitHub describes it, where a run connects to
 * another host, asks for an undocumented route or writes where it may only read, and where a comment of ours is there
 * twice in the end.
 */
export async function withWorkflow(
  { files, state: changes, basePath, makesRouteLog = false }: Setting,
  body: (workflow: Workflow) => Promise<void>,
): Promise<void> {
  const state = makeState(changes);
  const server = await startGitHub(state, basePath);
  const home = mkdtempSync(join(tmpdir(), 'mcunet-action-run-'));
  const workspace = join(home, 'workspace');
  try {
    mkdirSync(workspace, { recursive: true });
    writeAll(workspace, files);
    const run = async (settings: RunSettings = {}) => {
      const before = server.log.length;
      const ended = await runAction(home, workspace, server, settings);
      const log = server.log.slice(before);
      const hosts = [...server.hosts, ...(settings.hosts ?? [])];
      expect(ended.connections.filter((host) => !hosts.includes(host))).toEqual([]);
      if (isReadOnlyHalf(settings)) expect(log.filter((line) => !/ GET /.test(line))).toEqual([]);
      if (!makesRouteLog) expect(undocumentedRoutes(modeOf(settings), log)).toEqual([]);
      return ended;
    };
    await body({ server, state, workspace, run });
    expect(server.violations).toEqual([]);
    const ours = state.comments.filter(({ login }) => login === state.viewer).map(identity);
    if (!makesRouteLog)
      expect(ours.filter((id, index) => id !== undefined && ours.indexOf(id) !== index)).toEqual([]);
  } finally {
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function writeAll(folder: string, files: Files): void {
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
}

async function runAction(
  home: string,
  workspace: string,
  server: GitHubServer,
  settings: RunSettings,
): Promise<Ended> {
  const paths = {
    event: join(home, 'event.json'),
    output: join(home, 'output'),
    summary: join(home, 'summary'),
    connections: join(home, 'connections'),
    processorTime: join(home, 'processor-time'),
  };
  const temporary = join(home, 'tmp');
  mkdirSync(temporary, { recursive: true });
  writeFileSync(paths.event, JSON.stringify(settings.payload ?? pullRequestEvent()));
  writeFileSync(paths.output, '');
  writeFileSync(paths.summary, '');
  writeFileSync(paths.connections, '');
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: temporary,
    RUNNER_TEMP: join(home, 'runner'),
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: server.apiUrl,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_EVENT_NAME: settings.event ?? 'pull_request',
    GITHUB_EVENT_PATH: paths.event,
    GITHUB_REPOSITORY: `${server.state.owner}/${server.state.repo}`,
    GITHUB_RUN_ID: String(settings.runId ?? 100),
    GITHUB_RUN_ATTEMPT: String(settings.attempt ?? 1),
    GITHUB_SHA: 'd'.repeat(40),
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: paths.output,
    GITHUB_STEP_SUMMARY: paths.summary,
    MCUNET_TEST_CONNECTIONS: paths.connections,
    MCUNET_TEST_PROCESSOR_TIME: paths.processorTime,
    ...inputVariables(settings.inputs ?? {}, server.state.token),
    ...settings.environment,
  };
  const arguments_ = ['--import', watcher, bundled('action')];
  const started = performance.now();
  const ended = await spawnNode(arguments_, workspace, environment);
  const seconds = (performance.now() - started) / 1000;
  const [processorSeconds, childrenSeconds] = readTimes(paths.processorTime);
  return {
    ...ended,
    seconds,
    outputs: parseOutputs(readFileSync(paths.output, 'utf8')),
    summary: readFileSync(paths.summary, 'utf8'),
    processorSeconds,
    childrenSeconds,
    connections: readFileSync(paths.connections, 'utf8').split('\n').slice(0, -1),
  };
}

function readTimes(path: string): readonly [number, number] {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** As the runner makes them: upper case, hyphens kept, defaults filled in. */
function inputVariables(given: Readonly<Record<string, string>>, token: string): Record<string, string> {
  const defaults = Object.entries(actionDescription.inputs).map(([name, input]) => [
    name,
    input.default ?? '',
  ]);
  const all = { ...Object.fromEntries(defaults), ...given };
  return Object.fromEntries(
    Object.entries<string>(all).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      value.replace(/^\$\{\{ github.token \}\}$/, token),
    ]),
  );
}

function spawnNode(
  words: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Pick<Ended, 'exitCode' | 'stdout' | 'stderr'>> {
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** The file that GITHUB_OUTPUT names: `name<<DELIMITER`, lines, `DELIMITER`. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [, name = '', , value = ''] of text.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n?\2$/gm)) {
    outputs[name] = value;
  }
  return outputs;
}
