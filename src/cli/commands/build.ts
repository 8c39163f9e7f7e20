/** `mcunet build`: C sources and firmware of one model; or, with `--emit`, what a stage of the pipeline made. */
import { exitCodes, type Failure } from '../../base/index.ts';
import type { PlanObjective, ToolchainChoice } from '../../config/index.ts';
import { printGraph } from '../../graph/index.ts';
import { artifactFiles, buildToFit, type Compiled, compileModel, planOptions } from '../../pipeline/index.ts';
import { printSchedule } from '../../schedule/index.ts';
import { findTarget } from '../../target/index.ts';
import type { Context } from '../context.ts';
import { doesNotFit } from '../failures.ts';

export type BuildOptions = {
  readonly model: string;
  readonly target: string;
  readonly out: string;
  readonly toolchain: ToolchainChoice;
  readonly objective: PlanObjective;
};

export const stages = ['graph', 'schedule', 'code'] as const;
export type Stage = (typeof stages)[number];

/** Prints a stage's result; nothing is built and nothing is written. */
export async function emit(stage: Stage, options: BuildOptions, context: Context): Promise<number> {
  context.print(printStage(stage, await compile(options, context)));
  return exitCodes.pass;
}

function printStage(stage: Stage, { graph, schedule, tree }: Compiled): string {
  if (stage === 'graph') return printGraph(graph);
  if (stage === 'schedule') return printSchedule(schedule);
  return tree.units.map((unit) => tree.files.get(unit) ?? '').join('\n');
}

export async function build(options: BuildOptions, context: Context): Promise<number> {
  const bytes = await context.host.readFile(options.model);
  const target = findTarget(options.target);
  const name = modelName(options.model);
  const request = { bytes, path: options.model, name, target, objective: options.objective };
  const toolchain = await context.openToolchain(options.toolchain);
  context.progress.stage(`build ${name} for ${options.target}`);
  const { compiled, image } = await buildToFit(
    { ...request, sramBudgetBytes: undefined },
    toolchain,
    nothing,
  );
  const files = artifactFiles(image, compiled.tree, target);
  context.progress.end();
  await context.host.writeFiles(options.out, files);
  const { flash, sram, overflow } = image;
  const { isTrained } = compiled;
  const summary = { out: options.out, toolchain: image.toolchain, isTrained, flash, sram, overflow };
  context.print(
    context.json
      ? `${JSON.stringify(summary, null, 2)}\n`
      : `${options.out}/firmware.elf: ${flash.totalBytes} bytes of flash, ${sram.totalBytes} bytes of SRAM\n`,
  );
  if (!isTrained) context.remark(untrainedRemark(options.model));
  const misfit: Failure | undefined = doesNotFit(options.model, options.target, overflow);
  if (misfit === undefined) return exitCodes.pass;
  context.remark(`error: ${misfit.toLine()}`);
  return exitCodes.budgetExceeded;
}

/** What comes of an architecture must not be taken for a network. */
export function untrainedRemark(path: string): string {
  return `note: ${path} is an architecture without trained weights; its weights are random, and its outputs mean nothing`;
}

async function nothing(): Promise<void> {}

async function compile(options: BuildOptions, { host }: Context): Promise<Compiled> {
  const bytes = await host.readFile(options.model);
  const target = findTarget(options.target);
  const plan = planOptions(options.objective, undefined, target);
  return compileModel(bytes, options.model, modelName(options.model), target, plan);
}

/** File name without folder and ending. */
export function modelName(path: string): string {
  return (path.split('/').at(-1) ?? path).replace(/\.[^.]*$/, '');
}
