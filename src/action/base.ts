/** The merge base of a pull request: its configuration, its limits, and its figures for the models in question. */
import { posix } from 'node:path';
import picomatch from 'picomatch';
import { Failure } from '../base/index.ts';
import { type Config, type ModelConfig, parseConfig } from '../config/index.ts';
import {
  type CommitFiles,
  downloadArtifact,
  findArtifactOfCommit,
  findMergeBase,
  type GitHub,
  openCommit,
  type PullRequest,
} from '../github/index.ts';
import {
  type BaseRows,
  generator,
  listTasks,
  type RowOrigin,
  type RowStore,
  runPipeline,
  type Services,
  type Task,
} from '../pipeline/index.ts';
import type { BaseRow, BaseSource, Report, ReportModel, ReportRevision } from '../report/index.ts';
import { deletedModels, findOrigin, type Origin, underBaseLimits } from './base-models.ts';
import { openLocalCommit } from './local-commit.ts';
import { info } from './log.ts';
import type { Project } from './project.ts';
import { mostArchiveBytes, readReportArchive } from './report-archive.ts';

/** Name of the artifact that the baseline run on the base branch uploads. */
export const baselineArtifact = 'mcunet-baseline';

export type Base = {
  /** The head's configuration under the base's limits. */
  readonly config: Config;
  readonly rows: BaseRows;
  readonly revision: ReportRevision;
};

export type BaseRequest = {
  readonly project: Project;
  /** Models of the head to compare. */
  readonly config: Config;
  readonly pull: PullRequest & { readonly baseSha: string };
  /** New paths from the repository's root, and their old ones. */
  readonly renames: ReadonlyMap<string, string>;
  readonly github: GitHub;
  readonly store: RowStore | undefined;
};

/** Never fails: where there is no base, the report says why. */
export async function openBase(request: BaseRequest, services: Services): Promise<Base> {
  const { github, pull, project, config } = request;
  const noBase = (base: string | null, reason: string): Base => ({
    config,
    rows: () => ({ kind: 'none', source: null, path: null, reason, row: null }),
    revision: { head: pull.headSha, base, reason, limitEdits: [], deleted: [] },
  });
  const sha = await findMergeBase(github, pull, pull.baseSha);
  if (typeof sha !== 'string') return noBase(null, sha.reason);
  const files =
    (await openLocalCommit(services.host, project.repository, sha)) ?? (await openCommit(github, pull, sha));
  if ('reason' in files) return noBase(sha, files.reason);
  const text = await files.read(project.pathInRepository);
  if (text === undefined) return noBase(sha, `the base has no ${project.pathInRepository}`);
  let base: Config;
  try {
    base = parseConfig(new TextDecoder().decode(text), project.pathInRepository);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return noBase(sha, `the base's configuration is not valid: ${error.toLine()}`);
  }
  return compareWith(base, { ...request, sha, files }, services);
}

type OpenRequest = BaseRequest & { readonly sha: string; readonly files: CommitFiles };

async function compareWith(base: Config, request: OpenRequest, services: Services): Promise<Base> {
  const { project, config, sha, pull } = request;
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
      head: pull.headSha,
      base: sha,
      reason: null,
      limitEdits: whole.edits,
      deleted: deletedModels(project.config, base, renames),
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
  { project, config, files }: OpenRequest,
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
  request: OpenRequest,
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
  request: OpenRequest,
  services: Services,
): Promise<readonly (readonly [string, BaseRow])[]> {
  if (entries.length === 0) return [];
  const { config, project, store } = request;
  const earlier = await uploadedReport(request);
  const byTarget = await Promise.all(
    config.targets.map(async (target) => {
      const ours = entries.filter(({ counterpart }) => counterpart.task.target.name === target);
      const models = ours.map(({ model }) => model);
      const { report, origins } = await runPipeline(
        {
          config: { ...config, targets: [target], models },
          root: project.root,
          rows: store,
          earlier: (name, board, sha256) => earlierRow(earlier, name, board, sha256, services),
        },
        services,
      );
      return report.models.map((row, index) => {
        const counterpart = ours[index]?.counterpart;
        return [rowName(row.name, row.target), baseRow(row, origins[index], counterpart)] as const;
      });
    }),
  );
  return byTarget.flat();
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

/** What the base branch's own run uploaded for the merge base; nothing where there is none to be had. */
async function uploadedReport({ github, pull, sha }: OpenRequest): Promise<Report | undefined> {
  const artifact = await findArtifactOfCommit(github, pull, baselineArtifact, sha, 'own');
  if (artifact === undefined) return undefined;
  if ('reason' in artifact) {
    info(`no uploaded base report: ${artifact.reason}`);
    return undefined;
  }
  const archive = await downloadArtifact(github, pull, artifact, mostArchiveBytes);
  if (!(archive instanceof Uint8Array)) {
    info(`no uploaded base report: ${archive.reason}`);
    return undefined;
  }
  try {
    return readReportArchive(archive);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    info(`no uploaded base report: ${error.toLine()}`);
    return undefined;
  }
}
