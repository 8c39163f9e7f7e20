/** One model on one target, from its file to measured figures and artifacts. */
import { createHash } from 'node:crypto';
import type { Host, Progress, Toolchain } from '../base/index.ts';
import type { DatasetConfig } from '../config/index.ts';
import { type Accuracy, evaluate } from '../evaluation/index.ts';
import { buildFirmware } from '../firmware/index.ts';
import { chooseKernel } from '../kernels/index.ts';
import {
  type BudgetVerdict,
  checkBudgets,
  checkRegression,
  type Measurement,
  measure,
} from '../measurement/index.ts';
import type { ReportFigures } from '../report/index.ts';
import type { Target } from '../target/index.ts';
import { artifactFiles } from './artifacts.ts';
import { type Compiled, compileModel } from './compile.ts';
import { joinPath, type Task } from './tasks.ts';

export type VerifiedModel = {
  readonly measurement: Measurement;
  readonly verdicts: readonly BudgetVerdict[];
  /** Paths relative to the task's folder. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
};

export type Services = {
  readonly host: Host;
  readonly toolchain: Toolchain;
  readonly progress: Progress;
};

/**
 * Reads, compiles, builds, evaluates, measures and judges.
 *
 * @param root folder that paths of the configuration are relative to
 * @param base figures to hold regression limits against, where there are any
 */
export async function verifyModel(
  task: Task,
  root: string,
  base: ReportFigures | null,
  services: Services,
): Promise<VerifiedModel> {
  if (task.failure !== undefined) throw task.failure;
  const { host, toolchain, progress } = services;
  const bytes = await host.readFile(joinPath(root, task.path));
  progress.stage(`compile ${task.name}`);
  const compiled = compileModel(bytes, task.path, task.name, task.target);
  progress.stage(`build ${task.name} for ${task.target.name}`);
  const [image, accuracy] = await Promise.all([
    buildFirmware(compiled.tree, task.target, toolchain, { name: task.name }),
    measureAccuracy(task, compiled, root, services),
  ]);
  const measurement = measure({
    name: task.name,
    path: task.path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    target: task.target,
    schedule: compiled.schedule,
    symbols: compiled.tree.symbols,
    operatorCycles: estimateCycles(compiled, task.target),
    image,
    accuracy,
  });
  const verdicts = [
    ...checkBudgets(measurement, task.model.budgets, task.target),
    ...(base === null ? [] : checkRegression(measurement, task.model.regression, base)),
  ];
  const files = artifactFiles(image, compiled.tree, task.target);
  return { measurement, verdicts, files };
}

/** Cycles of each operator by its kernel's own formula; a reshape becomes no code. */
function estimateCycles({ graph }: Compiled, target: Target): readonly number[] {
  return graph.ops.map((op) =>
    op.kind === 'reshape' ? 0 : chooseKernel(op, graph, target).estimateCycles(op, graph, target),
  );
}

async function measureAccuracy(
  task: Task,
  { graph, tree }: Compiled,
  root: string,
  services: Services,
): Promise<Accuracy | undefined> {
  const dataset: DatasetConfig | undefined = task.model.dataset;
  if (dataset === undefined) return undefined;
  const source = { ...dataset, path: joinPath(root, dataset.path) };
  return evaluate({ name: task.name, tree, graph }, { source, metric: dataset.metric }, services);
}
