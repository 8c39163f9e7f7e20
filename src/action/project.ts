/** Which models of the configuration this run verifies, and why. */
import { posix } from 'node:path';
import * as core from '@actions/core';
import { Failure, type Host } from '../base/index.ts';
import { type Config, type ConfigProblem, parseConfig } from '../config/index.ts';
import {
  type GitHub,
  listChangedFiles,
  type PullRequest,
  type Touched,
  touchedModels,
  type Watched,
} from '../github/index.ts';
import { configMissing, inputInvalid } from './failures.ts';
import type { Inputs, Run } from './inputs.ts';
import { inertLine } from './log.ts';

export type Project = {
  readonly config: Config;
  /** Folder of the configuration, which its paths are relative to. */
  readonly root: string;
  /** Folder of the checkout. */
  readonly repository: string;
  /** Path of the configuration from the repository's root, as GitHub lists changed files. */
  readonly pathInRepository: string;
};

export async function loadProject(inputs: Inputs, run: Run, host: Host): Promise<Project> {
  const path = posix.join(run.workspace, inputs.config);
  if (!(await host.fileExists(path))) throw configMissing(inputs.config);
  const text = new TextDecoder().decode(await host.readFile(path));
  const root = posix.dirname(path);
  const repository = await repositoryRoot(root, run.workspace, host);
  const pathInRepository = posix.relative(repository, path);
  return { config: readConfig(text, inputs.config, pathInRepository), root, repository, pathInRepository };
}

function readConfig(text: string, path: string, pathInRepository: string): Config {
  try {
    return parseConfig(text, path);
  } catch (error) {
    if (error instanceof Failure) annotateProblems(error, pathInRepository);
    throw error;
  }
}

/** Shows each problem of the configuration on its line of the pull request. */
function annotateProblems({ data }: Failure, file: string): void {
  for (const problem of (data.problems ?? []) as readonly ConfigProblem[]) {
    const { line: startLine, column: startColumn } = problem;
    core.error(inertLine(`${problem.path}: ${problem.message}`), { file, startLine, startColumn });
  }
}

/** The checkout may lie in a folder of the workspace: the nearest one with `.git`, else the workspace itself. */
async function repositoryRoot(folder: string, workspace: string, host: Host): Promise<string> {
  if (await host.fileExists(posix.join(folder, '.git'))) return folder;
  const isTop = posix.relative(workspace, folder) === '';
  return isTop ? workspace : repositoryRoot(posix.dirname(folder), workspace, host);
}

export type Selection = {
  readonly config: Config;
  /** One line for the log. */
  readonly reason: string;
  /** New paths of renamed files and their old ones, from the repository's root. */
  readonly renames: ReadonlyMap<string, string>;
  /** Something that the author of the workflow should know. */
  readonly warning: string | undefined;
};

/** All models, or those that are named, and of these the ones that a pull request touches. */
export async function selectModels(
  { config: whole, pathInRepository }: Project,
  named: readonly string[],
  pull: PullRequest | undefined,
  github: GitHub,
): Promise<Selection> {
  const config = onlyNamed(whole, named);
  const all = (reason: string, warning?: string): Selection => ({
    config,
    reason,
    renames: new Map(),
    warning,
  });
  if (pull === undefined) return all('no pull request: every model is verified');
  const changed = await listChangedFiles(github, pull);
  if ('reason' in changed) {
    return all('every model is verified', `${changed.reason}; every model is verified instead`);
  }
  if (!changed.complete) return all('the list of changed files is cut: every model is verified');
  const folder = posix.dirname(pathInRepository);
  const paths = changed.paths.map((path) => posix.relative(folder, path));
  const touched = touchedModels(paths, config.models.map(watch), posix.basename(pathInRepository));
  const models = config.models.filter(({ name }) => touched.some((entry) => entry.name === name));
  return {
    config: { ...config, models },
    reason: describe(touched, changed.paths.length),
    renames: changed.renames,
    warning: undefined,
  };
}

function onlyNamed(config: Config, named: readonly string[]): Config {
  if (named.length === 0) return config;
  const known = config.models.map(({ name }) => name);
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw inputInvalid(
      'models',
      `no model is called '${unknown}'; there are ${known.slice(0, 20).join(', ')}`,
    );
  }
  return { ...config, models: config.models.filter(({ name }) => named.includes(name)) };
}

function watch({ name, path, dataset }: Config['models'][number]): Watched {
  return { name, model: posix.normalize(path), dataset: dataset && posix.normalize(dataset.path) };
}

function describe(touched: readonly Touched[], changedCount: number): string {
  if (touched.length === 0) return `${changedCount} changed files touch no model`;
  return touched.map(({ name, because }) => `${name} is touched by ${because}`).join('; ');
}
