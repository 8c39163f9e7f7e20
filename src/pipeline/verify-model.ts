/** One model on one target, from its file to measured figures and artifacts. */
import { createHash } from 'node:crypto';
import type { Host, Progress, Toolchain } from '../base/index.ts';
import type { DatasetConfig } from '../config/index.ts';
import { type Accuracy, evaluate } from '../evaluation/index.ts';
import { buildFirmware } from '../firmware/index.ts';
import { chooseKernel } from '../kernels/index.ts';
import { type Measurement, measure } from '../measurement/index.ts';
import type { Target } from '../target/index.ts';
import { artifactFiles } from './artifacts.ts';
import { type Compiled, compileModel } from './compile.ts';
import { joinPath, type Task } from './tasks.ts';

export type MeasuredModel = {
  readonly measurement: Measurement;
  /** Paths relative to the task's folder. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
};

export type Services = {
  readonly host: Host;
  readonly toolchain: Toolchain;
  readonly progress: Progress;
};

/** Lower-case hexadecimal SHA-256. */
export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Compiles, builds, evaluates and measures.
 *
 * @param root folder that paths of the configuration are relative to
 */
export async function measureModel(
  task: Task,
  bytes: Uint8Array,
  root: string,
  services: Services,
): Promise<MeasuredModel> {
  const { toolchain, progress } = services;
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
    sha256: digest(bytes),
    target: task.target,
    schedule: compiled.schedule,
    symbols: compiled.tree.symbols,
    operatorCycles: estimateCycles(compiled, task.target),
    image,
    accuracy,
  });
  return { measurement, files: artifactFiles(image, compiled.tree, task.target) };
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
