/** The product on one screen: every model on every target, verified side by side, in one report. */
import { Failure, invariant } from '../base/index.ts';
import type { Config } from '../config/index.ts';
import { type BudgetVerdict, checkBudgets, checkRegression } from '../measurement/index.ts';
import {
  type BaseRow,
  composeReport,
  figuresOf,
  type Report,
  type ReportEntry,
  type ReportModel,
  type ReportRevision,
} from '../report/index.ts';
import { inParallel } from './in-parallel.ts';
import { type Board, boardOf } from './on-board.ts';
import { proposeFor, scheduleOf } from './proposal.ts';
import { datasetDigests, type RowStore, readRow, rowKey, writeRow } from './row-store.ts';
import { joinPath, listTasks, type Task } from './tasks.ts';
import { digest, measureModel, type Services } from './verify-model.ts';
import { generator } from './version.ts';

export type PipelineRequest = {
  readonly config: Config;
  /** Folder that the configuration's paths are relative to. */
  readonly root: string;
  /** What to compare each row with; by name and target. */
  readonly base?: BaseRows | undefined;
  readonly revision?: ReportRevision | undefined;
  /** Rows that need not be measured again; a row that is found there has no firmware. */
  readonly rows?: RowStore | undefined;
  /** Whether to look for what would bring models within their limits that are not; yes unless told. */
  readonly proposes?: boolean | undefined;
  /** A row of another report of the same bytes, for what `rows` does not have. */
  readonly earlier?: EarlierRow | undefined;
};

type EarlierRow = (name: string, target: string, sha256: string) => ReportModel | undefined;

/** The base of a row; null where nothing is compared. */
export type BaseRows = (name: string, target: string) => BaseRow | null;

/** An earlier report as a base: rows are matched by name and target. */
export function rowsOfReport(report: Report): BaseRows {
  return (name, target) => {
    const row = report.models.find((model) => model.name === name && model.target === target);
    if (figuresOf(row ?? null) === null || row === undefined) return null;
    return { kind: 'same-name', source: 'file', path: row.path, reason: null, row };
  };
}

export type PipelineResult = {
  readonly report: Report;
  /** Firmware and sources of every model, below the folder that the report lies in. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  /** What went wrong, in the order of the report's rows. */
  readonly failures: readonly Failure[];
  /** Where each row is from, in the order of the report's rows. */
  readonly origins: readonly RowOrigin[];
};

/** Verifies all models; one that fails is a row of the report and does not take down the others. */
export async function runPipeline(request: PipelineRequest, services: Services): Promise<PipelineResult> {
  const tasks = await listTasks(request.config, request.root, services.host);
  const { host, progress } = services;
  const shared: Shared = {
    digestDataset: datasetDigests(request.root, host),
    board: boardOf(request.config.board, host, progress),
  };
  const outcomes = await inParallel(tasks, host, (task) => attempt(task, request, services, shared));
  return {
    report: composeReport(
      outcomes.map(({ entry }) => entry),
      generator,
      request.revision,
    ),
    files: new Map(outcomes.flatMap(({ files }) => [...files])),
    failures: outcomes.flatMap(({ entry }) => (entry.failure === null ? [] : [entry.failure])),
    origins: outcomes.map(({ origin }) => origin),
  };
}

/** Measured in this run, or taken from the rows that were kept, or from an earlier report. */
export type RowOrigin = 'measured' | 'kept' | 'earlier';

type Outcome = {
  readonly origin: RowOrigin;
  readonly entry: ReportEntry;
  readonly files: ReadonlyMap<string, Uint8Array | string>;
};

/** What the models of a run have together. */
type Shared = {
  readonly digestDataset: (path: string) => Promise<string>;
  readonly board: Board | undefined;
};

async function attempt(
  task: Task,
  request: PipelineRequest,
  services: Services,
  shared: Shared,
): Promise<Outcome> {
  const { name, path } = task;
  const base = request.base?.(name, task.target.name) ?? null;
  const identity = { name, path, target: task.target.name, base };
  try {
    if (task.failure !== undefined) throw task.failure;
    const bytes = await services.host.readFile(joinPath(request.root, path));
    const sha256 = digest(bytes);
    const { rows } = request;
    const key = rows && (await keyOf(task, sha256, services, shared));
    const reuse = (origin: 'kept' | 'earlier', row: ReportModel): Outcome =>
      reused(task, origin, row, identity, request.proposes === false ? undefined : bytes);
    const kept = rows && key && (await readRow(rows, key, sha256, task));
    if (kept) return reuse('kept', kept);
    const earlier = request.earlier?.(name, task.target.name, sha256);
    if (earlier !== undefined) return reuse('earlier', earlier);
    const outcome = await measured(task, bytes, identity, request, services, shared.board);
    const [row] = composeReport([outcome.entry], generator).models;
    if (rows && key && row !== undefined) await writeRow(rows, key, row);
    return outcome;
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const nothing = { sha256: null, measurement: null, earlier: null, verdicts: [], artifacts: null };
    return { origin: 'measured', entry: { ...identity, ...nothing, failure }, files: new Map() };
  }
}

async function keyOf(
  task: Task,
  sha256: string,
  { toolchain }: Services,
  { digestDataset, board }: Shared,
): Promise<string> {
  const { dataset } = task.model;
  const samples = dataset === undefined ? null : await digestDataset(dataset.path);
  return rowKey(task, sha256, toolchain.identity, samples, board === undefined ? 'simulated' : 'board');
}

type Identity = Pick<ReportEntry, 'name' | 'path' | 'target' | 'base'>;

async function measured(
  task: Task,
  bytes: Uint8Array,
  identity: Identity,
  request: PipelineRequest,
  services: Services,
  board: Board | undefined,
): Promise<Outcome> {
  const { folder } = task;
  const { measurement, schedule, files } = await measureModel(task, bytes, request.root, services, board);
  const { sha256 } = measurement;
  const artifacts = {
    elf: `${folder}/firmware.elf`,
    bin: `${folder}/firmware.bin`,
    hex: `${folder}/firmware.hex`,
    map: `${folder}/firmware.map`,
    sources: `${folder}/sources`,
  };
  const verdicts = judge(task, measurement, identity.base);
  const proposal =
    request.proposes === false ? undefined : proposeFor(task, measurement, verdicts, () => schedule);
  const judged = { verdicts, proposal, failure: null };
  const entry = { ...identity, ...judged, sha256, measurement, earlier: null, artifacts };
  const placed = new Map([...files].map(([file, contents]) => [`${folder}/${file}`, contents]));
  return { origin: 'measured', entry, files: placed };
}

/** @param bytes of the model, where a proposal is wanted */
function reused(
  task: Task,
  origin: 'kept' | 'earlier',
  earlier: ReportModel,
  identity: Identity,
  bytes: Uint8Array | undefined,
): Outcome {
  const figures = figuresOf(earlier);
  const { sha256, overflow } = earlier;
  invariant(figures !== null && overflow !== null, 'a kept row has figures');
  const verdicts = judge(task, { ...figures, overflow }, identity.base);
  const proposal =
    bytes && proposeFor(task, figures, verdicts, () => scheduleOf(task, bytes, figures.sram.arenaBytes));
  const entry = {
    ...identity,
    sha256,
    measurement: null,
    earlier,
    verdicts,
    proposal,
    artifacts: null,
    failure: null,
  };
  return { origin, entry, files: new Map() };
}

function judge(
  { model, target }: Task,
  figures: Parameters<typeof checkBudgets>[0],
  base: BaseRow | null,
): readonly BudgetVerdict[] {
  const baseFigures = figuresOf(base?.row ?? null);
  return [
    ...checkBudgets(figures, model.budgets, target),
    ...(baseFigures === null ? [] : checkRegression(figures, model.regression, baseFigures)),
  ];
}
