/** What there is to verify: every model of the configuration, globs resolved, on every target. */
import type { Failure, Host } from '../base/index.ts';
import type { Config, ModelConfig } from '../config/index.ts';
import { findTarget, type Target } from '../target/index.ts';
import { modelNotFound } from './failures.ts';

/** One model on one target; `failure` where the configuration names a file that is not there. */
export type Task = {
  readonly name: string;
  /** Relative to the configuration's folder; `/` separated. */
  readonly path: string;
  readonly model: ModelConfig;
  readonly target: Target;
  /** Folder of its artifacts below the output folder, unique among the tasks. */
  readonly folder: string;
  readonly failure: Failure | undefined;
};

/** @param root folder of the configuration file, which paths are relative to */
export async function listTasks(config: Config, root: string, host: Host): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  const folders = new Set<string>();
  for (const model of config.models) {
    const paths = await resolvePaths(model, root, host);
    for (const path of paths.length === 0 ? [model.path] : paths) {
      const name = paths.length > 1 ? `${model.name}/${baseName(path)}` : model.name;
      for (const target of config.targets.map(findTarget)) {
        tasks.push({
          name,
          path,
          model,
          target,
          folder: uniqueFolder(`${slug(name)}-${target.name}`, folders),
          failure: paths.length === 0 ? modelNotFound(model.name, model.path) : undefined,
        });
      }
    }
  }
  return tasks;
}

async function resolvePaths(model: ModelConfig, root: string, host: Host): Promise<readonly string[]> {
  const literal = await host.fileExists(joinPath(root, model.path));
  return literal ? [model.path] : host.glob(model.path, root);
}

export function joinPath(root: string, path: string): string {
  return path.startsWith('/') ? path : `${root}/${path}`;
}

function baseName(path: string): string {
  return (path.split('/').at(-1) ?? path).replace(/\.[^.]*$/, '');
}

/** Letters, digits, dots and dashes alone: names come from outside and become folders. */
function slug(name: string): string {
  const safe = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  return safe.slice(0, 80) || 'model';
}

function uniqueFolder(wanted: string, taken: Set<string>): string {
  let folder = wanted;
  for (let count = 2; taken.has(folder); count++) folder = `${wanted}-${count}`;
  taken.add(folder);
  return folder;
}
