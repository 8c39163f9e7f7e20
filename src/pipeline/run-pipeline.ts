/** The product on one screen: every model on every target, verified side by side, in one report. */
import { Failure } from '../base/index.ts';
import type { Config } from '../config/index.ts';
import { composeReport, type Report, type ReportEntry, type ReportFigures } from '../report/index.ts';
import { listTasks, type Task } from './tasks.ts';
import { type Services, verifyModel } from './verify-model.ts';
import { generator } from './version.ts';

export type PipelineRequest = {
  readonly config: Config;
  /** Folder that the configuration's paths are relative to. */
  readonly root: string;
  /** An earlier report to compare with; models are matched by name and target. */
  readonly base: Report | undefined;
};

export type PipelineResult = {
  readonly report: Report;
  /** Firmware and sources of every model, below the folder that the report lies in. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  /** What went wrong, in the order of the report's rows. */
  readonly failures: readonly Failure[];
};

/** Verifies all models; one that fails is a row of the report and does not take down the others. */
export async function runPipeline(request: PipelineRequest, services: Services): Promise<PipelineResult> {
  const tasks = await listTasks(request.config, request.root, services.host);
  const outcomes = await mapLimited(tasks, services.host.processors, (task) =>
    attempt(task, request, services),
  );
  return {
    report: composeReport(
      outcomes.map(({ entry }) => entry),
      generator,
    ),
    files: new Map(outcomes.flatMap(({ files }) => [...files])),
    failures: outcomes.flatMap(({ entry }) => (entry.failure === null ? [] : [entry.failure])),
  };
}

type Outcome = { readonly entry: ReportEntry; readonly files: ReadonlyMap<string, Uint8Array | string> };

async function attempt(task: Task, request: PipelineRequest, services: Services): Promise<Outcome> {
  const { name, path, folder } = task;
  const base = baseFigures(task, request.base);
  const identity = { name, path, target: task.target.name, base };
  try {
    const { measurement, verdicts, files } = await verifyModel(task, request.root, base, services);
    const artifacts = {
      elf: `${folder}/firmware.elf`,
      bin: `${folder}/firmware.bin`,
      hex: `${folder}/firmware.hex`,
      map: `${folder}/firmware.map`,
      sources: `${folder}/sources`,
    };
    const entry = {
      ...identity,
      sha256: measurement.sha256,
      measurement,
      verdicts,
      artifacts,
      failure: null,
    };
    return { entry, files: new Map([...files].map(([file, contents]) => [`${folder}/${file}`, contents])) };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const nothing = { sha256: null, measurement: null, verdicts: [], artifacts: null };
    return { entry: { ...identity, ...nothing, failure }, files: new Map() };
  }
}

function baseFigures(task: Task, base: Report | undefined): ReportFigures | null {
  const row = base?.models.find((model) => model.name === task.name && model.target === task.target.name);
  if (row === undefined || row.sram === null || row.flash === null || row.latency === null) return null;
  return { sram: row.sram, flash: row.flash, latency: row.latency, accuracy: row.accuracy };
}

/** Results in the order of the items; at most `limit` run at the same time. */
async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results.set(index, await run(item));
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return items.flatMap((_, index) => {
    const result = results.get(index);
    return result === undefined ? [] : [result];
  });
}
