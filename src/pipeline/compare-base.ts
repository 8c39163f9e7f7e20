/** A commit to compare with: its configuration, its limits, and its figures for the models in question. */
import { posix } from 'node:path';
import picomatch from 'picomatch';
import { Failure } from '../base/index.ts';
import { type Config, type ModelConfig, parseConfig } from '../config/index.ts';
import type { BaseRow, BaseSource, Report, ReportModel, ReportRevision } from '../report/index.ts';
import { deletedModels, findOrigin, type Origin, underBaseLimits } from './base-models.ts';
import type { CommitFiles } from './local-commit.ts';
import type { RowStore } from './row-store.ts';
import { type BaseRows, type RowOrigin, runPipeline } from './run-pipeline.ts';
import { listTasks, type Task } from './tasks.ts';
import type { Services } from './verify-model.ts';
import { generator } from './version.ts';

export type Base = {
  /** The head's configuration under the base's limits. */
  readonly config: Config;
  readonly rows: BaseRows;
  readonly revision: ReportRevision;
};

export type BaseRequest = {
  /** The head's whole configuration, which folder it lies in, and its path from the repository's root. */
  readonly project: { readonly config: Config; readonly root: string; readonly pathInRepository: string };
  /** Models of the head to compare. */
  readonly config: Config;
  readonly headSha: string;
  readonly sha: string;
  readonly files: CommitFiles;
  /** New paths from the repository's root, and their old ones. */
  readonly renames: ReadonlyMap<string, string>;
  readonly store: RowStore | undefined;
  /** A report of the base that was made earlier, asked for only where rows are missing. */
  readonly uploaded: () => Promise<Report | undefined>;
};

/** Nothing to compare with, and why. */
export function withoutBase(config: Config, headSha: string, sha: string | null, reason: string): Base {
  return {
    config,
    rows: () => ({ kind: 'none', source: null, path: null, reason, row: null }),
    revision: { head: headSha, base: sha, reason, limitEdits: [], deleted: [], isBoardWithheld: false },
  };
}

/** Never fails: where the base has nothing to compare with, the report says why. */
export async function compareWithBase(request: BaseRequest, services: Services): Promise<Base> {
  const { config, headSha, sha, files, project } = request;
  const { pathInRepository } = project;
  const text = await files.read(pathInRepository);
  if (text === undefined) return withoutBase(config, headSha, sha, `the base has no ${pathInRepository}`);
  try {
    const base = parseConfig(new TextDecoder().decode(text), pathInRepository);
    return await compareWith(base, request, services);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return withoutBase(config, headSha, sha, `the base's configuration is not valid: ${error.toLine()}`);
  }
}

async function compareWith(base: Config, request: BaseRequest, services: Services): Promise<Base> {
  const { project, config, sha, headSha } = request;
  const folder = posix.dirname(project.pathInRepository);
  const inFolder = (path: string) => posix.relative(folder, path);
  const renames = new Map([...request.renames].map(([now, before]) => [inFolder(now), inFolder(before)]));
  const whole = underBaseLimits(project.config, base, renames);
  const chosen = new Set(config.models.map(({ name }) => name));
  const models = whole.config.models.filter(({ name }) => chosen.has(name));
  const counterparts = await findCounterparts(base, renames, request, services);
  const rows = await measureBase(counterparts, request, services);
  return {
    config: { ...config, models },
    rows: (name, target) => rows.get(rowName(name, target)) ?? null,
    revision: {
      head: headSha,
      base: sha,
      reason: null,
      limitEdits: whole.edits,
      deleted: deletedModels(project.config, base, renames),
      isBoardWithheld: false,
    },
  };
}

/** A row of the head and the file of the base that it is compared with. */
type Counterpart = {
  readonly task: Task;
  readonly origin: Origin | undefined;
  /** Relative to the configuration; `undefined` where the base has no such file. */
  readonly path: string | undefined;
};

async function findCounterparts(
  base: Config,
  renames: ReadonlyMap<string, string>,
  { project, config, files }: BaseRequest,
  { host }: Services,
): Promise<readonly Counterpart[]> {
  const folder = posix.dirname(project.pathInRepository);
  const paths = files.paths.map((path) => posix.relative(folder, path));
  const tasks = await listTasks(config, project.root, host);
  return tasks.map((task) => {
    const origin = findOrigin(task.model, project.config, base, renames);
    return { task, origin, path: origin && basePath(task, origin.model, paths, renames) };
  });
}

/** The base model's own file; of several that a glob matches, the one that this row's file was before. */
function basePath(
  { path }: Task,
  model: ModelConfig,
  paths: readonly string[],
  renames: ReadonlyMap<string, string>,
): string | undefined {
  const literal = posix.normalize(model.path);
  if (paths.includes(literal)) return literal;
  const isModel = picomatch(literal, { dot: true });
  const matching = paths.filter((candidate) => isModel(candidate));
  const before = renames.get(path) ?? path;
  return matching.length === 1 ? matching[0] : matching.find((candidate) => candidate === before);
}

function rowName(name: string, target: string): string {
  return JSON.stringify([name, target]);
}

const sources: Readonly<Record<RowOrigin, BaseSource>> = {
  kept: 'cache',
  earlier: 'artifact',
  measured: 'rebuilt',
};

const largePointer = /^version https:\/\/git-lfs/;

/** Measures the base's files under the head's names, on the head's samples, so that only the network differs. */
async function measureBase(
  counterparts: readonly Counterpart[],
  request: BaseRequest,
  services: Services,
): Promise<ReadonlyMap<string, BaseRow>> {
  const { project, files } = request;
  const folder = posix.dirname(project.pathInRepository);
  const rows = new Map<string, BaseRow>();
  const temporary = await services.host.makeTemporaryFolder('base');
  try {
    const models: { readonly counterpart: Counterpart; readonly model: ModelConfig }[] = [];
    for (const counterpart of counterparts) {
      const { task, origin, path } = counterpart;
      const key = rowName(task.name, task.target.name);
      const nothing = { source: null, path: path ?? null, row: null };
      const bytes = path === undefined ? undefined : await files.read(posix.join(folder, path));
      if (origin === undefined) rows.set(key, { kind: 'added', reason: null, ...nothing });
      else if (bytes === undefined || path === undefined) {
        rows.set(key, { kind: 'none', reason: `the base has no file ${origin.model.path}`, ...nothing });
      } else if (largePointer.test(new TextDecoder().decode(bytes.subarray(0, 40)))) {
        rows.set(key, { kind: 'none', reason: 'the base has it in Git LFS only', ...nothing });
      } else {
        const file = `${models.length}.tflite`;
        await services.host.writeFiles(temporary, new Map([[file, bytes]]));
        const model = baseModel(task, origin, task.name, posix.join(temporary, file), project.root);
        models.push({ counterpart, model });
      }
    }
    const measured = await measureModels(models, request, services);
    for (const [key, row] of measured) rows.set(key, row);
    return rows;
  } finally {
    await services.host.removeFolder(temporary);
  }
}

/** Under its own budgets, which its plan may depend on; judged by none. */
function baseModel({ model }: Task, origin: Origin, name: string, path: string, root: string): ModelConfig {
  const { dataset } = model;
  const regression = { sram: undefined, flash: undefined, latency: undefined, accuracy: undefined };
  const samples = dataset && { ...dataset, path: posix.resolve(root, dataset.path) };
  return { ...origin.model, name, path, regression, dataset: samples };
}

async function measureModels(
  entries: readonly { readonly counterpart: Counterpart; readonly model: ModelConfig }[],
  request: BaseRequest,
  services: Services,
): Promise<readonly (readonly [string, BaseRow])[]> {
  if (entries.length === 0) return [];
  const { config, project, store } = request;
  const earlier = await request.uploaded();
  const byTarget: (readonly [string, BaseRow])[] = [];
  // One target after the other: each is as parallel as the machine allows.
  for (const target of config.targets) {
    const ours = entries.filter(({ counterpart }) => counterpart.task.target.name === target);
    const models = ours.map(({ model }) => model);
    const { report, origins } = await runPipeline(
      {
        config: { ...config, targets: [target], models },
        root: project.root,
        rows: store,
        proposes: false,
        earlier: (name, chip, sha256) => {
          const row = earlierRow(earlier, name, chip, sha256, services);
          // Measured compares with measured, simulated with simulated.
          return (row?.latency?.method === 'board') === (config.board !== undefined) ? row : undefined;
        },
      },
      services,
    );
    for (const [index, row] of report.models.entries()) {
      byTarget.push([rowName(row.name, row.target), baseRow(row, origins[index], ours[index]?.counterpart)]);
    }
  }
  return byTarget;
}

function baseRow(
  row: ReportModel,
  origin: RowOrigin | undefined,
  counterpart: Counterpart | undefined,
): BaseRow {
  const path = counterpart?.path ?? null;
  const hasMoved = counterpart?.origin?.kind === 'renamed' || path !== counterpart?.task.path;
  const kind = hasMoved ? 'renamed' : 'same-name';
  if (row.error !== null) {
    return { kind, source: null, path, reason: `the base does not build: ${row.error.message}`, row: null };
  }
  return { kind, source: sources[origin ?? 'measured'], path, reason: null, row };
}

/** A row of the uploaded report, where it was made of the same bytes by the same tools. */
function earlierRow(
  report: Report | undefined,
  name: string,
  target: string,
  sha256: string,
  { toolchain }: Services,
): ReportModel | undefined {
  if (report?.generator.version !== generator.version) return undefined;
  return report.models.find(
    (row) =>
      row.name === name &&
      row.target === target &&
      row.sha256 === sha256 &&
      row.error === null &&
      row.toolchain?.compiler === toolchain.identity.compiler,
  );
}
