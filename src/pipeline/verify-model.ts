/** One model on one target, from its file to measured figures and artifacts. */
import { createHash } from 'node:crypto';
import type { Host, Progress, Toolchain } from '../base/index.ts';

import {
  type Accuracy,
  closeHostModel,
  compileForHost,
  evaluate,
  loadDataset,
  runOnHost,
  sampleInputs,
  toQuantised,
} from '../evaluation/index.ts';
import type { FirmwareImage } from '../firmware/index.ts';

import {
  type Measurement,
  measure,
  type SimulatedInference,
  simulateInferences,
} from '../measurement/index.ts';
import { estimateOperatorCycles, type Schedule } from '../schedule/index.ts';
import { artifactFiles } from './artifacts.ts';
import { type BuildRequest, buildToFit } from './build-to-fit.ts';
import type { Compiled } from './compile.ts';
import { untrainedAccuracy } from './failures.ts';
import type { Board } from './on-board.ts';
import { joinPath, type Task } from './tasks.ts';

export type MeasuredModel = {
  readonly measurement: Measurement;
  readonly schedule: Schedule;
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
 * @param onBoard where latency is measured and not only simulated
 */
export async function measureModel(
  task: Task,
  bytes: Uint8Array,
  root: string,
  services: Services,
  onBoard: Board | undefined,
): Promise<MeasuredModel> {
  const { toolchain, progress } = services;
  progress.stage(`build ${task.name} for ${task.target.name}`);
  const {
    compiled,
    image,
    alongside: onHost,
  } = await buildToFit(requestOf(task, bytes), toolchain, (made) =>
    runOnThisMachine(task, made, root, services),
  );
  const simulated = simulate(task, compiled, image, onHost, progress);
  const board = simulated && (await onBoard?.({ name: task.name, image, ...onHost }));
  const measurement = measure({
    name: task.name,
    path: task.path,
    sha256: digest(bytes),
    target: task.target,
    schedule: compiled.schedule,
    modelMacs: compiled.modelMacs,
    isTrained: compiled.isTrained,
    objective: task.model.objective,
    symbols: compiled.tree.symbols,
    operatorCycles: estimateOperatorCycles(compiled.schedule, task.target),
    image,
    simulated,
    board,
    accuracy: onHost.accuracy,
  });
  const files = artifactFiles(image, compiled.tree, task.target);
  return { measurement, schedule: compiled.schedule, files };
}

function requestOf({ path, name, target, model }: Task, bytes: Uint8Array): BuildRequest {
  return { bytes, path, name, target, objective: model.objective, sramBudgetBytes: model.budgets.sramBytes };
}

/** Two inferences: one to warm caches and predictors up, one that is timed. */
const simulatedSets = 2;

type HostRun = {
  readonly accuracy: Accuracy | undefined;
  /** Input sets for the simulated chip, one sequence, and what the same C makes of them here. */
  readonly inputs: readonly Int8Array[];
  readonly expected: readonly Int8Array[];
};

/** Compiles the network for this machine, measures its accuracy, and answers the inputs that the chip will get. */
async function runOnThisMachine(
  task: Task,
  { graph, tree, isTrained }: Compiled,
  root: string,
  { host, toolchain, progress }: Services,
): Promise<HostRun> {
  const config = isTrained ? task.model.dataset : withoutAccuracy(task);
  const dataset =
    config === undefined
      ? undefined
      : await loadDataset({ ...config, path: joinPath(root, config.path) }, config.metric, graph, host);
  const model = await compileForHost(task.name, tree, graph, toolchain);
  try {
    const accuracy =
      dataset === undefined || config === undefined
        ? undefined
        : await evaluate(model, graph, dataset, config.metric, progress);
    const samples = sampleInputs(graph, dataset, simulatedSets);
    const outputs = await runOnHost(model, samples.asInFile, task.path, undefined, 'whole');
    const expected = samples.quantised.map((_, set) =>
      toQuantised(
        graph.outputs,
        graph,
        outputs.subarray(set * model.outputSetBytes, (set + 1) * model.outputSetBytes),
      ),
    );
    return { accuracy, inputs: samples.quantised, expected };
  } finally {
    await closeHostModel(model);
  }
}

/** An architecture is measured without its data set, unless accuracy is asked of it. */
function withoutAccuracy({ name, model }: Task): undefined {
  const { budgets, regression } = model;
  if (budgets.accuracy !== undefined || regression.accuracy !== undefined) throw untrainedAccuracy(name);
}

/** Nothing for an image that is larger than the chip: it cannot be executed, and its latency stays an estimate. */
function simulate(
  task: Task,
  { schedule }: Compiled,
  image: FirmwareImage,
  { inputs, expected }: HostRun,
  progress: Progress,
): SimulatedInference | undefined {
  if (image.overflow.flashBytes > 0 || image.overflow.sramBytes > 0) return undefined;
  progress.stage(`simulate ${task.name} on ${task.target.name}`);
  return simulateInferences({ image, target: task.target, schedule, inputs, expected });
}
